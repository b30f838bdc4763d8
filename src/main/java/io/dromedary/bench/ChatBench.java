package io.dromedary.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * Plain chat calls, first at a fixed rate, which shows what a proxy adds to their latency, then as many as the
 * connections carry, which shows what one costs when there is no idling between them.
 */
final class ChatBench {

    /** CPU time per call, as a multiple of nginx's, that the gateway is held to. */
    private static final double HELD = 2.0;

    private static final double LEAD_IN_SECONDS = 0.5;
    private static final int LOAD_WARMUP_SECONDS = 4;
    private static final int NGINX_WARMUP_SECONDS = 2;

    private static final String RATE = "rate";
    private static final String P50 = "p50";
    private static final String P99 = "p99";
    private static final String CPU = "cpu";
    private static final String FAILED = "failed";

    private final Rig rig;
    private final BenchOptions options;
    private final PrintStream out;

    ChatBench(Rig rig, BenchOptions options, PrintStream out) {
        this.rig = rig;
        this.options = options;
        this.out = out;
    }

    /** @return whether no call failed */
    boolean run() throws IOException, InterruptedException, MissingException {
        try (var sockets = rig.load()) {
            var contenders = new ArrayList<>(
                    Contenders.start(rig, options, ScriptedUpstream.listen(sockets, options.chunkRate())));
            out.printf(
                    Locale.ROOT,
                    "chat: %d connections, %d rounds of %d s for each figure, %d B in, 1 kB out%n",
                    options.connections(),
                    options.rounds(),
                    options.seconds(),
                    body().json().length());
            var paced = new Rounds();
            var flatOut = new Rounds();
            for (var contender : contenders) {
                both(sockets, contender, warmup(contender) / 2.0, new Rounds(), new Rounds());
            }
            for (var round = 0; round < options.rounds(); round++) {
                for (var contender : contenders) {
                    both(sockets, contender, options.seconds(), paced, flatOut);
                }
                Collections.rotate(contenders, 1);
            }
            contenders.sort(Contender.ORDER);
            var pacedClean = report(contenders, paced, "%.0f calls/s".formatted(options.rate()));
            var flatOutClean = report(contenders, flatOut, "flat out");
            Verdict.warnings(out, contenders);
            return pacedClean && flatOutClean;
        }
    }

    private int warmup(Contender contender) {
        return switch (contender.name()) {
            case Contender.GATEWAY -> options.warmup();
            case Contender.NGINX -> Math.min(NGINX_WARMUP_SECONDS, options.warmup());
            default -> Math.min(LOAD_WARMUP_SECONDS, options.warmup());
        };
    }

    private static ChatBody body() {
        return new ChatBody(false, 256, false);
    }

    private void both(Sockets sockets, Contender contender, double seconds, Rounds paced, Rounds flatOut) {
        var request = contender.request(body());
        try (var load = CallLoad.open(sockets, contender.port(), options.connections(), request, CallLoad.Until.END)) {
            if (Double.isFinite(options.rate())) {
                measure(load, contender, options.rate(), seconds, paced);
            }
            measure(load, contender, Double.POSITIVE_INFINITY, seconds, flatOut);
        }
    }

    private void measure(CallLoad load, Contender contender, double rate, double seconds, Rounds into) {
        load.run(rate, LEAD_IN_SECONDS);
        var before = contender.cpuSeconds();
        var seen = load.run(rate, seconds);
        var cpu = contender.cpuSeconds() - before;
        into.add(contender.name(), RATE, seen.perSecond());
        into.add(contender.name(), P50, seen.millis(50));
        into.add(contender.name(), P99, seen.millis(99));
        into.add(contender.name(), FAILED, (double) seen.failed());
        if (contender.proxy()) {
            into.add(contender.name(), CPU, cpu * 1e6 / seen.completed());
        }
        if (seen.failed() > 0) {
            out.println(contender.name() + ": " + seen.failed() + " calls failed: " + seen.firstFailure());
        }
    }

    private boolean report(List<Contender> contenders, Rounds rounds, String load) {
        if (rounds.empty()) {
            return true;
        }
        var table = new Table(
                load, "calls/s", "p50 ms", "p99 ms", "added p50", "added p99", "CPU µs/call", "× nginx", "failed");
        for (var contender : contenders) {
            var name = contender.name();
            table.row(
                    name,
                    rounds.spread(name, RATE).text(0),
                    rounds.spread(name, P50).text(2),
                    rounds.spread(name, P99).text(2),
                    contender.proxy()
                            ? rounds.beyond(Contender.DIRECT, name, P50).text(2)
                            : "-",
                    contender.proxy()
                            ? rounds.beyond(Contender.DIRECT, name, P99).text(2)
                            : "-",
                    rounds.spread(name, CPU).text(1),
                    rounds.ratio(Contender.NGINX, name, CPU).text(2),
                    Long.toString(rounds.sum(name, FAILED)));
        }
        out.println();
        out.print(table.text());
        Verdict.atMost(
                out,
                "gateway's CPU time per call as a multiple of nginx's, " + load,
                rounds.ratio(Contender.NGINX, Contender.GATEWAY, CPU),
                HELD);
        return contenders.stream().allMatch(contender -> rounds.sum(contender.name(), FAILED) == 0);
    }
}
