package io.dromedary.architecture.canary.routing;

import java.util.Date;

/** Uses the old dates. */
final class DatesThings {
    @SuppressWarnings("JavaUtilDate")
    long millis(Date date) {
        return date.getTime();
    }
}
