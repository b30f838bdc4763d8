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
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What it costs that the callers of very many deferred completions ask again and again whether they are there. */
final class DeferredBench {

    /** Share of a core, in percent, that asking may take. */
    private static final double HELD = 20;

    private static final int COMPLETIONS = 1_000;
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
            var polls = polls(gateway);
            var asked = new ArrayList<>(floor(upstream));
            asked.add(gateway);
            out.printf(
                    Locale.ROOT,
                    "polling: %d completions that are not there yet, %.0f polls a second on %d connections, %d rounds of %d s%n",
                    COMPLETIONS,
                    options.rate(),
                    options.connections(),
                    options.rounds(),
                    options.seconds());
            var clean = poll(sockets, gateway, polls, options.warmup(), null);
            for (var round = 0; round < options.rounds(); round++) {
                for (var each : asked) {
                    clean &= poll(sockets, each, polls, options.seconds(), rounds);
                }
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

    private List<byte[]> polls(Contender gateway) throws IOException, InterruptedException {
        var polls = new ArrayList<byte[]>(COMPLETIONS);
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
                polls.add(poll(gateway, id.group(1)));
            }
        }
        return polls;
    }

    private static byte[] poll(Contender gateway, String id) {
        return """
                GET /v1/chat/deferred-completion/%s HTTP/1.1\r
                host: 127.0.0.1:%d\r
                authorization: Bearer %s\r
                accept: */*\r
                \r
                """.formatted(id, gateway.port(), gateway.key()).getBytes(ISO_8859_1);
    }

    private boolean poll(Sockets sockets, Contender asked, List<byte[]> polls, double seconds, @Nullable Rounds into) {
        try (var load = CallLoad.open(sockets, asked.port(), options.connections(), polls, CallLoad.Until.EMPTY_END)) {
            var before = asked.cpuSeconds();
            var seen = load.run(options.rate(), seconds);
            var cpu = asked.cpuSeconds() - before;
            if (seen.failed() > 0) {
                out.println(seen.failed() + " polls of " + asked.name() + " failed: " + seen.firstFailure());
                return false;
            }
            if (into != null) {
                into.add(asked.name(), POLLS, seen.perSecond());
                into.add(asked.name(), CORE, 100 * cpu / seen.seconds());
                into.add(asked.name(), CPU, cpu * 1e6 / seen.completed());
                into.add(asked.name(), LATENCY, seen.millis(99));
            }
            return true;
        }
    }

    private void report(List<Contender> asked) {
        var table = new Table("who", "polls/s", "CPU µs/poll", "% of a core", "p99 ms");
        for (var each : asked) {
            table.row(
                    each.name(),
                    rounds.spread(each.name(), POLLS).text(0),
                    rounds.spread(each.name(), CPU).text(1),
                    rounds.spread(each.name(), CORE).text(1),
                    rounds.spread(each.name(), LATENCY).text(2));
        }
        out.println();
        out.print(table.text());
        Verdict.atMost(out, "share of a core that polling takes, %", rounds.spread(Contender.GATEWAY, CORE), HELD);
    }
}
