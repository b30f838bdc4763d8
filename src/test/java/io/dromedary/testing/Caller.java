package io.dromedary.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Somebody who calls a gateway with a key of a project.
 *
 * @param url of the gateway
 */
public record Caller(String url, String key) {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Executor THREADS = Thread::startVirtualThread;

    /** With the key of that id, see {@link #key}. */
    public static Caller of(GatewayProcess gateway, String id) {
        return new Caller(gateway.url(), secret(id));
    }

    private static String secret(String id) {
        return "sk-drm-test-of-" + id;
    }

    /** A key of {@code keys.yaml}, with more members if need be. */
    public static String key(String id, String... members) {
        var more = members.length == 0 ? "" : ", " + String.join(", ", members);
        return "{ id: " + id + ", sha256: " + sha256(secret(id)) + more + " }";
    }

    private static String sha256(String text) {
        try {
            var hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A project of {@code keys.yaml} whose key has the same id, with these lines about it. */
    public static String project(String id, String... lines) {
        return project(id, List.of(key(id)), lines);
    }

    /** A project of {@code keys.yaml} with these keys and lines. */
    public static String project(String name, List<String> keys, String... lines) {
        var yaml = new StringBuilder("  " + name + ":\n    keys: [" + String.join(", ", keys) + "]\n");
        for (var line : lines) {
            yaml.append("    ").append(line).append('\n');
        }
        return yaml.toString();
    }

    /** A file {@code keys.yaml}. */
    public static String keys(String... projects) {
        return "projects:\n" + String.join("", projects);
    }

    /**
     * The request of a chat completion.
     *
     * @param members that it has beside its model and one message, e.g. {@code "service_tier":"flex"}
     */
    public static String body(String model, String... members) {
        var more = members.length == 0 ? "" : "," + String.join(",", members);
        return "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]" + more + "}";
    }

    /** The member {@code service_tier}. */
    public static String tier(String word) {
        return "\"service_tier\":\"" + word + "\"";
    }

    /** The member {@code stream}. */
    public static String stream(boolean wanted) {
        return "\"stream\":" + wanted;
    }

    /** A chat completion; the body is all of the answer, events included. */
    public HttpResponse<String> ask(String body) {
        return ask(body, "accept", "*/*");
    }

    /** Likewise, with a header of one's own. */
    public HttpResponse<String> ask(String body, String header, String value) {
        return send(request(body).header(header, value));
    }

    /** Likewise, without waiting for it. */
    public CompletableFuture<HttpResponse<String>> begin(String body) {
        return CompletableFuture.supplyAsync(() -> ask(body), THREADS);
    }

    /** @param path e.g. {@code /v1/responses}; the body is all of the answer, events included */
    public HttpResponse<String> post(String path, String body) {
        return send(to(path).header("content-type", "application/json").POST(BodyPublishers.ofString(body)));
    }

    /** Likewise, by somebody who waits so long for the whole answer, e.g. {@code 100ms}. */
    public HttpResponse<String> postWithin(String path, String body, String time) {
        return send(to(path).header("content-type", "application/json")
                .header("x-dromedary-timeout", time)
                .POST(BodyPublishers.ofString(body)));
    }

    public HttpResponse<String> get(String path) {
        return send(to(path).GET());
    }

    public HttpResponse<String> delete(String path) {
        return send(to(path).DELETE());
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return CLIENT.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpRequest.Builder request(String body) {
        return to("/v1/chat/completions")
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString(body));
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create(url + path))
                .timeout(Duration.ofSeconds(60))
                .header("authorization", "Bearer " + key);
    }

    /** A whole body, or an error. */
    public static JsonNode json(HttpResponse<String> answer) {
        return Json.object(answer.body().getBytes(UTF_8));
    }

    /** The events of a stream but {@code [DONE]}. */
    public static List<JsonNode> chunks(HttpResponse<String> answer) {
        return chunks(answer.body());
    }

    /** The whole events in the text of a stream but {@code [DONE]}. */
    public static List<JsonNode> chunks(String events) {
        return events.substring(0, events.lastIndexOf("\n\n") + 1)
                .lines()
                .filter(line -> line.startsWith("data: {"))
                .map(line -> (JsonNode) Json.object(line.substring(6).getBytes(UTF_8)))
                .toList();
    }
}
