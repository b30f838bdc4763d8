package io.dromedary.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** What a report says below its table. */
final class Verdict {

    private static final int SHOWN = 3;

    private Verdict() {}

    /** Says nothing when the figure was not measured. */
    static void atMost(PrintStream out, String what, Spread measured, double held) {
        if (Double.isNaN(measured.median())) {
            return;
        }
        var verdict = measured.median() <= held ? "held" : "NOT HELD";
        out.printf(Locale.ROOT, "%s: %s, at most %.1f: %s%n", what, measured.text(2), held, verdict);
    }

    /** Says how many warnings each proxy wrote, and shows the first. */
    static void warnings(PrintStream out, List<Contender> contenders) throws IOException {
        for (var contender : contenders) {
            var warnings = contender.warnings();
            if (!warnings.isEmpty()) {
                out.println(contender.name() + " wrote " + warnings.size() + " warnings, the first:");
                warnings.stream().limit(SHOWN).forEach(line -> out.println("  " + line));
            }
        }
    }
}
