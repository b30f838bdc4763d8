package io.dromedary.testing;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Plain calls, as curl would make them. */
public final class Chat {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Chat() {}

    /** A chat completion; the body is all of the answer, events included. */
    public static HttpResponse<String> ask(GatewayProcess gateway, String body)
            throws IOException, InterruptedException {
        return CLIENT.send(request(gateway.url(), body), BodyHandlers.ofString());
    }

    /** With another key than the one that opens a gateway without keys. */
    public static HttpResponse<String> ask(GatewayProcess gateway, String body, String key)
            throws IOException, InterruptedException {
        return CLIENT.send(request(gateway.url(), body, key), BodyHandlers.ofString());
    }

    public static HttpRequest request(String url, String body) {
        return request(url, body, GatewayProcess.KEY);
    }

    private static HttpRequest request(String url, String body, String key) {
        return HttpRequest.newBuilder(URI.create(url + "/v1/chat/completions"))
                .timeout(Duration.ofSeconds(60))
                .header("content-type", "application/json")
                .header("authorization", "Bearer " + key)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    /** {@code POST} of any text to any address. */
    public static HttpResponse<String> post(String url, String body) throws IOException, InterruptedException {
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create(url))
                        .timeout(Duration.ofSeconds(30))
                        .header("authorization", "Bearer " + GatewayProcess.KEY)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    /** {@code GET} of any address. */
    public static HttpResponse<String> get(String url) throws IOException, InterruptedException {
        return get(url, GatewayProcess.KEY);
    }

    public static HttpResponse<String> get(String url, String key) throws IOException, InterruptedException {
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create(url))
                        .timeout(Duration.ofSeconds(30))
                        .header("authorization", "Bearer " + key)
                        .build(),
                BodyHandlers.ofString());
    }

    public static String requestId(HttpResponse<?> response) {
        return response.headers().firstValue("x-request-id").orElseThrow();
    }

    public static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }
}
