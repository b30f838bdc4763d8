package io.dromedary.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * What a large batch, on {@code flex}, costs those who call meanwhile, on {@code default}: at half of what a backend with few
 * slots can take, alone and then beside the batch, which takes whatever else there is.
 */
final class BatchesBench {
    private static final int LINES = 100_000;
    private static final int CAPACITY = TiersGateway.CAPACITY;
    private static final double LOAD = 0.5;

    /** Percent of the latency without a batch. */
    private static final double HELD = 5;

    private static final int SPARE_CONNECTIONS = 32;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final long POLL_MILLIS = 200;
    private static final String BOUNDARY = "dromedary-bench";

    private static final String ALONE = "alone";
    private static final String BESIDE = "beside a batch";
    private static final String MORE = "more";
    private static final String P50 = "p50";
    private static final String P99 = "p99";
    private static final String LINES_SERVED = "lines";

    private static final Pattern ID = Pattern.compile("\"id\":\"([^\"]+)\"");
    private static final Pattern STATUS = Pattern.compile("\"status\":\"([a-z_]+)\"");
    private static final Pattern COMPLETED = Pattern.compile("\"completed\":([0-9]+)");

    private final Rig rig;
    private final BenchOptions options;
    private final PrintStream out;
    private final Rounds rounds = new Rounds();

    BatchesBench(Rig rig, BenchOptions options, PrintStream out) {
        this.rig = rig;
        this.options = options;
        this.out = out;
    }

    /** @return whether no call failed */
    boolean run() throws IOException, InterruptedException {
        try (var sockets = rig.load();
                var client = HttpClient.newHttpClient()) {
            var service = Duration.ofMillis(options.serviceMillis());
            var upstream = ScriptedUpstream.listen(sockets, 1, service);
            var key = GatewayProxy.newKey();
            var running = GatewayProxy.start(
                    rig,
                    Cores.Place.PROXY,
                    options.gatewayJavaOptions(),
                    Map.of(
                            "backends/bench.yaml",
                            GatewayProxy.backend(ChatBody.MODEL, upstream, CAPACITY),
                            "config/keys.yaml",
                            GatewayProxy.keys(key),
                            "config/gateway.yaml",
                            "jobs: { batchMaxLines: " + LINES + " }\n"));
            var gateway = new Contender(Contender.GATEWAY, running.port(), key, running.child());
            var perSecond = LOAD * CAPACITY * 1e3 / options.serviceMillis();
            out.printf(
                    Locale.ROOT,
                    "batches: a backend with %d slots that takes %d ms, default at %.1f of its capacity, %.0f calls a second,"
                            + " without and with a batch of %d lines on flex; %d rounds of %d s each%n",
                    CAPACITY,
                    options.serviceMillis(),
                    LOAD,
                    perSecond,
                    LINES,
                    options.rounds(),
                    options.seconds());
            var batches = new Batches(client, gateway);
            var file = batches.upload();
            var connections = SPARE_CONNECTIONS + CAPACITY;
            var request = gateway.request(new ChatBody(ChatBody.MODEL, "default", false, 1, false));
            try (var load = CallLoad.open(sockets, gateway.port(), connections, request, CallLoad.Until.END)) {
                round(load, perSecond, batches, file, options.warmup(), new Rounds());
                var clean = true;
                for (var round = 0; round < options.rounds(); round++) {
                    clean &= round(load, perSecond, batches, file, options.seconds(), rounds);
                }
                report();
                Verdict.warnings(out, List.of(gateway));
                return clean;
            }
        }
    }

    private boolean round(CallLoad load, double perSecond, Batches batches, String file, double seconds, Rounds into)
            throws IOException, InterruptedException {
        var alone = load.run(perSecond, seconds);
        var clean = measured(ALONE, alone, into);
        var batch = batches.create(file);
        batches.await(batch, shown -> completed(shown) > 0);
        var before = completed(batches.show(batch));
        var beside = load.run(perSecond, seconds);
        clean &= measured(BESIDE, beside, into);
        into.add(MORE, P50, 100 * (beside.millis(50) / alone.millis(50) - 1));
        into.add(MORE, P99, 100 * (beside.millis(99) / alone.millis(99) - 1));
        var served = completed(batches.show(batch)) - before;
        into.add(BESIDE, LINES_SERVED, served / seconds);
        batches.cancel(batch);
        batches.await(batch, shown -> status(shown).equals("cancelled"));
        if (served == 0) {
            out.println("the batch did not come further meanwhile");
        }
        return clean && served > 0;
    }

    private boolean measured(String when, Measured seen, Rounds into) {
        into.add(when, P50, seen.millis(50));
        into.add(when, P99, seen.millis(99));
        if (seen.failed() > 0) {
            out.println(seen.failed() + " calls failed " + when + ": " + seen.firstFailure());
        }
        return seen.failed() == 0;
    }

    private void report() {
        var table = new Table("default", "p50 ms", "p99 ms", "lines/s");
        for (var when : List.of(ALONE, BESIDE)) {
            table.row(
                    when,
                    rounds.spread(when, P50).text(2),
                    rounds.spread(when, P99).text(2),
                    rounds.spread(when, LINES_SERVED).text(1));
        }
        out.println();
        out.print(table.text());
        Verdict.atMost(out, "median of default beside a batch, % more than without", rounds.spread(MORE, P50), HELD);
        Verdict.atMost(
                out, "99th percentile of default beside a batch, % more than without", rounds.spread(MORE, P99), HELD);
    }

    private static String status(String batch) {
        var status = STATUS.matcher(batch);
        return status.find() ? status.group(1) : "";
    }

    private static long completed(String batch) {
        var completed = COMPLETED.matcher(batch.substring(Math.max(0, batch.indexOf("request_counts"))));
        return completed.find() ? Long.parseLong(completed.group(1)) : 0;
    }

    /** What callers do with batches. */
    private record Batches(HttpClient client, Contender gateway) {
        private interface Shown {
            boolean is(String batch);
        }

        String upload() throws IOException, InterruptedException {
            var form = new ByteArrayOutputStream();
            form.writeBytes(part("name=\"purpose\"", "batch\r\n"));
            form.writeBytes(part("name=\"file\"; filename=\"in.jsonl\"", ""));
            var body = new ChatBody(ChatBody.MODEL, "flex", false, 1, false).json();
            for (var line = 1; line <= LINES; line++) {
                form.writeBytes(("{\"custom_id\":\"" + line
                                + "\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":" + body + "}\n")
                        .getBytes(UTF_8));
            }
            form.writeBytes(("\r\n--" + BOUNDARY + "--\r\n").getBytes(UTF_8));
            return id(send(request("/v1/files")
                    .header("content-type", "multipart/form-data; boundary=" + BOUNDARY)
                    .POST(BodyPublishers.ofByteArray(form.toByteArray()))));
        }

        private static byte[] part(String name, String content) {
            return ("--" + BOUNDARY + "\r\nContent-Disposition: form-data; " + name + "\r\n\r\n" + content)
                    .getBytes(UTF_8);
        }

        String create(String file) throws IOException, InterruptedException {
            return id(post(
                    "/v1/batches",
                    "{\"input_file_id\":\"" + file
                            + "\",\"endpoint\":\"/v1/chat/completions\",\"completion_window\":\"24h\"}"));
        }

        void cancel(String batch) throws IOException, InterruptedException {
            post("/v1/batches/" + batch + "/cancel", "{}");
        }

        String show(String batch) throws IOException, InterruptedException {
            return send(request("/v1/batches/" + batch).GET());
        }

        void await(String batch, Shown reached) throws IOException, InterruptedException {
            var from = System.nanoTime();
            for (var shown = show(batch); !reached.is(shown); shown = show(batch)) {
                if (System.nanoTime() - from > PATIENCE.toNanos()) {
                    throw new IOException("the batch does not come further: " + shown);
                }
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
        }

        private String post(String path, String body) throws IOException, InterruptedException {
            return send(request(path).header("content-type", "application/json").POST(BodyPublishers.ofString(body)));
        }

        private HttpRequest.Builder request(String path) {
            return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + path))
                    .header("authorization", "Bearer " + gateway.key());
        }

        private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
            var told = client.send(request.build(), BodyHandlers.ofString());
            if (told.statusCode() != 200) {
                throw new IOException("answered " + told.statusCode() + ": " + told.body());
            }
            return told.body();
        }

        private static String id(String shown) throws IOException {
            var id = ID.matcher(shown);
            if (!id.find()) {
                throw new IOException("there is no id in " + shown);
            }
            return id.group(1);
        }
    }
}
