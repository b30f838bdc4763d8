package io.dromedary.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Locale;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** How much CPU time programs that are no part of a run took meanwhile: the first question to ask of odd figures. */
final class Bystanders {

    /** Share of the machine from which on the figures are not worth keeping. */
    private static final double TOO_MUCH = 0.1;

    private static final int IDLE = 3;
    private static final int WAITING = 4;
    private static final int STOLEN = 7;

    private final Times start = Times.now();

    Bystanders() throws IOException {}

    /** A sentence for the end of the report. */
    String sentence() throws IOException {
        var share = share(start, Times.now());
        return String.format(
                Locale.ROOT,
                "Other programs took %.0f %% of the machine's CPU time meanwhile%s",
                share * 100,
                share > TOO_MUCH ? ": too much for figures to keep; measure again when it is idle." : ".");
    }

    static double share(Times from, Times to) {
        var others = (to.busy - from.busy) - (to.own - from.own);
        return Math.max(0, (double) others / Math.max(1, to.all - from.all));
    }

    /** Ticks: of every core; of those, not idle; of those, this process and what it has started. */
    record Times(long all, long busy, long own) {

        static Times now() throws IOException {
            var self = ProcessHandle.current();
            var stat = Files.readString(ProcFiles.PROC.resolve("self/stat"));
            var own = ProcFiles.ticksWithEndedChildren(stat)
                    + self.descendants().mapToLong(ProcFiles::ticks).sum();
            return of(Files.readString(ProcFiles.PROC.resolve("stat")), own);
        }

        /** @param stat {@code /proc/stat}, whose first line sums the cores up; stolen time counts as others' */
        static Times of(String stat, long own) {
            var fields = Stream.of(stat.lines().findFirst().orElse("").split("\\s+", -1))
                    .skip(1)
                    .limit(STOLEN + 1)
                    .mapToLong(Long::parseLong)
                    .toArray();
            var all = LongStream.of(fields).sum();
            return new Times(all, all - fields[IDLE] - fields[WAITING], own);
        }
    }
}
