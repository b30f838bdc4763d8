package io.dromedary;

import static io.dromedary.testing.Caller.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.testing.Chat;
import io.dromedary.testing.GatewayProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Guards are a route: the operator's example of docs/routes.md, word for word, and what happens where steps are missing. */
@Timeout(180)
final class GuardRoutesIT {
    private static final Pattern GUARD =
            Pattern.compile("```yaml\\n# routes/guard-words\\.camel\\.yaml\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern STEPS =
            Pattern.compile("```yaml\\n( +- setProperty:\\n +id: guard-words-.*?)```", Pattern.DOTALL);
    private static final String SAID = """
            {"model":"dromedary-sim","messages":[{"role":"user","content":"say:%s"}],"output":{"%s":%s}}""";

    @TempDir
    private Path folder;

    @Test
    void a_guard_that_is_a_route_of_the_operators_honours_a_switch() throws Exception {
        var docs = Files.readString(Path.of("docs", "routes.md"));
        var guard = shipped().resolve("guard.camel.yaml");
        Files.writeString(guard, Files.readString(guard) + example(STEPS, docs));
        Files.writeString(folder.resolve("guard-words.camel.yaml"), example(GUARD, docs));
        try (var gateway =
                GatewayProcess.with().flag("--routes", folder.toString()).start()) {
            var clean = Chat.ask(gateway, SAID.formatted("a fine day", "toxicity", true));
            assertThat(clean.statusCode()).as(clean.body()).isEqualTo(200);
            assertThat(clean.body()).contains("a fine day");
            var blocked = Chat.ask(gateway, SAID.formatted("we call it Zephyr", "toxicity", true));
            assertThat(blocked.statusCode()).isEqualTo(400);
            assertThat(json(blocked).at("/error/param").asText()).isEqualTo("output.toxicity");
            assertThat(json(blocked).at("/error/code").asText()).isEqualTo("toxicity_detected");
            assertThat(blocked.body()).contains("nobody is to know of");
            var unknown = Chat.ask(gateway, SAID.formatted("a fine day", "factuality", true));
            assertThat(json(unknown).at("/error/param").asText()).isEqualTo("output.factuality");
        }
    }

    @Test
    void without_the_step_or_without_the_route_no_switch_is_taken_for_done() throws Exception {
        var chat = shipped().resolve("chat-completions.camel.yaml");
        var whole = Files.readString(chat);
        Files.writeString(
                folder.resolve("mine.camel.yaml"),
                whole.replace("/v1/chat/completions", "/v1/mine")
                        .replace("id: chat-", "id: mine-")
                        .replaceAll("(?s) {8}- process:\\n {12}id: mine-guard.*?(?= {8}- process)", ""));
        assertThat(Files.readString(folder.resolve("mine.camel.yaml"))).doesNotContain("ref: guard");
        Files.delete(folder.resolve("guard.camel.yaml"));
        try (var gateway =
                GatewayProcess.with().flag("--routes", folder.toString()).start()) {
            for (var path : new String[] {"/v1/chat/completions", "/v1/mine"}) {
                var answer = post(gateway, path, SAID.formatted("a@b.de", "pii", "\"replace\""));
                assertThat(answer).as(path).contains("\"param\":\"output.pii\"").contains("must not run unguarded");
                assertThat(post(gateway, path, SAID.formatted("a@b.de", "toxicity", false)))
                        .as(path)
                        .contains("a@b.de");
            }
        }
    }

    private static String post(GatewayProcess gateway, String path, String body) {
        return new io.dromedary.testing.Caller(gateway.url(), GatewayProcess.KEY)
                .post(path, body)
                .body();
    }

    private Path shipped() throws Exception {
        try (var files = Files.list(Path.of("routes"))) {
            for (var file :
                    files.filter(path -> path.toString().endsWith(".yaml")).toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        return folder;
    }

    private static String example(Pattern pattern, String docs) {
        var matcher = pattern.matcher(docs);
        assertThat(matcher.find()).as(pattern.pattern()).isTrue();
        return matcher.group(1);
    }
}
