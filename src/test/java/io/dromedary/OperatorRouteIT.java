package io.dromedary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dromedary.testing.Chat;
import io.dromedary.testing.GatewayProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator's change that docs/routes.md shows, word for word. */
final class OperatorRouteIT {
    private static final Pattern EXAMPLE =
            Pattern.compile("```yaml\\n# routes/chat-completions\\.camel\\.yaml\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern AUDIT =
            Pattern.compile("```yaml\\n# routes/audit\\.camel\\.yaml\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern TAP = Pattern.compile("```yaml\\n( +- wireTap:.*?)```", Pattern.DOTALL);
    private static final String GUARD = "dromedary_route_breaker_state{breaker=\"%s\"} %s.0";
    private static final String HELLO = """
            {"model":"dromedary-sim","messages":[{"role":"user","content":"say:hello"}]}""";

    @TempDir
    private Path folder;

    @Test
    void a_copy_of_every_answered_call_goes_to_an_endpoint_of_the_operators_choice() throws Exception {
        var answers = folder.resolve("answers");
        try (var gateway = GatewayProcess.with()
                .flag("--routes", routes(answers).toString())
                .start()) {
            var whole = Chat.ask(gateway, """
                    {"model":"dromedary-sim","messages":[{"role":"user","content":"say:one answer"}]}""");
            var streamed = Chat.ask(gateway, """
                    {"model":"dromedary-sim","stream":true,"messages":[{"role":"user","content":"say:another one"}]}""");
            var refused = Chat.ask(gateway, "{\"model\":\"nobody\",\"messages\":\"hi\"}");
            assertThat(refused.statusCode()).isEqualTo(404);
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                assertThat(copy(answers, Chat.requestId(whole))).isEqualTo(whole.body());
                assertThat(copy(answers, Chat.requestId(streamed))).isEqualTo(streamed.body());
            });
            try (Stream<Path> files = Files.list(answers)) {
                assertThat(files).hasSize(2);
            }
        }
    }

    @Test
    void a_route_that_forgets_its_reply_or_breaks_it_is_a_500_and_sends_nothing_back() throws Exception {
        var routes = shipped();
        Files.writeString(routes.resolve("mine.camel.yaml"), """
                - route:
                    id: forgets
                    from:
                      uri: platform-http:/v1/forgets
                      steps:
                        - process: { ref: identify }
                - route:
                    id: breaks
                    from:
                      uri: platform-http:/v1/breaks
                      steps:
                        - setHeader: { name: "not a name", constant: "x" }
                        - setBody: { constant: "done" }
                """);
        try (var gateway =
                GatewayProcess.with().flag("--routes", routes.toString()).start()) {
            for (var path : List.of("/v1/forgets", "/v1/breaks")) {
                var answer = Chat.post(gateway.url() + path, "a secret prompt");
                assertThat(answer.statusCode()).as(path).isEqualTo(500);
                assertThat(Chat.requestId(answer)).startsWith("req_");
                assertThat(answer.body()).contains("server_error").doesNotContain("secret");
            }
            assertThat(Chat.get(gateway.managementUrl() + "/observe/metrics").body())
                    .contains("dromedary_calls_in_flight 0");
        }
    }

    @Test
    void a_copy_for_an_endpoint_that_is_down_goes_elsewhere_and_no_caller_notices() throws Exception {
        var later = folder.resolve("audit");
        var routes = shipped();
        var docs = Files.readString(Path.of("docs", "routes.md"));
        Files.writeString(
                routes.resolve("audit.camel.yaml"),
                example(AUDIT, docs)
                        .replace("http://audit.internal:8080/requests", "seda:nobody?failIfNoConsumers=true")
                        .replace("file:data/audit", "file:" + later));
        var chat = routes.resolve("chat-completions.camel.yaml");
        Files.writeString(
                chat,
                Files.readString(chat)
                        .replace(
                                "        - to:\n            id: chat-call",
                                example(TAP, docs) + "        - to:\n            id: chat-call"));
        assertThat(RouteTrial.problems(routes)).isEmpty();
        try (var gateway =
                GatewayProcess.with().flag("--routes", routes.toString()).start()) {
            assertThat(metrics(gateway)).contains(GUARD.formatted("audit-guard", 0));
            for (int i = 0; i < 7; i++) {
                var answer = Chat.ask(gateway, HELLO);
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.body()).contains("hello");
            }
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                assertThat(metrics(gateway)).contains(GUARD.formatted("audit-guard", 2));
                try (Stream<Path> files = Files.list(later)) {
                    assertThat(files.toList())
                            .hasSize(7)
                            .allSatisfy(file -> assertThat(file).hasContent(HELLO));
                }
            });
            assertThat(gateway.log()).anyMatch(line -> line.contains("the circuit breaker audit-guard opens"));
            assertThat(metrics(gateway)).contains(GUARD.formatted("operations-metrics-guard", 0));
        }
    }

    @Test
    void a_breaker_without_a_fallback_refuses_in_openais_shape() throws Exception {
        var routes = shipped();
        Files.writeString(routes.resolve("mine.camel.yaml"), """
                - route:
                    id: mine
                    from:
                      uri: platform-http:/v1/mine
                      steps:
                        - circuitBreaker:
                            id: mine-guard
                            resilience4jConfiguration: { minimumNumberOfCalls: 2, slidingWindowSize: 2 }
                            steps:
                              - to: { uri: "seda:nobody?failIfNoConsumers=true" }
                - route:
                    id: timed
                    from:
                      uri: platform-http:/v1/timed
                      steps:
                        - circuitBreaker:
                            id: timed-guard
                            resilience4jConfiguration: { timeoutEnabled: "true", timeoutDuration: 100 }
                            steps:
                              - delay: { constant: 1500, asyncDelayed: "true" }
                              - setBody: { constant: "late" }
                - route:
                    id: listed
                    from:
                      uri: platform-http:/v1/listed
                      steps:
                        - circuitBreaker:
                            id: listed-guard
                            resilience4jConfiguration: { timeoutEnabled: "true", timeoutDuration: 10000 }
                            steps:
                              - process: { ref: identify }
                              - process: { ref: list-models }
                              - setHeader: { name: x-inside, constant: "yes" }
                """);
        try (var gateway =
                GatewayProcess.with().flag("--routes", routes.toString()).start()) {
            for (int i = 0; i < 2; i++) {
                assertThat(Chat.get(gateway.url() + "/v1/mine").statusCode()).isEqualTo(500);
            }
            var open = Chat.get(gateway.url() + "/v1/mine");
            assertThat(open.statusCode()).isEqualTo(503);
            assertThat(open.body())
                    .contains("\"type\":\"service_unavailable_error\"")
                    .contains("\"code\":\"circuit_open\"")
                    .contains("`mine-guard`");
            var late = Chat.get(gateway.url() + "/v1/timed");
            assertThat(late.statusCode()).isEqualTo(504);
            assertThat(late.body()).contains("\"code\":\"step_timed_out\"").contains("`timed-guard`");
            for (int i = 0; i < 20; i++) {
                assertThat(Chat.get(gateway.url() + "/v1/listed", "sk-wrong").statusCode())
                        .isEqualTo(401);
            }
            var listed = Chat.get(gateway.url() + "/v1/listed?verbose=true", GatewayProcess.KEY);
            assertThat(listed.body()).contains("dromedary-sim").contains("\"capabilities\"");
            assertThat(listed.headers().firstValue("x-inside")).hasValue("yes");
            assertThat(listed.headers().map()).doesNotContainKey("authorization");
            assertThat(metrics(gateway))
                    .contains("dromedary_calls_in_flight 0")
                    .contains(GUARD.formatted("mine-guard", 2))
                    .contains(GUARD.formatted("listed-guard", 0));
        }
    }

    @Test
    void an_option_that_no_breaker_has_is_found_by_the_check() throws Exception {
        var routes = Files.createDirectory(folder.resolve("wrong"));
        Files.writeString(routes.resolve("wrong.camel.yaml"), """
                - route:
                    id: wrong
                    from:
                      uri: platform-http:/v1/wrong
                      steps:
                        - circuitBreaker:
                            id: wrong-guard
                            resilience4jConfiguration: { bulkheadEnabled: "true" }
                            steps:
                              - process: { ref: identify }
                """);
        assertThat(RouteTrial.problems(routes)).singleElement().satisfies(problem -> {
            assertThat(problem.message()).contains("wrong-guard").contains("bulkheadEnabled");
            assertThat(problem.line()).isEqualTo(6);
        });
    }

    @Test
    void breakers_share_what_application_properties_says() throws Exception {
        var routes = shipped();
        Files.writeString(routes.resolve("mine.camel.yaml"), """
                - route:
                    id: mine
                    from:
                      uri: platform-http:/v1/mine
                      steps:
                        - circuitBreaker:
                            id: mine-guard
                            configuration: gentle
                            steps:
                              - to: { uri: "seda:nobody?failIfNoConsumers=true" }
                """);
        var properties = example(
                Pattern.compile("```properties\\n(camel\\.beans\\.gentle.*?)```", Pattern.DOTALL),
                Files.readString(Path.of("docs", "routes.md")));
        try (var gateway = GatewayProcess.with()
                .flag("--routes", routes.toString())
                .config("application.properties", properties + "camel.resilience4j.slidingWindowSize = 5\n")
                .start()) {
            for (int i = 0; i < 5; i++) {
                assertThat(Chat.get(gateway.url() + "/v1/mine").statusCode()).isEqualTo(500);
            }
            assertThat(Chat.get(gateway.url() + "/v1/mine").statusCode()).isEqualTo(503);
        }
    }

    private static String metrics(GatewayProcess gateway) throws Exception {
        return Chat.get(gateway.managementUrl() + "/observe/metrics").body();
    }

    private static String example(Pattern pattern, String docs) {
        var example = pattern.matcher(docs);
        assertThat(example.find()).isTrue();
        return example.group(1);
    }

    private static String copy(Path answers, String requestId) throws Exception {
        return Files.readString(answers.resolve(requestId + ".json"));
    }

    /** The shipped routes with the one file of the example changed. */
    private Path routes(Path answers) throws Exception {
        var routes = shipped();
        var example = EXAMPLE.matcher(Files.readString(Path.of("docs", "routes.md")));
        assertThat(example.find()).isTrue();
        var yaml = example.group(1);
        assertThat(yaml).contains("file:data/answers");
        Files.writeString(
                routes.resolve("chat-completions.camel.yaml"), yaml.replace("file:data/answers", "file:" + answers));
        return routes;
    }

    private Path shipped() throws Exception {
        var routes = Files.createDirectory(folder.resolve("routes"));
        try (Stream<Path> shipped = Files.list(Path.of("routes"))) {
            for (var file : shipped.toList()) {
                Files.copy(file, routes.resolve(file.getFileName()));
            }
        }
        return routes;
    }
}
