package io.dromedary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.json.Json;
import io.dromedary.testing.Chat;
import io.dromedary.testing.ChatEvents;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.Script;
import io.dromedary.testing.ScriptedBackend;
import io.dromedary.testing.StreamClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a caller is told of its limits, and an operator of everybody's. */
@Timeout(120)
final class LimitsIT {
    private static final String KEYS = """
            projects:
              acme:
                overLimit: false
                limits: { requestsPerMinute: 2, tokensPerMinute: 100000 }
                keys: [ { id: ci, secret: "${env:KEY}" } ]
            """;

    @Test
    void a_caller_sees_what_its_calls_have_left_of_its_limits_and_an_operator_who_was_refused() throws Exception {
        try (var gateway = limited().start()) {
            assertThat(limits(gateway, "/v1/limits")
                            .at("/accounts/0/requests/remaining")
                            .asInt())
                    .isEqualTo(2);
            var answer = ask(gateway);
            assertThat(answer.statusCode()).isEqualTo(200);
            for (var path : new String[] {"/v1/limits", "/limits", "/acme/v1/limits", "/v1/limits?model=chat"}) {
                var limits = limits(gateway, path);
                assertThat(limits.path("project").asText()).isEqualTo("acme");
                assertThat(limits.path("key").asText()).isEqualTo("ci");
                assertThat(limits.path("store").asText()).isEqualTo("ok");
                assertThat(limits.at("/accounts/0/requests/limit").asInt()).isEqualTo(2);
                assertThat(limits.at("/accounts/0/requests/remaining").asInt()).isEqualTo(1);
                assertThat(limits.at("/accounts/0/tokens/remaining").asText())
                        .as("the figure of the header, or some that came back since")
                        .satisfies(left -> assertThat(Integer.parseInt(left)).isBetween(99_000, 100_000));
                assertThat(limits.at("/models/0/id").asText()).isEqualTo("chat");
            }
            assertThat(ask(gateway).statusCode()).isEqualTo(200);
            var refused = ask(gateway);
            assertThat(refused.statusCode()).isEqualTo(429);

            var metrics = Chat.get(gateway.managementUrl() + "/observe/metrics").body();
            assertThat(metrics.lines())
                    .contains(
                            "dromedary_tier_calls_total{asked=\"auto\",ended=\"answered\",served=\"default\"} 2.0",
                            "dromedary_tier_calls_total{asked=\"auto\",ended=\"refused\",served=\"none\"} 1.0",
                            "dromedary_tier_refusals_total{reason=\"requests\",tier=\"default\"} 1.0",
                            "dromedary_ledger_store_answers 1.0",
                            "dromedary_gate_limit{backend=\"one\"} 64.0",
                            "dromedary_gate_in_flight{backend=\"one\",lane=\"default\"} 0.0");
            assertThat(metrics).doesNotContain("acme").doesNotContain("\"ci\"");
        }
    }

    @Test
    void without_a_key_nobody_sees_limits() throws Exception {
        try (var gateway = limited().start()) {
            var answer = Chat.get(gateway.url() + "/v1/limits", "sk-nobody");
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.body()).contains("invalid_api_key");
            assertThat(Chat.get(gateway.url() + "/other/v1/limits", "sk-key").statusCode())
                    .isEqualTo(403);
            assertThat(Chat.get(gateway.url() + "/v1/limits?model=none", "sk-key")
                            .statusCode())
                    .isEqualTo(404);
            assertThat(Chat.post(gateway.url() + "/v1/limits", "").statusCode()).isEqualTo(405);
        }
    }

    @Test
    void metrics_name_the_project_and_never_the_key_where_that_is_wanted() throws Exception {
        try (var gateway = limited()
                .config("gateway.yaml", "observe: { projectLabels: true }\n")
                .start()) {
            assertThat(ask(gateway).statusCode()).isEqualTo(200);
            var metrics = Chat.get(gateway.managementUrl() + "/observe/metrics").body();
            assertThat(metrics)
                    .contains("asked=\"auto\",ended=\"answered\",project=\"acme\",served=\"default\"} 1.0")
                    .doesNotContain("\"ci\"")
                    .doesNotContain("sk-key");
        }
    }

    @Test
    void who_waits_in_front_of_a_backend_is_seen_by_callers_and_operators() throws Exception {
        var over = new CompletableFuture<Void>();
        try (var upstream = ScriptedBackend.start(request -> over.isDone()
                        ? Script.stream(
                                ChatEvents.role(), ChatEvents.text("Two"), ChatEvents.finish("stop"), ChatEvents.DONE)
                        : Script.stream(ChatEvents.role(), ChatEvents.text("One"))
                                .pause(Duration.ofSeconds(60)));
                var gateway = GatewayProcess.with()
                        .backend("upstream", """
                                dialect: openai
                                url: %s/v1
                                concurrency: 1
                                timeouts: { betweenTokens: 2m }
                                models: { slow: {} }
                                """.formatted(upstream.url()))
                        .start();
                var client = StreamClient.ask(gateway.url(), "slow", "hi")) {
            client.readUpTo("One");
            try (var second = StreamClient.ask(gateway.url(), "slow", "hi")) {
                await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> {
                    var model = json(Chat.get(gateway.url() + "/v1/limits")).at("/models/0");
                    assertThat(model.path("concurrency").asInt()).isEqualTo(1);
                    assertThat(model.path("in_flight").asInt()).isEqualTo(1);
                    assertThat(lane(model, "default").path("in_flight").asInt()).isEqualTo(1);
                    assertThat(lane(model, "default").path("queued").asInt()).isEqualTo(1);
                });
                assertThat(Chat.get(gateway.managementUrl() + "/observe/health").body())
                        .contains("\"gate\":{\"limit\":1,\"in_flight\":1,\"queued\":1}");
                assertThat(Chat.get(gateway.managementUrl() + "/observe/metrics")
                                .body())
                        .contains("dromedary_gate_queued{backend=\"upstream\",lane=\"default\"} 1.0");
                over.complete(null);
                client.close();
                second.readUpTo("[DONE]");
            }
            assertThat(Chat.get(gateway.managementUrl() + "/observe/metrics").body())
                    .contains("dromedary_gate_wait_seconds_count{ended=\"admitted\",lane=\"default\"} 1");
            await().atMost(Duration.ofSeconds(5))
                    .untilAsserted(() -> assertThat(gateway.log())
                            .anyMatch(line -> line.contains("\"ended\":\"answered\"")
                                    && line.contains("/v1/chat/completions")
                                    && line.matches(".*\"lane_wait_ms\":\\d+.*")));
        }
    }

    private static GatewayProcess.Builder limited() {
        return GatewayProcess.with()
                .backend("one", "dialect: simulator\nmodels: { chat: {} }\n")
                .config("keys.yaml", KEYS)
                .environment("KEY", "sk-key");
    }

    private static HttpResponse<String> ask(GatewayProcess gateway) throws IOException, InterruptedException {
        return Chat.ask(gateway, "{\"model\":\"chat\",\"messages\":\"hi\"}", "sk-key");
    }

    private static JsonNode limits(GatewayProcess gateway, String path) throws IOException, InterruptedException {
        var answer = Chat.get(gateway.url() + path, "sk-key");
        assertThat(answer.statusCode()).isEqualTo(200);
        return json(answer);
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return Objects.requireNonNull(Json.read(answer.body().getBytes(StandardCharsets.UTF_8)), answer.body());
    }

    private static JsonNode lane(JsonNode model, String word) {
        return StreamSupport.stream(model.path("lanes").spliterator(), false)
                .filter(lane -> lane.path("lane").asText().equals(word))
                .findFirst()
                .orElseThrow();
    }
}
