package io.dromedary.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Calls of {@code default} at half of what a backend can take, alone and then beside ten times what it can take in {@code
 * flex}; and then everybody who waits leaves at once.
 */
final class FloodPart {

    /** Milliseconds; a twentieth of the wait without a flood where that is more. */
    private static final double HELD_WAIT = 2;

    private static final double HELD_SHARE = 0.05;

    /** Milliseconds from the deadline. */
    private static final double HELD_REFUSAL = 50;

    private static final double HELD_DRAIN = 1_000;

    private static final double DEFAULT_LOAD = 0.5;
    private static final double FLEX_LOAD = 10;

    /** A stream lasts that many times as long as a whole answer. */
    private static final int STREAM_LENGTH = 10;

    /** The flood that warms up is so much larger, since the JIT compiler counts calls. */
    private static final int WARM_UP_FACTOR = 5;

    /** Until the gateway has accepted the connections of the flood. */
    private static final int LEAD_IN_SECONDS = 2;

    private static final double AT_ONCE_SECONDS = 0.01;
    private static final long STAY_MILLIS = 300;
    private static final int LEAVING = 400;
    private static final int SPARE_CONNECTIONS = 32;
    private static final int MOST_CONNECTIONS = 8_000;

    private static final String ALONE_P50 = "alone-p50";
    private static final String ALONE_P99 = "alone-p99";
    private static final String FLOODED_P50 = "flooded-p50";
    private static final String FLOODED_P99 = "flooded-p99";
    private static final String MORE = "more";
    private static final String SERVED = "served";
    private static final String REFUSED = "refused";
    private static final String LATE_P50 = "late-p50";
    private static final String LATE_MOST = "late-most";
    private static final String DRAINED = "drained";
    private static final String LEFT = "left";

    /** What the flood consists of. */
    private enum Kind {
        WHOLE("whole answers", TiersGateway.WHOLE, 1),
        STREAMS("streams", TiersGateway.STREAMS, STREAM_LENGTH);

        private final String words;
        private final String model;
        private final int services;

        Kind(String words, String model, int services) {
            this.words = words;
            this.model = model;
            this.services = services;
        }

        /** A stream has its first token at once, and each further one after another time of service. */
        ChatBody flex() {
            return new ChatBody(model, "flex", this == STREAMS, services + 1, false);
        }

        ChatBody others() {
            return new ChatBody(model, "default", false, 1, false);
        }
    }

    private final Sockets sockets;
    private final TiersGateway gateway;
    private final BenchOptions options;
    private final PrintStream out;
    private final Rounds rounds = new Rounds();
    private boolean clean = true;

    FloodPart(Sockets sockets, TiersGateway gateway, BenchOptions options, PrintStream out) {
        this.sockets = sockets;
        this.gateway = gateway;
        this.options = options;
        this.out = out;
    }

    /** @return whether no call failed but at its deadline, and nothing was left behind */
    boolean run() throws IOException, InterruptedException {
        out.println();
        out.printf(
                Locale.ROOT,
                "flood: a backend with %d slots that takes %d ms, default at %.1f and flex at %.0f times its capacity, flex may"
                        + " wait for %d s; streams last %d ms; %d rounds of %d s without and with the flood%n",
                TiersGateway.CAPACITY,
                options.serviceMillis(),
                DEFAULT_LOAD,
                FLEX_LOAD,
                TiersGateway.DEADLINE.toSeconds(),
                STREAM_LENGTH * options.serviceMillis(),
                options.rounds(),
                options.seconds());
        for (var kind : Kind.values()) {
            warmUp(kind);
        }
        for (var round = 0; round < options.rounds(); round++) {
            for (var kind : Kind.values()) {
                flood(kind);
                leave(kind);
            }
        }
        report();
        return clean;
    }

    private double perSecond(double load, int services) {
        return load * TiersGateway.CAPACITY * 1e3 / (services * options.serviceMillis());
    }

    /** Waiting and being refused are other code than being answered: while that is compiled, it shows in all waits. */
    private void warmUp(Kind kind) throws IOException, InterruptedException {
        var calm = perSecond(DEFAULT_LOAD, 1);
        var flood = WARM_UP_FACTOR * perSecond(FLEX_LOAD, kind.services);
        try (var others = load(kind.others(), calm, 1);
                var flex = load(kind.flex(), flood, kind.services)) {
            var flooding = flex.start(flood, options.warmup());
            others.run(calm, options.warmup());
            flooding.join();
            gateway.gauges().await();
        }
    }

    private void flood(Kind kind) throws IOException, InterruptedException {
        var seconds = options.seconds();
        var calm = perSecond(DEFAULT_LOAD, 1);
        var flood = perSecond(FLEX_LOAD, kind.services);
        try (var others = load(kind.others(), calm, 1);
                var flex = load(kind.flex(), flood, kind.services)) {
            others.run(calm, LEAD_IN_SECONDS);
            var alone = others.run(calm, seconds);
            var flooding = flex.start(flood, seconds);
            var flooded = others.run(calm, seconds);
            var seen = flooding.join();
            var drained = gateway.gauges().await();
            waits(kind, alone, flooded);
            rounds.add(kind.words, SERVED, (double) seen.completed());
            rounds.add(kind.words, REFUSED, (double) seen.refused());
            if (seen.refused() > 0) {
                rounds.add(kind.words, LATE_P50, late(seen.refusals().getValueAtPercentile(50)));
                rounds.add(kind.words, LATE_MOST, farthest(seen));
            }
            rounds.add(kind.words, DRAINED, drained.millis());
            complain(kind, "default alone", alone.failed(), alone);
            complain(kind, "default", flooded.failed(), flooded);
            complain(kind, "flex", seen.broken(), seen);
            complain(kind, drained);
        }
    }

    /** As many connections as calls can be under way, and some. */
    private CallLoad load(ChatBody body, double perSecond, int services) {
        var project = gateway.as(TiersGateway.UNLIMITED);
        var longest = TiersGateway.DEADLINE.toMillis() / 1e3 + services * options.serviceMillis() / 1e3;
        var connections = (int) Math.min(MOST_CONNECTIONS, SPARE_CONNECTIONS + 1.5 * perSecond * longest);
        return CallLoad.open(sockets, project.port(), connections, project.request(body), CallLoad.Until.END);
    }

    private void waits(Kind kind, Measured alone, Measured flooded) {
        var alone99 = alone.millis(99) - options.serviceMillis();
        var flooded99 = flooded.millis(99) - options.serviceMillis();
        rounds.add(kind.words, ALONE_P50, alone.millis(50) - options.serviceMillis());
        rounds.add(kind.words, ALONE_P99, alone99);
        rounds.add(kind.words, FLOODED_P50, flooded.millis(50) - options.serviceMillis());
        rounds.add(kind.words, FLOODED_P99, flooded99);
        rounds.add(kind.words, MORE, flooded99 - alone99);
    }

    private static double late(long refusedAfter) {
        return (refusedAfter - TiersGateway.DEADLINE.toNanos()) / 1e6;
    }

    /** The refusal that was farthest from its deadline, whichever way. */
    private static double farthest(Measured seen) {
        var first = late(seen.refusals().getMinValue());
        var last = late(seen.refusals().getMaxValue());
        return Math.abs(first) > Math.abs(last) ? first : last;
    }

    /** Calls in the queue and calls that are being answered, and all their clients go. */
    private void leave(Kind kind) throws IOException, InterruptedException {
        var project = gateway.as(TiersGateway.UNLIMITED);
        var request = project.request(kind.flex());
        try (var load = CallLoad.open(sockets, project.port(), LEAVING, request, CallLoad.Until.END)) {
            var leaving = load.start(LEAVING / AT_ONCE_SECONDS, AT_ONCE_SECONDS);
            TimeUnit.MILLISECONDS.sleep(STAY_MILLIS);
            load.leave();
            var drained = gateway.gauges().await();
            rounds.add(kind.words, LEFT, drained.millis());
            complain(kind, drained);
            leaving.join();
        }
    }

    private void complain(Kind kind, String who, long failed, Measured seen) {
        if (failed > 0) {
            clean = false;
            out.println(kind.words + ": " + failed + " calls of " + who + " failed, first: " + seen.firstFailure());
        }
    }

    private void complain(Kind kind, Gauges.Drained drained) {
        if (!drained.left().isEmpty()) {
            clean = false;
            out.println(kind.words + ": left behind: " + drained.left());
        }
    }

    private void report() {
        var waits = new Table("flood of", "wait p50 ms", "p99 ms", "in the flood p50 ms", "p99 ms", "more at p99 ms");
        var flex = new Table(
                "flood of",
                "flex served",
                "flex refused",
                "after the deadline p50 ms",
                "farthest ms",
                "drained ms",
                "all left ms");
        for (var kind : Kind.values()) {
            waits.row(
                    kind.words,
                    rounds.spread(kind.words, ALONE_P50).text(2),
                    rounds.spread(kind.words, ALONE_P99).text(2),
                    rounds.spread(kind.words, FLOODED_P50).text(2),
                    rounds.spread(kind.words, FLOODED_P99).text(2),
                    rounds.spread(kind.words, MORE).text(2));
            flex.row(
                    kind.words,
                    rounds.spread(kind.words, SERVED).text(0),
                    rounds.spread(kind.words, REFUSED).text(0),
                    rounds.spread(kind.words, LATE_P50).text(1),
                    rounds.spread(kind.words, LATE_MOST).text(1),
                    rounds.spread(kind.words, DRAINED).text(0),
                    rounds.spread(kind.words, LEFT).text(0));
        }
        out.println();
        out.print(waits.text());
        out.println();
        out.print(flex.text());
        for (var kind : Kind.values()) {
            verdicts(kind.words);
        }
    }

    private void verdicts(String flood) {
        var held =
                Math.max(HELD_WAIT, HELD_SHARE * rounds.spread(flood, ALONE_P99).median());
        var of = ", flood of " + flood;
        Verdict.atMost(out, "longer wait of default, 99th percentile, ms" + of, rounds.spread(flood, MORE), held);
        Verdict.atMost(
                out,
                "flex refused after its deadline, farthest, ms" + of,
                rounds.spread(flood, LATE_MOST),
                HELD_REFUSAL);
        for (var after : List.of(DRAINED, LEFT)) {
            Verdict.atMost(
                    out,
                    "until nothing is under way, ms, "
                            + (after.equals(LEFT) ? "all clients gone" : "after the last answer") + of,
                    rounds.spread(flood, after),
                    HELD_DRAIN);
        }
    }
}
