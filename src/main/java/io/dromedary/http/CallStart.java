package io.dromedary.http;

import io.dromedary.call.Arrival;
import io.dromedary.call.Call;
import java.util.concurrent.Executor;

/** Makes the {@link Call} of a request, with the configuration of that moment. */
@FunctionalInterface
public interface CallStart {
    Call of(Arrival arrival, Executor loop);
}
