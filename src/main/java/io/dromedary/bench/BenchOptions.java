package io.dromedary.bench;

import java.util.List;
import java.util.stream.Stream;

/**
 * What to measure.
 *
 * @param rate calls per second; infinite for none but the flat-out part
 * @param connections that the calls share
 * @param seconds of each measured window
 * @param rounds how often every proxy is measured
 * @param warmup seconds of load on the gateway before the first round
 * @param streams open side by side
 * @param chunkRate tokens per second of one stream
 * @param serviceMillis that the backend of a flood, or of a batch, takes for an answer
 * @param gatewayJavaOptions for the gateway's JVM, after those of this one
 */
record BenchOptions(
        Kind kind,
        double rate,
        int connections,
        int seconds,
        int rounds,
        int warmup,
        int streams,
        double chunkRate,
        int serviceMillis,
        Against against,
        List<String> gatewayJavaOptions) {

    /** The benchmarks. */
    enum Kind {
        CHAT("chat"),
        STREAM("stream"),
        STREAMS_OPEN("streams-open"),
        START("start"),
        TIERS("tiers"),
        RESPONSES("responses"),
        DEFERRED("deferred"),
        BATCHES("batches"),
        EMBEDDINGS("embeddings"),
        AUDIO("audio");

        private final String word;

        Kind(String word) {
            this.word = word;
        }
    }

    /** Which proxies are measured; the direct way always is. */
    enum Against {
        GATEWAY,
        NGINX,
        BOTH;

        boolean gateway() {
            return this != NGINX;
        }

        boolean nginx() {
            return this != GATEWAY;
        }
    }

    static final String USAGE = """
            usage: dromedary bench chat|stream|streams-open|start|tiers|responses|deferred|batches|embeddings|audio [options]

              chat          plain chat calls: latency and CPU per request beside nginx and no proxy
              stream        open streams: time to first token and CPU per chunk beside nginx and no proxy
              streams-open  very many slow streams in a small heap
              start         time to the ready line, and memory at idle
              tiers         limits and lanes: who is let in, what a flood of flex does to the others, what limits cost
              responses     what it costs to keep a response, and to continue a long history
              deferred      what it costs that callers ask whether their deferred completions are there
              batches       what a batch on flex costs those who call meanwhile
              embeddings    what it costs to split a list of texts over a backend that takes few at once
              audio         what recordings take of the heap while they arrive and are sent on

              --rate N|max               chat: calls per second of the paced part (10000); max leaves it out;
                                         stream: calls per second that measure the first token (200);
                                         deferred: polls per second (10000)
              --connections N            that those calls share (64 for stream, 16 for embeddings, else 128)
              --seconds N                of each measured window (embeddings 1, chat and responses 4, stream 5, deferred 10, tiers and batches 30; streams-open 10:
                                         how long all stay open)
              --rounds N                 how often each is measured (chat and start 5, embeddings 15, else 3)
              --warmup N                 seconds of load on the gateway before it is measured (chat 60, stream 40,
                                         tiers 30, responses 45, batches 30, deferred and embeddings 60)
              --service-ms N             tiers, batches: milliseconds that the flooded backend takes for an answer (200)
              --streams N                open side by side (stream 2000, streams-open 10000; audio 16 recordings)
              --chunk-rate N             tokens per second of a stream (stream 10, streams-open 0.5)
              --against WHAT             gateway, nginx or both (both; streams-open gateway)
              --gateway-java-options "X" for the gateway's JVM (streams-open -Xmx512m)
              --help                     this text

            A quick look that tells whether everything works, and no figures to keep: --rounds 1 --seconds 2 --warmup 2.
            """;

    /** @throws IllegalArgumentException with a sentence for the user */
    static BenchOptions parse(List<String> args) {
        if (args.isEmpty()) {
            throw new IllegalArgumentException("Say which benchmark.");
        }
        var usual = usual(kind(args.getFirst()));
        var given = new GivenOptions(args.subList(1, args.size()));
        var options = new BenchOptions(
                usual.kind,
                given.is("--rate", "max") ? Double.POSITIVE_INFINITY : given.number("--rate", usual.rate, 1, 200_000),
                given.whole("--connections", usual.connections, 1, 4_096),
                given.whole("--seconds", usual.seconds, 1, 300),
                given.whole("--rounds", usual.rounds, 1, 20),
                given.whole("--warmup", usual.warmup, 1, 300),
                given.whole("--streams", usual.streams, 1, 30_000),
                given.number("--chunk-rate", usual.chunkRate, 0.1, 1_000),
                given.whole("--service-ms", usual.serviceMillis, 20, 2_000),
                against(given.word("--against"), usual.against),
                given.words("--gateway-java-options", usual.gatewayJavaOptions));
        given.nothingElse();
        return options;
    }

    private static Kind kind(String word) {
        return Stream.of(Kind.values())
                .filter(kind -> kind.word.equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no benchmark \"" + word + "\"."));
    }

    private static BenchOptions usual(Kind kind) {
        return switch (kind) {
            case CHAT -> new BenchOptions(kind, 10_000, 128, 4, 5, 60, 0, 1, 0, Against.BOTH, List.of());
            case STREAM -> new BenchOptions(kind, 200, 64, 5, 3, 40, 2_000, 10, 0, Against.BOTH, List.of());
            case STREAMS_OPEN ->
                new BenchOptions(kind, 0, 0, 10, 1, 0, 10_000, 0.5, 0, Against.GATEWAY, List.of("-Xmx512m"));
            case START -> new BenchOptions(kind, 0, 0, 0, 5, 0, 0, 1, 0, Against.GATEWAY, List.of());
            case RESPONSES -> new BenchOptions(kind, 0, 128, 4, 3, 45, 0, 1, 0, Against.GATEWAY, List.of());
            case DEFERRED -> new BenchOptions(kind, 10_000, 128, 10, 3, 60, 0, 1, 0, Against.GATEWAY, List.of());
            case BATCHES -> new BenchOptions(kind, 0, 0, 30, 3, 30, 0, 1, 200, Against.GATEWAY, List.of());
            case EMBEDDINGS -> new BenchOptions(kind, 0, 16, 1, 15, 60, 0, 1, 0, Against.GATEWAY, List.of());
            case AUDIO -> new BenchOptions(kind, 0, 0, 0, 3, 0, 16, 1, 0, Against.GATEWAY, List.of("-Xmx256m"));
            case TIERS -> new BenchOptions(kind, 0, 128, 30, 3, 30, 0, 1, 200, Against.GATEWAY, List.of());
        };
    }

    private static Against against(String word, Against usual) {
        return switch (word) {
            case "" -> usual;
            case "gateway" -> Against.GATEWAY;
            case "nginx" -> Against.NGINX;
            case "both" -> Against.BOTH;
            default -> throw new IllegalArgumentException("--against takes gateway, nginx or both.");
        };
    }
}
