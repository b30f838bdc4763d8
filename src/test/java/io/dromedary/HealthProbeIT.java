package io.dromedary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dromedary.testing.Chat;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.ModelAnswer;
import io.dromedary.testing.Script;
import io.dromedary.testing.ScriptedBackend;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A backend that says of itself that it is not well. */
@Timeout(120)
final class HealthProbeIT {
    private static final ModelAnswer ANSWER = ModelAnswer.words("w", 3);

    @Test
    void a_vllm_that_is_not_well_is_asked_last_and_first_again_when_it_is() throws Exception {
        try (var vllm = ScriptedBackend.start(ANSWER::to);
                var spare = ScriptedBackend.start(ANSWER::to);
                var gateway = GatewayProcess.with()
                        .backend("local", backend("vllm", vllm, 1))
                        .backend("spare", backend("openai", spare, 2))
                        .start()) {
            assertThat(answering(gateway)).isEqualTo("local");

            vllm.health(Script.json(503, "{}"));
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(answering(gateway)).isEqualTo("spare"));
            assertThat(Chat.get(gateway.managementUrl() + "/observe/health").body())
                    .contains("\"down\"")
                    .contains("m marked until ")
                    .contains("health 503");

            vllm.health(Script.nothing().stall());
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(Chat.get(gateway.managementUrl() + "/observe/health")
                                    .body())
                            .contains("health: no answer"));
            assertThat(answering(gateway))
                    .as("one that says nothing is not well")
                    .isEqualTo("spare");

            vllm.health(Script.json(404, "{}"));
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(answering(gateway))
                            .as("a page that is not there says nothing")
                            .isEqualTo("local"));

            vllm.health(Script.json(503, "{}"));
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(answering(gateway)).isEqualTo("spare"));

            vllm.health(Script.json(200, "{}"));
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(answering(gateway)).isEqualTo("local"));
        }
    }

    @Test
    void a_tgi_says_what_it_is_and_its_window_decides_where_a_long_prompt_goes() throws Exception {
        try (var small = ScriptedBackend.start(request -> Script.json(422, """
                        {"error":"Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 9000 \
                        `inputs` tokens and 100 `max_new_tokens`","error_type":"validation"}"""));
                var same = ScriptedBackend.start(ANSWER::to);
                var large = ScriptedBackend.start(ANSWER::to);
                var gateway = GatewayProcess.with()
                        .backend("small", backend("tgi", small, 1))
                        .backend("same", other("same", 4096, same))
                        .backend("large", other("large", 32_768, large))
                        .config("models.yaml", "models: { m: { fallback: [same, large] } }")
                        .start()) {
            small.report(Script.json(200, """
                    {"model_id":"org/model","version":"3.3.4","max_total_tokens":4096,"max_concurrent_requests":48}"""));
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(Chat.get(gateway.managementUrl() + "/observe/health")
                                    .body())
                            .contains("\"reported\":{\"model\":\"org/model\",\"version\":\"3.3.4\","
                                    + "\"context_window\":\"4096\",\"concurrency\":\"48\"},\"gate\":{\"limit\":48,"));
            assertThat(answering(gateway)).isEqualTo("large");
            assertThat(same.received()).isEmpty();
        }
    }

    @Test
    void one_that_is_not_well_is_asked_all_the_same_where_nobody_else_could() throws Exception {
        try (var vllm = ScriptedBackend.start(ANSWER::to);
                var gateway = GatewayProcess.with()
                        .backend("local", backend("vllm", vllm, 1))
                        .start()) {
            vllm.health(Script.json(500, "{}"));
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(Chat.get(gateway.managementUrl() + "/observe/health")
                                    .body())
                            .contains("health 500"));
            assertThat(answering(gateway)).isEqualTo("local");
        }
    }

    private static String answering(GatewayProcess gateway) throws Exception {
        var answer = Chat.ask(gateway, "{\"model\":\"m\",\"messages\":\"hi\"}");
        assertThat(answer.statusCode()).isEqualTo(200);
        return Chat.header(answer, "x-dromedary-backend");
    }

    private static String other(String model, int window, ScriptedBackend backend) {
        return """
                dialect: openai
                url: %s/v1
                models: { %s: }
                capabilities: { contextWindow: %d }
                """.formatted(backend.url(), model, window);
    }

    private static String backend(String dialect, ScriptedBackend backend, int priority) {
        return """
                dialect: %s
                url: %s/v1
                models:
                  m: { upstream: up, priority: %d }
                """.formatted(dialect, backend.url(), priority);
    }
}
