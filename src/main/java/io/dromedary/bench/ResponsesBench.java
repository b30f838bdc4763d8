package io.dromedary.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What it costs to keep a response, and what one costs that continues a long history. */
final class ResponsesBench {

    /** Microseconds of CPU time per call that keeping may add. */
    private static final double HELD = 60;

    private static final String PATH = "/v1/responses";
    private static final String CHAT = "chat";
    private static final String FORGOTTEN = "store: false";
    private static final String KEPT = "store: true";
    private static final String CONTINUED = "warm-up of what continues";
    private static final List<Integer> TURNS = List.of(1, 10, 100, 500);

    /** About as long as what the model answers. */
    private static final String SAID =
            "Tell me more about how a dromedary keeps cool in the desert, please. ".repeat(14);

    private static final double LEAD_IN_SECONDS = 0.5;
    private static final String RATE = "rate";
    private static final String CPU = "cpu";
    private static final Pattern ID = Pattern.compile("\"id\":\"(resp_[0-9a-f]{44})\"");

    private final Rig rig;
    private final BenchOptions options;
    private final PrintStream out;
    private final Rounds rounds = new Rounds();

    ResponsesBench(Rig rig, BenchOptions options, PrintStream out) {
        this.rig = rig;
        this.options = options;
        this.out = out;
    }

    /** @return whether no call failed */
    boolean run() throws IOException, InterruptedException {
        try (var sockets = rig.load()) {
            var upstream = ScriptedUpstream.listen(sockets, 1);
            var gateway = GatewayProxy.start(rig, upstream, Cores.Place.PROXY, options.gatewayJavaOptions());
            var clean = warmUp(sockets, gateway);
            clean &= keeping(sockets, gateway);
            clean &= continuing(sockets, gateway);
            Verdict.warnings(out, List.of(gateway));
            return clean;
        }
    }

    private boolean warmUp(Sockets sockets, Contender gateway) {
        var clean = true;
        for (var name : List.of(CHAT, FORGOTTEN, KEPT)) {
            // what keeps does all that the others do, and more code takes longer to be compiled
            var seconds = options.warmup() * (name.equals(KEPT) ? 0.6 : 0.2);
            clean &= measure(sockets, gateway, name, request(gateway, name), seconds, null) > 0;
        }
        return clean;
    }

    private static byte[] request(Contender gateway, String name) {
        return name.equals(CHAT)
                ? gateway.request(new ChatBody(false, 143, false))
                : ChatBody.request(PATH, body(null, name.equals(KEPT)), gateway.port(), gateway.key());
    }

    private static String body(@Nullable String previous, boolean store) {
        return "{\"model\":\"%s\",\"input\":\"%s\",\"store\":%s%s}"
                .formatted(
                        ChatBody.MODEL,
                        SAID,
                        store,
                        previous == null ? "" : ",\"previous_response_id\":\"" + previous + "\"");
    }

    private boolean keeping(Sockets sockets, Contender gateway) {
        out.printf(
                Locale.ROOT,
                "keeping: flat out on %d connections, %d rounds of %d s, about 2 kB kept for each call%n",
                options.connections(),
                options.rounds(),
                options.seconds());
        var names = new ArrayList<>(List.of(CHAT, FORGOTTEN, KEPT));
        var clean = true;
        for (var round = 0; round < options.rounds(); round++) {
            for (var name : names) {
                clean &= measure(sockets, gateway, name, request(gateway, name), options.seconds(), rounds) > 0;
            }
            Collections.rotate(names, 1);
        }
        var table = new Table("call", "calls/s", "CPU µs/call");
        for (var name : List.of(CHAT, FORGOTTEN, KEPT)) {
            table.row(
                    name,
                    rounds.spread(name, RATE).text(0),
                    rounds.spread(name, CPU).text(1));
        }
        out.println();
        out.print(table.text());
        Verdict.atMost(out, "CPU time per call that keeping adds, µs", rounds.beyond(FORGOTTEN, KEPT, CPU), HELD);
        out.println();
        return clean;
    }

    private boolean continuing(Sockets sockets, Contender gateway) throws IOException, InterruptedException {
        out.printf(
                Locale.ROOT,
                "continuing: a turn after so many others of about 2 kB each, on %d connections, %d rounds of %d s%n",
                options.connections(),
                options.rounds(),
                options.seconds());
        var clean = true;
        List<byte[]> requests = new ArrayList<>();
        try (var client = HttpClient.newHttpClient()) {
            @Nullable String previous = null;
            for (var turn = 1; turn <= TURNS.getLast(); turn++) {
                previous = said(client, gateway, previous);
                if (TURNS.contains(turn)) {
                    requests.add(ChatBody.request(PATH, body(previous, false), gateway.port(), gateway.key()));
                }
            }
        }
        // code that reads a history has hardly run so far
        var warming = requests.get(1);
        clean &= measure(sockets, gateway, CONTINUED, warming, options.warmup() * 0.3, null) > 0;
        for (var round = 0; round < options.rounds(); round++) {
            for (var i = 0; i < TURNS.size(); i++) {
                var name = name(TURNS.get(i));
                clean &= measure(sockets, gateway, name, requests.get(i), options.seconds(), rounds) > 0;
            }
        }
        var table = new Table("turns before", "calls/s", "CPU µs/call", "µs per kB of history");
        for (var turns : TURNS) {
            var name = name(turns);
            table.row(
                    Integer.toString(turns),
                    rounds.spread(name, RATE).text(0),
                    rounds.spread(name, CPU).text(1),
                    String.format(
                            Locale.ROOT,
                            "%.2f",
                            (rounds.spread(name, CPU).median()
                                            - rounds.spread(FORGOTTEN, CPU).median())
                                    / (turns * 2.0)));
        }
        out.println();
        out.print(table.text());
        return clean;
    }

    private static String name(int turns) {
        return turns + " turns";
    }

    private static String said(HttpClient client, Contender gateway, @Nullable String previous)
            throws IOException, InterruptedException {
        var answer = client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + PATH))
                        .header("authorization", "Bearer " + gateway.key())
                        .header("content-type", "application/json")
                        .POST(BodyPublishers.ofString(body(previous, true), UTF_8))
                        .build(),
                BodyHandlers.ofString(ISO_8859_1));
        var id = ID.matcher(answer.body());
        if (answer.statusCode() != 200 || !id.find()) {
            throw new IOException("a turn was answered " + answer.statusCode() + ": " + answer.body());
        }
        return id.group(1);
    }

    /** Calls per second; 0 where one failed. */
    private double measure(
            Sockets sockets, Contender gateway, String name, byte[] request, double seconds, @Nullable Rounds into) {
        try (var load = CallLoad.open(sockets, gateway.port(), options.connections(), request, CallLoad.Until.END)) {
            load.run(Double.POSITIVE_INFINITY, LEAD_IN_SECONDS);
            var before = gateway.cpuSeconds();
            var seen = load.run(Double.POSITIVE_INFINITY, seconds);
            if (seen.failed() > 0) {
                out.println(name + ": " + seen.failed() + " calls failed: " + seen.firstFailure());
                return 0;
            }
            if (into != null) {
                into.add(name, RATE, seen.perSecond());
                into.add(name, CPU, (gateway.cpuSeconds() - before) * 1e6 / seen.completed());
            }
            return seen.perSecond();
        }
    }
}
