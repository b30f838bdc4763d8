package io.dromedary.config;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** What {@code dromedary check} says: every problem on a line of its own, or that all is well. */
public final class Check {
    private Check() {}

    /**
     * Reads the settings and asks the other checkers, whatever the settings are like.
     *
     * @param others find problems in what this room does not know, e.g. the routes
     * @param out gets the lines
     * @return the exit code: 0 when all is well, else 1
     */
    public static int run(SettingsFiles files, List<? extends Supplier<List<Problem>>> others, Appendable out)
            throws IOException {
        List<Problem> problems = new ArrayList<>();
        Settings settings = null;
        try {
            settings = files.read();
        } catch (SettingsException e) {
            problems.addAll(e.problems());
        }
        others.forEach(other -> problems.addAll(other.get()));
        for (var problem : problems) {
            line(out, problem.toString());
        }
        if (settings == null) {
            return 1;
        }
        for (var warning : settings.warnings()) {
            line(out, "warning: " + warning);
        }
        if (!problems.isEmpty()) {
            return 1;
        }
        for (var backend : settings.backends().values()) {
            if (backend.off() != null) {
                line(out, "off: " + backend.name() + ": " + backend.off());
            }
        }
        var models = settings.backends().values().stream()
                .flatMap(backend -> backend.models().keySet().stream())
                .distinct()
                .count();
        line(
                out,
                "OK: " + settings.backends().size() + " backends, " + models + " models, "
                        + settings.projects().size() + " projects");
        return 0;
    }

    private static void line(Appendable out, String text) throws IOException {
        out.append(text).append(System.lineSeparator());
    }
}
