package io.dromedary.api.chat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.api.json.Json;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ChatRequestContinuedTest {
    private static final long SEED = Long.getLong("fuzz.seed", 20_260_202L);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"h\\u0069\"|[{\"role\":\"user\",\"content\":\"h\\u0069\"},{\"role\":\"assistant\",\"content\":\"so far\"}]",
                "[ {\"role\":\"user\",\"content\":\"h\\u0069\"} ]"
                        + "|[ {\"role\":\"user\",\"content\":\"h\\u0069\"} ,{\"role\":\"assistant\",\"content\":\"so far\"}]",
                "[{\"role\":\"user\",\"content\":\"a\"}, {\"name\":\"n\",\"content\" : \"\\u0041\\\"\", \"role\":\"assistant\"} ]"
                        + "|[{\"role\":\"user\",\"content\":\"a\"}, {\"name\":\"n\",\"content\" : \"\\u0041\\\"so far\", \"role\":\"assistant\"} ]",
                "[{\"role\":\"assistant\",\"content\":\"\"}]|[{\"role\":\"assistant\",\"content\":\"so far\"}]",
                "[{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"a\"}]}]"
                        + "|[{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"a\"}]},{\"role\":\"assistant\",\"content\":\"so far\"}]",
                "[{\"role\":\"assistant\",\"content\":null,\"refusal\":\"r\"}]"
                        + "|[{\"role\":\"assistant\",\"content\":null,\"refusal\":\"r\"},{\"role\":\"assistant\",\"content\":\"so far\"}]",
                "[{\"role\":\"assistant\",\"content\":\"a\"},{\"role\":\"user\",\"content\":\"b\"}]"
                        + "|[{\"role\":\"assistant\",\"content\":\"a\"},{\"role\":\"user\",\"content\":\"b\"},{\"role\":\"assistant\",\"content\":\"so far\"}]",
            })
    void the_text_so_far_stands_last_as_the_assistants(String messages, String continued) {
        var request = request(messages, "").continued("so far", 0);

        assertThat(request.rawValue("messages")).isEqualTo(continued);
        assertThat(request.traits().prefill()).isTrue();
        assertThat(request.traits().messagesAsText()).isFalse();
    }

    @Test
    void a_message_with_tool_calls_is_not_joined() {
        var request = request("""
                [{"role":"assistant","content":"a","tool_calls":[
                {"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]}]""", "").continued("b", 0);

        assertThat(request.tree().path("messages")).hasSize(2);
        assertThat(request.tree().at("/messages/0/content").textValue()).isEqualTo("a");
        assertThat(request.tree().at("/messages/1/content").textValue()).isEqualTo("b");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                ",\"max_tokens\":10|3|,\"max_tokens\":7",
                ", \"max_completion_tokens\" : 10 |3|, \"max_completion_tokens\" : 7",
                ",\"max_tokens\":10,\"max_completion_tokens\":10|9|,\"max_tokens\":1,\"max_completion_tokens\":1",
                ",\"max_tokens\":10|10|,\"max_tokens\":1",
                ",\"max_tokens\":10|5000000000|,\"max_tokens\":1",
                ",\"max_tokens\":null,\"x\":1.0|3|,\"max_tokens\":null,\"x\":1.0",
                ",\"x\":1|3|,\"x\":1",
            })
    void the_limits_that_are_given_are_lowered_to_1_at_least(String members, long spent, String lowered) {
        var body = new String(request("\"hi\"", members).continued("a", spent).body(), UTF_8);

        assertThat(body).endsWith("\"a\"}]" + lowered + "}");
    }

    @Test
    void any_text_is_joined_as_it_is() {
        var random = new Random(SEED);
        for (var i = 0; i < 500; i++) {
            var before = StreamedAnswer.randomText(random);
            var text = StreamedAnswer.randomText(random);
            var message = Json.MAPPER
                    .createObjectNode()
                    .put("role", "assistant")
                    .put("content", before)
                    .put("x", text);
            var request = request("[" + message + "]", "").continued(text, 0);

            assertThat(request.tree().at("/messages/0/content").textValue())
                    .as("seed %d, case %d", SEED, i)
                    .isEqualTo(before + text);
        }
    }

    private static ChatRequest request(String messages, String members) {
        return ChatRequestReader.read(("{\"model\":\"m\",\"messages\":" + messages + members + "}").getBytes(UTF_8));
    }
}
