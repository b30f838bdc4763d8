package io.dromedary.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Very many slow streams open at the same time, and what they take of a proxy's memory. */
final class OpenStreamsBench {

    private static final int OPENED_PER_SECOND = 500;
    private static final int PATIENCE_SECONDS = 30;
    private static final int CALM_SECONDS = 1;
    private static final double MEGABYTE = 1024 * 1024;
    private static final double KILOBYTE = 1024;

    private final Rig rig;
    private final BenchOptions options;
    private final PrintStream out;
    private final int streams;

    OpenStreamsBench(Rig rig, BenchOptions options, PrintStream out) {
        this.rig = rig;
        this.options = options;
        this.out = out;
        this.streams = Math.min(options.streams(), rig.files().streams());
    }

    /** @return whether every stream was open at once and had all its tokens */
    boolean run() throws IOException, InterruptedException, MissingException {
        if (streams < options.streams()) {
            out.printf(
                    Locale.ROOT,
                    "Only %d of %d streams: a proxy would need %d open files, this machine allows %d and refused more."
                            + " Raise the hard limit (ulimit -Hn, LimitNOFILE=, nofile in limits.conf).%n",
                    streams,
                    options.streams(),
                    OpenFiles.needed(options.streams()),
                    rig.files().limit());
        }
        try (var sockets = Sockets.sleeping("load")) {
            var contenders = Contenders.start(rig, options, Contenders.upstreamProcess(rig, options.chunkRate()));
            out.printf(
                    Locale.ROOT,
                    "streams-open: %d streams at %.1f chunks/s each, all open for %d s; gateway options %s%n",
                    streams,
                    options.chunkRate(),
                    options.seconds(),
                    String.join(" ", options.gatewayJavaOptions()));
            var table = new Table(
                    "proxy",
                    "open at once",
                    "first token",
                    "all tokens",
                    "failed",
                    "RSS idle MB",
                    "RSS open MB",
                    "kB/stream",
                    "live heap MB");
            var all = true;
            for (var contender : contenders) {
                if (contender.proxy()) {
                    all &= measure(sockets, contender, table);
                }
            }
            out.print(table.text());
            Verdict.warnings(out, contenders);
            return all;
        }
    }

    private boolean measure(Sockets sockets, Contender contender, Table table) throws InterruptedException {
        var process = contender.process();
        if (process == null) {
            return true;
        }
        var ramp = Math.ceilDiv(streams, OPENED_PER_SECOND);
        var tokens = (int) Math.ceil((ramp + options.seconds()) * options.chunkRate()) + 1;
        var request = contender.request(new ChatBody(true, tokens, false));
        TimeUnit.SECONDS.sleep(CALM_SECONDS);
        var idle = ProcFiles.residentBytes(process.handle());
        try (var load = new StreamLoad(sockets, contender.port(), request, tokens)) {
            load.open(Schedule.from(System.nanoTime(), (double) streams / ramp, ramp), streams);
            var full = load.await(tally -> tally.open() == streams || tally.failed() > 0, ramp + options.seconds());
            TimeUnit.SECONDS.sleep(options.seconds() / 2);
            var resident = ProcFiles.residentBytes(process.handle());
            var heap = Heap.liveBytes(process.handle().pid());
            var open = Math.max(full.open(), load.tally().open());
            var end = load.await(StreamLoad.Tally::over, options.seconds() + PATIENCE_SECONDS);
            table.row(
                    contender.name(),
                    Integer.toString(open),
                    Integer.toString(end.firstTokens()),
                    Integer.toString(end.finished()),
                    Integer.toString(streams - end.finished()),
                    text(idle / MEGABYTE),
                    text(resident / MEGABYTE),
                    text((resident - idle) / KILOBYTE / streams),
                    heap < 0 ? "-" : text(heap / MEGABYTE));
            if (!end.firstFailure().isEmpty()) {
                out.println(contender.name() + ": " + end.failed() + " streams failed: " + end.firstFailure());
            }
            return open == streams && end.finished() == streams;
        }
    }

    private static String text(double number) {
        return String.format(Locale.ROOT, "%.1f", number);
    }
}
