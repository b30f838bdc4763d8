package io.dromedary;

import io.dromedary.config.Problem;
import java.nio.file.Path;
import java.util.List;

/** Loads routes as {@code dromedary check} does. */
public final class RouteTrial {
    private RouteTrial() {}

    /** With an {@code application.properties} in its folder of configuration. */
    public static List<Problem> problems(Path routes, Path config) throws Options.UsageException {
        return RouteCheck.problems(
                Options.of(List.of("--routes", routes.toString(), "--config", config.toString()), name -> null));
    }

    public static List<Problem> problems(Path routes) throws Options.UsageException {
        return RouteCheck.problems(Options.of(List.of("--routes", routes.toString()), name -> null));
    }
}
