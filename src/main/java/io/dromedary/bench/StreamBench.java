package io.dromedary.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Many streams open: what a chunk costs a proxy and how long it holds it up; then, with the same streams still open,
 * how much longer further calls wait for their first token.
 */
final class StreamBench {

    /** CPU time per chunk, as a multiple of nginx's, and added milliseconds, that the gateway is held to. */
    private static final double HELD_CPU = 1.7;

    private static final double HELD_FIRST_TOKEN = 2.0;

    private static final int OPENED_PER_SECOND = 1_000;
    private static final int LEAD_IN_SECONDS = 1;
    private static final int MARGIN_SECONDS = 2;
    private static final int PATIENCE_SECONDS = 15;
    private static final int SHORT_WARMUP_SECONDS = 2;

    private static final String OPEN = "open";
    private static final String CHUNKS = "chunks";
    private static final String P50 = "p50";
    private static final String P99 = "p99";
    private static final String FIRST_P50 = "first-p50";
    private static final String FIRST_P99 = "first-p99";
    private static final String CPU = "cpu";
    private static final String FAILED = "failed";

    private final Rig rig;
    private final BenchOptions options;
    private final PrintStream out;
    private final Rounds rounds = new Rounds();

    StreamBench(Rig rig, BenchOptions options, PrintStream out) {
        this.rig = rig;
        this.options = options;
        this.out = out;
    }

    /** @return whether no stream failed */
    boolean run() throws IOException, InterruptedException, MissingException {
        try (var sockets = rig.load()) {
            var contenders = new ArrayList<>(
                    Contenders.start(rig, options, ScriptedUpstream.listen(sockets, options.chunkRate())));
            out.printf(
                    Locale.ROOT,
                    "stream: %d streams at %.1f chunks/s each, %d rounds; %d s for the chunks, then %d s of %.0f calls/s for the first token%n",
                    options.streams(),
                    options.chunkRate(),
                    options.rounds(),
                    options.seconds(),
                    options.seconds(),
                    options.rate());
            for (var contender : contenders) {
                var seconds = contender.name().equals(Contender.GATEWAY) ? options.warmup() : SHORT_WARMUP_SECONDS;
                measure(sockets, contender, Math.ceilDiv(seconds, 2), new Rounds());
            }
            for (var round = 0; round < options.rounds(); round++) {
                for (var contender : contenders) {
                    measure(sockets, contender, options.seconds(), rounds);
                }
                Collections.rotate(contenders, 1);
            }
            contenders.sort(Contender.ORDER);
            return report(contenders);
        }
    }

    private void measure(Sockets sockets, Contender contender, int seconds, Rounds into) throws InterruptedException {
        var ramp = Math.ceilDiv(options.streams(), OPENED_PER_SECOND);
        var lasting = ramp + LEAD_IN_SECONDS + 2 * seconds + MARGIN_SECONDS;
        var tokens = (int) Math.ceil(lasting * options.chunkRate());
        var request = contender.request(new ChatBody(true, tokens, false));
        try (var load = new StreamLoad(sockets, contender.port(), request, tokens)) {
            load.open(Schedule.from(System.nanoTime(), (double) options.streams() / ramp, ramp), options.streams());
            load.await(tally -> tally.open() == options.streams(), ramp + MARGIN_SECONDS);
            TimeUnit.SECONDS.sleep(LEAD_IN_SECONDS);
            chunks(contender, load, seconds, into);
            var failedCalls = firstTokens(sockets, contender, seconds, into);
            var end = load.await(StreamLoad.Tally::over, MARGIN_SECONDS + PATIENCE_SECONDS);
            var failed = options.streams() - end.finished() + failedCalls;
            into.add(contender.name(), FAILED, (double) failed);
            complain(contender, options.streams() - end.finished(), "streams", end.firstFailure());
        }
    }

    private void complain(Contender contender, long failed, String what, String first) {
        if (failed > 0) {
            var why = first.isEmpty() ? "not finished in time" : first;
            out.println(contender.name() + ": " + failed + " " + what + " failed: " + why);
        }
    }

    private void chunks(Contender contender, StreamLoad load, int seconds, Rounds into) throws InterruptedException {
        load.resetDelay();
        var start = System.nanoTime();
        var before = load.tally();
        var cpuBefore = contender.cpuSeconds();
        TimeUnit.SECONDS.sleep(seconds);
        var cpu = contender.cpuSeconds() - cpuBefore;
        var after = load.tally();
        var took = (System.nanoTime() - start) / 1e9;
        var chunks = after.tokens() - before.tokens();
        var name = contender.name();
        into.add(name, OPEN, after.open());
        into.add(name, CHUNKS, chunks / took);
        into.add(name, P50, after.delay().getValueAtPercentile(50) / 1e6);
        into.add(name, P99, after.delay().getValueAtPercentile(99) / 1e6);
        if (contender.proxy()) {
            into.add(name, CPU, cpu * 1e6 / chunks);
        }
    }

    private long firstTokens(Sockets sockets, Contender contender, int seconds, Rounds into) {
        var request = contender.request(new ChatBody(true, 1, false));
        var until = CallLoad.Until.FIRST_BODY_BYTE;
        try (var load = CallLoad.open(sockets, contender.port(), options.connections(), request, until)) {
            var seen = load.run(options.rate(), seconds);
            into.add(contender.name(), FIRST_P50, seen.millis(50));
            into.add(contender.name(), FIRST_P99, seen.millis(99));
            complain(contender, seen.failed(), "calls", seen.firstFailure());
            return seen.failed();
        }
    }

    private boolean report(List<Contender> contenders) throws IOException {
        var table = new Table(
                "proxy",
                "open",
                "chunks/s",
                "chunk delay p50 ms",
                "p99 ms",
                "first token p50 ms",
                "p99 ms",
                "added p50",
                "added p99",
                "CPU µs/chunk",
                "× nginx",
                "failed");
        for (var contender : contenders) {
            var name = contender.name();
            table.row(
                    name,
                    rounds.spread(name, OPEN).text(0),
                    rounds.spread(name, CHUNKS).text(0),
                    rounds.spread(name, P50).text(2),
                    rounds.spread(name, P99).text(2),
                    rounds.spread(name, FIRST_P50).text(2),
                    rounds.spread(name, FIRST_P99).text(2),
                    contender.proxy()
                            ? rounds.beyond(Contender.DIRECT, name, FIRST_P50).text(2)
                            : "-",
                    contender.proxy()
                            ? rounds.beyond(Contender.DIRECT, name, FIRST_P99).text(2)
                            : "-",
                    rounds.spread(name, CPU).text(1),
                    rounds.ratio(Contender.NGINX, name, CPU).text(2),
                    Long.toString(rounds.sum(name, FAILED)));
        }
        out.println();
        out.print(table.text());
        Verdict.atMost(
                out,
                "gateway's CPU time per chunk, as a multiple of nginx's",
                rounds.ratio(Contender.NGINX, Contender.GATEWAY, CPU),
                HELD_CPU);
        Verdict.atMost(
                out,
                "99th percentile of the time that the gateway adds to the first token, ms",
                rounds.beyond(Contender.DIRECT, Contender.GATEWAY, FIRST_P99),
                HELD_FIRST_TOKEN);
        Verdict.warnings(out, contenders);
        return contenders.stream().allMatch(contender -> rounds.sum(contender.name(), FAILED) == 0);
    }
}
