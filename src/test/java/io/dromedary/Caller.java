package io.dromedary;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.json.Json;
import io.dromedary.testing.GatewayProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Makes the calls of a {@link FailoverCase} and notes when each line of an answer came. */
final class Caller {
    /** How many messages every request has. */
    static final int MESSAGES = 2;

    private static final JsonNode REQUEST = Json.object("""
            {"messages":[{"role":"system","content":"Be \\"brief\\"."},{"role":"user","content":"Tell me éverything"}]}""".getBytes(StandardCharsets.UTF_8));
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Caller() {}

    static JsonNode message(int index) {
        return REQUEST.path("messages").path(index);
    }

    /** @param members more of the request's body, from a comma on */
    static String body(String model, boolean stream, String members) {
        return "{\"model\":\"" + model + "\"" + (stream ? ",\"stream\":true" : "") + members + ",\"messages\":"
                + REQUEST.path("messages") + "}";
    }

    /** Asks, and fails where there is no end after the time. */
    static Told ask(String url, String body, Map<String, String> headers, Duration most) throws InterruptedException {
        var asked = System.nanoTime();
        var answer = CLIENT.sendAsync(request(url, body, headers), BodyHandlers.ofInputStream());
        try {
            var response = answer.get(most.toMillis(), TimeUnit.MILLISECONDS);
            var left = most.minusNanos(System.nanoTime() - asked);
            return told(response, asked, left);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new AssertionError("no status after " + most.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            throw new AssertionError("the connection broke before a status: " + e.getCause(), e);
        }
    }

    /** Something to wait for. */
    interface Moment {
        void await() throws InterruptedException;
    }

    /** Asks, and closes the connection when the moment has come. Gives the time, of {@link System#nanoTime}. */
    static long leave(String url, String body, Moment moment) throws InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            var ignored = client.sendAsync(request(url, body, Map.of()), BodyHandlers.discarding());
            moment.await();
            var left = System.nanoTime();
            client.shutdownNow();
            return left;
        }
    }

    private static HttpRequest request(String url, String body, Map<String, String> headers) {
        var request = HttpRequest.newBuilder(URI.create(url + "/v1/chat/completions"))
                .header("content-type", "application/json")
                .header("authorization", "Bearer " + GatewayProcess.KEY)
                .POST(HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::header);
        return request.build();
    }

    private static Told told(HttpResponse<InputStream> response, long asked, Duration left) {
        var lines = new ArrayList<Told.Line>();
        var late = new CompletableFuture<Boolean>();
        CompletableFuture.delayedExecutor(Math.max(1, left.toMillis()), TimeUnit.MILLISECONDS)
                .execute(() -> {
                    late.complete(true);
                    close(response.body());
                });
        var broken = read(response.body(), lines);
        return new Told(
                response.statusCode(),
                response.headers(),
                List.copyOf(lines),
                late.getNow(false) ? "no end in time" : broken,
                Duration.ofNanos(System.nanoTime() - asked));
    }

    private static @Nullable String read(InputStream body, List<Told.Line> lines) {
        try (var in = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                lines.add(new Told.Line(line, System.nanoTime()));
            }
            return null;
        } catch (IOException e) {
            return "the connection broke: " + e.getMessage();
        }
    }

    private static void close(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            // it is over either way
        }
    }
}
