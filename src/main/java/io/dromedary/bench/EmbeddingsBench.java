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
 * What it costs to split a list of texts over a backend that takes few at once: the CPU time for each call of the backend. It
 * stands beside that of a caller who splits the list itself; and beside the plain proxy path, which is a call of as many
 * bytes to and fro that is passed through as it is: a chat.
 */
final class EmbeddingsBench {

    /** Times the CPU time of a call that is passed through, which one that was split off may take. */
    private static final double HELD = 1.3;

    private static final String PATH = "/v1/embeddings";
    private static final String WHOLE = "plain-model";
    private static final String SPLIT = "split-model";

    /** Texts that the backend takes at once. */
    private static final int AT_ONCE = 32;

    /** Parts of one list that are under way at once. */
    private static final int PARTS_AT_ONCE = 4;

    /** Texts of one call that is split: five of them are ten thousand. */
    private static final int TEXTS = 2_000;

    private static final int CALLS = 5;
    private static final double LEAD_IN_SECONDS = 0.2;

    /** Windows of each way before the first that counts, at least: they go by turns then, too. */
    private static final double WARM_WINDOW_SECONDS = 1;

    private static final String CHAT_PATH = "/v1/chat/completions";
    private static final String CPU = "cpu";
    private static final String TEXT_RATE = "texts";
    private static final String ALL = "all";

    /** One way to ask. */
    private enum Way {
        CHAT("passed through as it is", WHOLE, AT_ONCE),
        PLAIN("not split, numbers", WHOLE, AT_ONCE),
        PARTS("split, numbers", SPLIT, TEXTS),
        PLAIN_BASE64("not split, base64", WHOLE, AT_ONCE),
        PARTS_BASE64("split, base64", SPLIT, TEXTS);

        private final String label;
        private final String model;
        private final int texts;

        Way(String label, String model, int texts) {
            this.label = label;
            this.model = model;
            this.texts = texts;
        }

        private boolean base64() {
            return this == PLAIN_BASE64 || this == PARTS_BASE64;
        }

        String path() {
            return this == CHAT ? CHAT_PATH : PATH;
        }

        /** Calls of the backend that are under way for one of these. */
        int atOnce() {
            return texts > AT_ONCE ? PARTS_AT_ONCE : 1;
        }

        String body() {
            // the numbers are long in most parts of a list
            var inputs = IntStream.range(TEXTS, TEXTS + texts).mapToObj(VectorUpstream::text);
            if (this == CHAT) {
                return "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\""
                        + inputs.collect(Collectors.joining("','")) + "\"}]}";
            }
            return "{\"model\":\"" + model + "\",\"input\":"
                    + inputs.collect(Collectors.joining("\",\"", "[\"", "\"]"))
                    + (base64() ? ",\"encoding_format\":\"base64\"}" : "}");
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
            // by turns from the beginning, so that the compiler sees all of them before any of them counts
            var warm = (int) Math.ceil(options.warmup() / (ways.size() * WARM_WINDOW_SECONDS));
            for (var turn = 0; turn < warm; turn++) {
                for (var way : ways) {
                    clean &= measure(sockets, gateway, way, WARM_WINDOW_SECONDS, null);
                }
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
        var request = ChatBody.request(way.path(), way.body(), gateway.port(), gateway.key());
        // so many calls of the backend are under way at a time, whichever way
        var connections = Math.max(1, options.connections() / way.atOnce());
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
                var perText = cpu / seen.completed() / way.texts;
                // of a whole one: the last part of a list is shorter
                into.add(way.name(), CPU, perText * 1e6 * AT_ONCE);
                into.add(way.name(), TEXT_RATE, seen.perSecond() * way.texts);
                into.add(way.name(), ALL, perText * 1e3 * CALLS * TEXTS);
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
        verdict("CPU time per backend call, split beside passed through as it is, numbers", Way.CHAT, Way.PARTS);
        verdict("the same, base64", Way.CHAT, Way.PARTS_BASE64);
        verdict("CPU time per backend call, split beside not split, numbers", Way.PLAIN, Way.PARTS);
        verdict("the same, base64", Way.PLAIN_BASE64, Way.PARTS_BASE64);
    }

    private void verdict(String what, Way base, Way way) {
        Verdict.atMost(out, what, rounds.ratio(base.name(), way.name(), CPU), HELD);
    }
}
