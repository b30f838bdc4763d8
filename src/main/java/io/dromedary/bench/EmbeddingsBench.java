package io.dromedary.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What it costs to split a list of texts over a backend that takes few at once: the CPU time of each call of the backend,
 * beside that of a caller who splits its list itself and has every piece passed through.
 */
final class EmbeddingsBench {

    /** Times the CPU time of a call that is passed through, which one that was split off may take. */
    private static final double HELD = 1.3;

    private static final String PATH = "/v1/embeddings";
    private static final String WHOLE = "plain-model";
    private static final String SPLIT = "split-model";

    /** Texts that the backend takes at once. */
    private static final int AT_ONCE = 32;

    /** Texts of one call that is split: five of them are ten thousand. */
    private static final int TEXTS = 2_000;

    private static final int CALLS = 5;
    private static final double LEAD_IN_SECONDS = 0.5;
    private static final String CPU = "cpu";
    private static final String TEXT_RATE = "texts";
    private static final String ALL = "all";

    /** One way to ask. */
    private enum Way {
        PLAIN("passed through, numbers", WHOLE, AT_ONCE, false),
        PARTS("split, numbers", SPLIT, TEXTS, false),
        PLAIN_BASE64("passed through, base64", WHOLE, AT_ONCE, true),
        PARTS_BASE64("split, base64", SPLIT, TEXTS, true);

        private final String label;
        private final String model;
        private final int texts;
        private final boolean base64;

        Way(String label, String model, int texts, boolean base64) {
            this.label = label;
            this.model = model;
            this.texts = texts;
            this.base64 = base64;
        }

        int backendCalls() {
            return Math.ceilDiv(texts, AT_ONCE);
        }

        String body() {
            var inputs = IntStream.range(0, texts)
                    .mapToObj(VectorUpstream::text)
                    .collect(Collectors.joining("\",\"", "[\"", "\"]"));
            return "{\"model\":\"" + model + "\",\"input\":" + inputs
                    + (base64 ? ",\"encoding_format\":\"base64\"}" : "}");
        }
    }

    private final Rig rig;
    private final BenchOptions options;
    private final PrintStream out;
    private final Rounds rounds = new Rounds();

    EmbeddingsBench(Rig rig, BenchOptions options, PrintStream out) {
        this.rig = rig;
        this.options = options;
        this.out = out;
    }

    /** @return whether no call failed */
    boolean run() throws IOException, InterruptedException {
        try (var sockets = rig.load()) {
            var key = GatewayProxy.newKey();
            var running = GatewayProxy.start(
                    rig,
                    Cores.Place.PROXY,
                    options.gatewayJavaOptions(),
                    Map.of(
                            "backends/bench.yaml", backend(VectorUpstream.listen(sockets)),
                            "config/keys.yaml", GatewayProxy.keys(key)));
            var gateway = new Contender(Contender.GATEWAY, running.port(), key, running.child());
            out.printf(
                    Locale.ROOT,
                    "embeddings: %d texts in calls of %d, of which the backend takes %d at once, vectors of %d numbers;"
                            + " %d rounds of %d s%n",
                    CALLS * TEXTS,
                    TEXTS,
                    AT_ONCE,
                    VectorUpstream.DIMENSIONS,
                    options.rounds(),
                    options.seconds());
            var clean = true;
            var ways = new ArrayList<>(List.of(Way.values()));
            for (var way : ways) {
                clean &= measure(sockets, gateway, way, (double) options.warmup() / ways.size(), null);
            }
            for (var round = 0; round < options.rounds(); round++) {
                for (var way : ways) {
                    clean &= measure(sockets, gateway, way, options.seconds(), rounds);
                }
                Collections.rotate(ways, 1);
            }
            report();
            Verdict.warnings(out, List.of(gateway));
            return clean;
        }
    }

    private static String backend(int upstream) {
        return GatewayProxy.backend(WHOLE, upstream, 1_000) + "  " + SPLIT + ": { upstream: " + WHOLE
                + ", capabilities: { maxInputs: " + AT_ONCE + " } }\n";
    }

    private boolean measure(Sockets sockets, Contender gateway, Way way, double seconds, @Nullable Rounds into) {
        var request = ChatBody.request(PATH, way.body(), gateway.port(), gateway.key());
        // so many calls of the backend are under way at a time, whichever way
        var connections = way.backendCalls() == 1 ? options.connections() : Math.max(1, options.connections() / 4);
        try (var load = CallLoad.open(sockets, gateway.port(), connections, request, CallLoad.Until.END)) {
            load.run(Double.POSITIVE_INFINITY, LEAD_IN_SECONDS);
            var before = gateway.cpuSeconds();
            var seen = load.run(Double.POSITIVE_INFINITY, seconds);
            var cpu = gateway.cpuSeconds() - before;
            if (seen.failed() > 0) {
                out.println(way.label + ": " + seen.failed() + " calls failed: " + seen.firstFailure());
                return false;
            }
            if (into != null) {
                into.add(way.name(), CPU, cpu * 1e6 / seen.completed() / way.backendCalls());
                into.add(way.name(), TEXT_RATE, seen.perSecond() * way.texts);
                into.add(way.name(), ALL, cpu * 1e3 / seen.completed() / way.texts * CALLS * TEXTS);
            }
            return true;
        }
    }

    private void report() {
        var table = new Table("way", "texts/s", "CPU µs/backend call", "CPU ms/10,000 texts");
        for (var way : Way.values()) {
            table.row(
                    way.label,
                    rounds.spread(way.name(), TEXT_RATE).text(0),
                    rounds.spread(way.name(), CPU).text(1),
                    rounds.spread(way.name(), ALL).text(0));
        }
        out.println();
        out.print(table.text());
        out.println();
        Verdict.atMost(
                out,
                "CPU time per backend call, split beside passed through, numbers",
                rounds.ratio(Way.PLAIN.name(), Way.PARTS.name(), CPU),
                HELD);
        Verdict.atMost(
                out, "the same, base64", rounds.ratio(Way.PLAIN_BASE64.name(), Way.PARTS_BASE64.name(), CPU), HELD);
    }
}
