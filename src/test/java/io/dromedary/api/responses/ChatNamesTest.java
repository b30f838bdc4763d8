package io.dromedary.api.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ChatNamesTest {
    @ParameterizedTest
    @CsvSource({
        "messages, input",
        "messages[3].content[0].type, input",
        "response_format, text.format",
        "response_format.json_schema, text.format.json_schema",
        "max_completion_tokens, max_output_tokens",
        "reasoning_effort, reasoning.effort",
        "temperature, temperature",
        "input, safeguards",
        "input.pii, safeguards.pii",
        "output.pii, safeguards.output.pii",
        "output.toxicity, safeguards.toxicity",
        "output.factuality, safeguards.factuality",
        "tools[0].function, tools[0].function",
    })
    void a_member_of_chat_has_its_name_of_the_responses_api(String chat, String asked) {
        assertThat(ChatNames.asked(chat)).isEqualTo(asked);
    }

    @Test
    void a_refusal_speaks_of_what_the_caller_sent() {
        assertThat(ChatNames.refusal(new Refusal.BadRequest(
                        "The model m cannot do that. Leave `response_format` out.", "response_format", "x")))
                .isEqualTo(new Refusal.BadRequest(
                        "The model m cannot do that. Leave `text.format` out.", "text.format", "x"));
        assertThat(ChatNames.refusal(new Refusal.Rejected(422, "Bad 'messages'.", "t", "messages", null)))
                .isEqualTo(new Refusal.Rejected(422, "Bad 'input'.", "t", "input", null));
    }

    @Test
    void one_that_has_the_same_name_in_both_stays() {
        var refusal = new Refusal.BadRequest("No.", "seed", null);

        assertThat(ChatNames.refusal(refusal)).isSameAs(refusal);
    }

    @Test
    void what_the_chat_form_is_refused_for_is_told_by_the_callers_names() {
        var request = Requests.of("\"model\":\"m\",\"previous_response_id\":\"resp_1\"");

        var refused = catchThrowableOfType(RefusedException.class, () -> ChatForm.read(request, request.input()));

        assertThat(refused.refusal().param()).isEqualTo("input");
    }
}
