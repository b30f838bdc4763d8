package io.dromedary.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What it costs that the callers of very many deferred completions ask again and again whether they are there: many callers on
 * HTTP/1.1, one after the other, and one caller on HTTP/2, for all of them at once.
 */
final class DeferredBench {

    /** Share of a core, in percent, that asking may take. */
    private static final double HELD = 20;

    private static final int COMPLETIONS = 1_000;
    private static final int WARMUP_TURNS = 3;
    private static final String HTTP_2 = "gateway, HTTP/2";
    private static final String POLLS = "polls";
    private static final String CORE = "core";
    private static final String CPU = "cpu";
    private static final String LATENCY = "latency";

    /** That the backend takes for an answer: none comes to its end meanwhile. */
    private static final Duration SERVICE = Duration.ofHours(1);

    private static final Pattern ID = Pattern.compile("\"request_id\":\"([0-9a-f-]{36})\"");

    private final Rig rig;
    private final BenchOptions options;
    private final PrintStream out;
    private final Rounds rounds = new Rounds();

    DeferredBench(Rig rig, BenchOptions options, PrintStream out) {
        this.rig = rig;
        this.options = options;
        this.out = out;
    }

    /** @return whether no call failed */
    boolean run() throws IOException, InterruptedException {
        try (var sockets = rig.load()) {
            var upstream = ScriptedUpstream.listen(sockets, 1, SERVICE);
            var key = GatewayProxy.newKey();
            var running = GatewayProxy.start(
                    rig,
                    Cores.Place.PROXY,
                    options.gatewayJavaOptions(),
                    Map.of("backends/bench.yaml", backend(upstream), "config/keys.yaml", GatewayProxy.keys(key)));
            var gateway = new Contender(Contender.GATEWAY, running.port(), key, running.child());
            var paths = paths(gateway);
            var polls = paths.stream().map(path -> poll(gateway, path)).toList();
            var asked = new ArrayList<>(floor(upstream));
            asked.add(gateway);
            out.printf(
                    Locale.ROOT,
                    "polling: %d completions that are not there yet, %.0f polls a second: evenly on %d connections of HTTP/1.1, and"
                            + " all of them at once on one of HTTP/2; %d rounds of %d s%n",
                    COMPLETIONS,
                    options.rate(),
                    options.connections(),
                    options.rounds(),
                    options.seconds());
            // by turns, as they are measured: what is compiled for the one alone is compiled again when the other comes
            var clean = true;
            for (var turn = 0; turn < WARMUP_TURNS; turn++) {
                clean &= pollAtOnce(sockets, gateway, paths, options.warmup() / (3.0 * WARMUP_TURNS), null);
                clean &= poll(sockets, gateway, polls, (double) options.warmup() / WARMUP_TURNS, null);
            }
            for (var round = 0; round < options.rounds(); round++) {
                for (var each : asked) {
                    clean &= poll(sockets, each, polls, options.seconds(), rounds);
                }
                clean &= pollAtOnce(sockets, gateway, paths, options.seconds(), rounds);
            }
            report(asked);
            Verdict.warnings(out, asked);
            return clean;
        }
    }

    /** What the machine takes for as many polls, whoever answers them: nginx has nothing to look up. */
    private List<Contender> floor(int upstream) throws IOException, InterruptedException {
        try {
            return List.of(NginxProxy.start(rig, upstream));
        } catch (MissingException e) {
            out.println(e.getMessage());
            return List.of();
        }
    }

    private static String backend(int upstream) {
        return GatewayProxy.backend(ChatBody.MODEL, upstream, 4 * COMPLETIONS)
                + "timeouts: { firstToken: 60m, total: 60m }\n";
    }

    private List<String> paths(Contender gateway) throws IOException, InterruptedException {
        var paths = new ArrayList<String>(COMPLETIONS);
        var body = new ChatBody(false, 143, false).json().replaceFirst("\\{", "{\"deferred\":true,");
        try (var client = HttpClient.newHttpClient()) {
            for (var i = 0; i < COMPLETIONS; i++) {
                var told = client.send(
                        HttpRequest.newBuilder(
                                        URI.create("http://127.0.0.1:" + gateway.port() + "/v1/chat/completions"))
                                .header("authorization", "Bearer " + gateway.key())
                                .header("content-type", "application/json")
                                .POST(BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.ofString());
                var id = ID.matcher(told.body());
                if (!id.find()) {
                    throw new IOException("a completion was answered " + told.statusCode() + ": " + told.body());
                }
                paths.add("/v1/chat/deferred-completion/" + id.group(1));
            }
        }
        return paths;
    }

    private static byte[] poll(Contender gateway, String path) {
        return """
                GET %s HTTP/1.1\r
                host: 127.0.0.1:%d\r
                authorization: Bearer %s\r
                accept: */*\r
                \r
                """.formatted(path, gateway.port(), gateway.key()).getBytes(ISO_8859_1);
    }

    private boolean poll(Sockets sockets, Contender asked, List<byte[]> polls, double seconds, @Nullable Rounds into) {
        try (var load = CallLoad.open(sockets, asked.port(), options.connections(), polls, CallLoad.Until.EMPTY_END)) {
            return counted(asked, asked.name(), () -> load.run(options.rate(), seconds), into);
        }
    }

    private boolean pollAtOnce(
            Sockets sockets, Contender gateway, List<String> paths, double seconds, @Nullable Rounds into) {
        try (var polls = Http2Polls.connect(sockets, gateway, paths)) {
            return counted(gateway, HTTP_2, () -> polls.run(options.rate() / paths.size(), seconds), into);
        }
    }

    private boolean counted(Contender asked, String who, Supplier<Measured> load, @Nullable Rounds into) {
        var before = asked.cpuSeconds();
        var seen = load.get();
        var cpu = asked.cpuSeconds() - before;
        if (seen.failed() > 0) {
            out.println(seen.failed() + " polls of " + who + " failed: " + seen.firstFailure());
            return false;
        }
        if (into != null) {
            into.add(who, POLLS, seen.perSecond());
            into.add(who, CORE, 100 * cpu / seen.seconds());
            into.add(who, CPU, cpu * 1e6 / seen.completed());
            into.add(who, LATENCY, seen.millis(99));
        }
        return true;
    }

    private void report(List<Contender> asked) {
        var table = new Table("who", "polls/s", "CPU µs/poll", "% of a core", "p99 ms");
        var names = new ArrayList<>(asked.stream().map(Contender::name).toList());
        names.add(HTTP_2);
        for (var name : names) {
            table.row(
                    name,
                    rounds.spread(name, POLLS).text(0),
                    rounds.spread(name, CPU).text(1),
                    rounds.spread(name, CORE).text(1),
                    rounds.spread(name, LATENCY).text(2));
        }
        out.println();
        out.print(table.text());
        for (var name : List.of(Contender.GATEWAY, HTTP_2)) {
            Verdict.atMost(out, "share of a core that polling takes, %, " + name, rounds.spread(name, CORE), HELD);
        }
    }
}
