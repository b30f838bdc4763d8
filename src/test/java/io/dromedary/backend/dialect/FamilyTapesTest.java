package io.dromedary.backend.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.dromedary.api.json.Json;
import io.dromedary.backend.AttemptFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What these providers sent, read in the dialect of each. Skipped where the recordings are not at hand. */
final class FamilyTapesTest {
    private static final Path WIRE = Path.of("..", "shared", "wire");
    private static final Map<String, String> TAPES = Map.of(
            "api.cohere.com.json", "cohere",
            "api.fireworks.ai.json", "fireworks",
            "api.mistral.ai.json", "mistral",
            "api.studio.nebius.ai.json", "nebius",
            "api.together.xyz.json", "together",
            "hf-inference-tgi.json", "huggingface");

    /** One recorded exchange. */
    record Exchange(String dialect, int status, String body) {
        @Override
        public String toString() {
            return dialect + " " + status;
        }
    }

    static List<Exchange> exchanges() throws IOException {
        var found = new ArrayList<Exchange>();
        for (var tape : TAPES.entrySet()) {
            var file = WIRE.resolve("provider-tapes").resolve(tape.getKey());
            if (Files.exists(file)) {
                for (var exchange : Json.MAPPER.readTree(file.toFile())) {
                    if (exchange.path("url").asText().contains("chat/completions")) {
                        found.add(new Exchange(
                                tape.getValue(),
                                exchange.path("status").asInt(),
                                exchange.path("body").asText()));
                    }
                }
            }
        }
        var azure = WIRE.resolve("openai-recorded-cassettes").resolve("azure-chat-basic.yaml");
        if (Files.exists(azure)) {
            for (var interaction : new YAMLMapper().readTree(azure.toFile()).path("interactions")) {
                var response = interaction.path("response");
                found.add(new Exchange(
                        "azure-openai",
                        response.path("code").asInt(),
                        response.path("body").asText()));
            }
        }
        // one stand-in, so that the test below is skipped by name
        return found.isEmpty() ? List.of(new Exchange("no recordings", 0, "")) : found;
    }

    @ParameterizedTest
    @MethodSource("exchanges")
    void each_is_read_in_its_own_dialect(Exchange exchange) {
        assumeThat(exchange.status())
                .as("recordings in " + WIRE + " are not at hand")
                .isNotZero();
        if (exchange.status() != 200) {
            assertThat(Kin.dialect(exchange.dialect())
                            .failure(exchange.status(), name -> null, Answers.bytes(exchange.body())))
                    .isInstanceOfAny(AttemptFailure.Rejected.class, AttemptFailure.Misconfigured.class);
        } else if (exchange.body().startsWith("data:")) {
            stream(exchange);
        } else {
            whole(exchange);
        }
    }

    private static void stream(Exchange exchange) {
        var body = Answers.bytes(exchange.body());
        var answer = Kin.answer(exchange.dialect(), true, Map.of("thinkTags", true));
        var shown = Answers.stream(answer, body, body.length);

        assertThat(answer.failure()).isNull();
        assertThat(answer.finishReason()).isIn("stop", "length");
        assertThat(answer.usage()).isNotNull();
        assertThat(shown).endsWith("data: [DONE]\n\n").contains("\"model\":\"chat-small\"");
        var plain = Kin.answer(exchange.dialect(), true, Map.of());
        assertThat(Answers.stream(plain, body, 7)).isEqualTo(shown);
    }

    private static void whole(Exchange exchange) {
        var answer = Kin.answer(exchange.dialect(), false, Map.of("thinkTags", true));
        var shown = Json.object(Objects.requireNonNull(answer.whole(Answers.bytes(exchange.body()))));

        assertThat(answer.usage()).isNotNull();
        var message = shown.at("/choices/0/message");
        var content = message.path("content").textValue();
        assertThat(content).isNotBlank().doesNotContain("think>");
        assertThat(isThoughtful(message)).isEqualTo(exchange.body().contains("<think>"));
    }

    private static boolean isThoughtful(JsonNode message) {
        return !message.path("reasoning_content").asText().isEmpty();
    }
}
