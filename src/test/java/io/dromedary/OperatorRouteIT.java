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
