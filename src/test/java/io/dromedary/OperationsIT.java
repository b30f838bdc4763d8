package io.dromedary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dromedary.testing.Chat;
import io.dromedary.testing.ChatEvents;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.Script;
import io.dromedary.testing.ScriptedBackend;
import io.dromedary.testing.StreamClient;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an operator does to a running gateway. */
@Timeout(120)
final class OperationsIT {
    private static final String HELLO = "{\"model\":\"%s\",\"messages\":\"hi\"}";

    @Test
    void with_nothing_configured_the_simulator_answers() throws Exception {
        try (var gateway = GatewayProcess.with().start()) {
            var answer = Chat.ask(gateway, HELLO.formatted("dromedary-sim"));
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains("\"content\":\"hi\"").contains("\"system_fingerprint\":\"simulator\"");
            assertThat(gateway.log()).anyMatch(line -> line.endsWith("(1 backends, 1 models)"));
        }
    }

    @Test
    void the_operator_sees_jobs_on_a_page_and_in_metrics() throws Exception {
        try (var gateway = GatewayProcess.with().start()) {
            var page = Chat.get(gateway.managementUrl() + "/observe/jobs");
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.body()).contains("\"run\":\"run_").contains("\"jobs\":[]");
            assertThat(Chat.get(gateway.managementUrl() + "/observe/metrics").body())
                    .contains("dromedary_jobs{kind=\"batch\",state=\"running\"} 0")
                    .contains("dromedary_job_lease_losses_total 0");
        }
    }

    @Test
    void the_demo_key_opens_loopback_alone() throws Exception {
        try (var gateway = GatewayProcess.with().flag("--host", "0.0.0.0").start()) {
            var port = gateway.url().substring(gateway.url().lastIndexOf(':'));
            var answer = Chat.get("http://127.0.0.1" + port + "/v1/models");
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.body()).contains("invalid_api_key");
        }
    }

    @Test
    void a_backend_file_that_is_dropped_in_serves_within_five_seconds_and_a_broken_one_changes_nothing()
            throws Exception {
        try (var gateway = GatewayProcess.with()
                .backend("one", "dialect: simulator\nmodels: { one: {} }\n")
                .start()) {
            assertThat(Chat.ask(gateway, HELLO.formatted("two")).statusCode()).isEqualTo(404);
            Files.writeString(gateway.backends().resolve("two.yaml"), "dialect: simulator\nmodels: { two: {} }\n");
            await().atMost(Duration.ofSeconds(5))
                    .untilAsserted(() -> assertThat(
                                    Chat.ask(gateway, HELLO.formatted("two")).statusCode())
                            .isEqualTo(200));
            Files.writeString(gateway.backends().resolve("two.yaml"), "dialect: nonsense\nmodles: { two: {} }\n");
            await().atMost(Duration.ofSeconds(5))
                    .untilAsserted(() -> assertThat(Chat.get(gateway.managementUrl() + "/observe/health")
                                    .body())
                            .contains("\"status\":\"refused\"")
                            .contains("two.yaml")
                            .contains("modles"));
            assertThat(Chat.ask(gateway, HELLO.formatted("two")).statusCode()).isEqualTo(200);
            assertThat(Chat.get(gateway.managementUrl() + "/observe/metrics").body())
                    .contains("dromedary_config_ok 0");
            assertThat(gateway.log()).anyMatch(line -> line.contains("WARN") && line.contains("two.yaml"));
        }
    }

    @Test
    void a_limit_that_is_changed_holds_within_five_seconds() throws Exception {
        try (var gateway = GatewayProcess.with().start()) {
            var longer = HELLO.formatted("dromedary-sim").replace("hi", "hi ".repeat(700));
            assertThat(Chat.ask(gateway, longer).statusCode()).isEqualTo(200);
            Files.writeString(gateway.config().resolve("gateway.yaml"), "limits: { jsonBytes: 1024 }\n");
            await().atMost(Duration.ofSeconds(5))
                    .untilAsserted(() ->
                            assertThat(Chat.ask(gateway, longer).statusCode()).isEqualTo(413));
        }
    }

    @Test
    void sigterm_lets_streams_finish_and_takes_no_new_calls() throws Exception {
        try (var upstream = ScriptedBackend.start(request -> Script.stream(ChatEvents.role(), ChatEvents.text("Once"))
                        .pause(Duration.ofSeconds(3))
                        .event(ChatEvents.text(" upon a time"))
                        .event(ChatEvents.finish("stop"))
                        .event(ChatEvents.DONE));
                var gateway = GatewayProcess.with()
                        .backend("upstream", """
                                dialect: openai
                                url: %s/v1
                                models: { slow: {} }
                                """.formatted(upstream.url()))
                        .start();
                var client = StreamClient.ask(gateway.url(), "slow", "hi")) {
            client.readUpTo("Once");
            var exit = CompletableFuture.supplyAsync(() -> {
                try {
                    return gateway.stop();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            await().atMost(Duration.ofSeconds(2)).untilAsserted(() -> {
                var refused = Chat.ask(gateway, HELLO.formatted("slow"));
                assertThat(refused.statusCode()).isEqualTo(503);
                assertThat(refused.body()).contains("shutting_down");
            });
            assertThat(Chat.get(gateway.managementUrl() + "/observe/health/ready")
                            .statusCode())
                    .isEqualTo(503);
            assertThat(client.readUpTo("[DONE]")).contains(" upon a time").contains("[DONE]");
            assertThat(exit.join()).isIn(0, 143);
        }
    }

    @Test
    void models_are_listed_for_the_caller_and_described_when_asked() throws Exception {
        try (var gateway = GatewayProcess.with()
                .backend("one", "dialect: simulator\nmodels: { org/one: {}, two: {} }\n")
                .config("keys.yaml", """
                        projects:
                          all:
                            keys: [ { id: a, secret: "${env:KEY_A}" } ]
                          some:
                            models: [ org/* ]
                            keys: [ { id: b, secret: "${env:KEY_B}" } ]
                        """)
                .environment("KEY_A", GatewayProcess.KEY + "-not")
                .environment("KEY_B", "sk-some-key-of-ours")
                .start()) {
            assertThat(Chat.get(gateway.url() + "/v1/models").statusCode()).isEqualTo(401);
            var mine = Chat.get(gateway.url() + "/v1/models", "sk-some-key-of-ours");
            assertThat(mine.body()).contains("\"id\":\"org/one\"").doesNotContain("\"two\"");
            var one = Chat.get(gateway.url() + "/v1/models/org/one?verbose=true", "sk-some-key-of-ours");
            assertThat(one.statusCode()).isEqualTo(200);
            assertThat(one.body()).contains("\"capabilities\"").contains("\"state\":\"on\"");
            assertThat(Chat.get(gateway.url() + "/v1/models/two", "sk-some-key-of-ours")
                            .statusCode())
                    .isEqualTo(404);
        }
    }
}
