package io.dromedary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dromedary.testing.Chat;
import io.dromedary.testing.GatewayProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a wire tap copies is neither mixed up with what it is copied from nor with what was copied before. */
final class WireTapIT {
    private static final int CALLS = 5;

    @TempDir
    private Path folder;

    @Test
    void copies_that_outlive_their_calls_are_one_file_each() throws Exception {
        var copies = folder.resolve("copies");
        var routes = routes("""
                - route:
                    id: tapped
                    from:
                      uri: platform-http:/v1/tapped
                      steps:
                        - wireTap: { uri: "direct:copy" }
                        - setBody: { constant: "done" }
                - route:
                    id: copy
                    from:
                      uri: direct:copy
                      steps:
                        - delay: { constant: 200, asyncDelayed: "true" }
                        - to: { uri: "file:%s" }
                """.formatted(copies));
        var sent = new ArrayList<String>();
        try (var gateway =
                GatewayProcess.with().flag("--routes", routes.toString()).start()) {
            for (int i = 0; i < CALLS; i++) {
                var body = "call " + i;
                sent.add(body);
                assertThat(Chat.post(gateway.url() + "/v1/tapped", body).body()).isEqualTo("done");
                await().atMost(Duration.ofSeconds(20))
                        .untilAsserted(() -> assertThat(contents(copies)).contains(body));
            }
            assertThat(contents(copies)).containsExactlyInAnyOrderElementsOf(sent);
        }
    }

    @Test
    void what_one_call_leaves_on_its_exchange_is_not_there_for_the_next() throws Exception {
        var routes = routes("""
                - route:
                    id: tapped
                    from:
                      uri: platform-http:/v1/tapped
                      steps:
                        - filter:
                            simple: "${body} == 'one with a secret'"
                            steps:
                              - setProperty: { name: secret, constant: "of the first caller" }
                        - wireTap: { uri: "direct:copy" }
                        - delay: { constant: 500, asyncDelayed: "true" }
                        - setBody: { simple: "secret: ${exchangeProperty.secret}" }
                - route:
                    id: copy
                    from:
                      uri: direct:copy
                      steps:
                        - setBody: { constant: "seen" }
                """);
        try (var gateway =
                GatewayProcess.with().flag("--routes", routes.toString()).start()) {
            var url = gateway.url() + "/v1/tapped";
            assertThat(Chat.post(url, "one with a secret").body()).isEqualTo("secret: of the first caller");
            for (int i = 0; i < CALLS; i++) {
                assertThat(Chat.post(url, "one without").body()).isEqualTo("secret: ");
            }
        }
    }

    private static List<String> contents(Path files) throws IOException {
        if (!Files.isDirectory(files)) {
            return List.of();
        }
        try (Stream<Path> listed = Files.list(files)) {
            var contents = new ArrayList<String>();
            for (var file : listed.toList()) {
                contents.add(Files.readString(file));
            }
            return contents;
        }
    }

    private Path routes(String mine) throws IOException {
        var routes = Files.createDirectory(folder.resolve("routes"));
        Files.writeString(routes.resolve("mine.camel.yaml"), mine);
        return routes;
    }
}
