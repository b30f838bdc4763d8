package io.dromedary;

import io.dromedary.access.Keyring;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/** One call of each kind, so that a class-data cache holds what a first caller needs. */
final class WarmUp {
    private static final String CALL = """
            {"model":"dromedary-sim","stream":%s,"messages":[{"role":"user","content":"say:ready"}]}""";

    private WarmUp() {}

    static void run(String url, String managementUrl) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            for (var stream : new boolean[] {false, true}) {
                client.send(
                        HttpRequest.newBuilder(URI.create(url + "/v1/chat/completions"))
                                .header("content-type", "application/json")
                                .header("authorization", "Bearer " + Keyring.DEMO_KEY)
                                .POST(HttpRequest.BodyPublishers.ofString(CALL.formatted(stream)))
                                .build(),
                        BodyHandlers.ofString());
            }
            for (var path : new String[] {"/observe/health", "/observe/metrics"}) {
                client.send(
                        HttpRequest.newBuilder(URI.create(managementUrl + path)).build(), BodyHandlers.ofString());
            }
        }
    }
}
