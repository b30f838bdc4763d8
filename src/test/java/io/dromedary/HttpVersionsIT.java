package io.dromedary;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.testing.GatewayProcess;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A client that asks for HTTP/2 in clear text, as the JDK's does, is served as well as one that does not, for long. */
@Timeout(60)
final class HttpVersionsIT {
    private static final int CALLS = 5;
    private static GatewayProcess gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = GatewayProcess.with().backend("simulator", """
                        dialect: simulator
                        models:
                          simulated: { upstream: simulator }
                        """).start();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
    void one_connection_serves_call_after_call(HttpClient.Version version) throws Exception {
        try (var client = HttpClient.newBuilder().version(version).build()) {
            for (var i = 0; i < CALLS; i++) {
                assertThat(answer(client, chat(false))).contains("\"content\":\"Hello\"");
                assertThat(answer(client, chat(true))).endsWith("data: [DONE]\n\n");
                assertThat(answer(client, to(gateway.url() + "/v1/models"))).contains("simulated");
                assertThat(answer(client, to(gateway.managementUrl() + "/observe/metrics")))
                        .contains("dromedary_");
            }
        }
    }

    private static HttpRequest.Builder chat(boolean stream) {
        return to(gateway.url() + "/v1/chat/completions")
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString("{\"model\":\"simulated\",\"stream\":" + stream
                        + ",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}"));
    }

    private static HttpRequest.Builder to(String url) {
        return HttpRequest.newBuilder(URI.create(url))
                .header("authorization", "Bearer " + GatewayProcess.KEY)
                .timeout(Duration.ofSeconds(5));
    }

    private static String answer(HttpClient client, HttpRequest.Builder request) throws Exception {
        var response = client.send(request.build(), BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body();
    }
}
