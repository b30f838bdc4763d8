package io.dromedary;

import io.dromedary.config.Problem;
import java.nio.file.Path;
import java.util.List;

/** Loads routes as {@code dromedary check} does. */
public final class RouteTrial {
    private RouteTrial() {}

    public static List<Problem> problems(Path routes) throws Options.UsageException {
        return RouteCheck.problems(Options.of(List.of("--routes", routes.toString()), name -> null));
    }
}
