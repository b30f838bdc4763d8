package io.dromedary.api.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dromedary.api.error.RefusedException;
import org.junit.jupiter.api.Test;

final class CallIdsTest {
    private static final String CALL =
            "{\"type\":\"function_call\",\"call_id\":\"c\",\"name\":\"f\",\"arguments\":\"\"}";
    private static final String OUTPUT = "{\"type\":\"function_call_output\",\"call_id\":\"c\",\"output\":\"\"}";
    private static final String CUSTOM = "{\"type\":\"custom_tool_call_output\",\"call_id\":\"c\",\"output\":\"\"}";

    @Test
    void an_output_may_answer_a_call_of_the_history_or_of_the_input() {
        assertThatCode(() -> check("[" + CALL + "]", "[" + OUTPUT + "]")).doesNotThrowAnyException();
        assertThatCode(() -> check("[]", "[" + CALL + "," + OUTPUT + "]")).doesNotThrowAnyException();
    }

    @Test
    void one_without_a_call_before_it_is_refused_by_its_place() {
        assertThat(refused("[]", "[" + OUTPUT + "]")).isEqualTo("input[0].call_id");
        assertThat(refused("[]", "[" + OUTPUT + "," + CALL + "]")).isEqualTo("input[0].call_id");
        assertThat(refused("[" + CALL + "]", "[" + OUTPUT + "," + OUTPUT.replace("\"c\"", "\"d\"") + "]"))
                .isEqualTo("input[1].call_id");
    }

    @Test
    void a_call_of_another_kind_does_not_count() {
        assertThat(refused("[" + CALL + "]", "[" + CUSTOM + "]")).isEqualTo("input[0].call_id");
    }

    private static void check(String history, String input) {
        CallIds.check(Requests.items(history), Requests.items(input));
    }

    private static String refused(String history, String input) {
        var refused = catchThrowableOfType(RefusedException.class, () -> check(history, input));
        assertThat(refused).isNotNull();
        assertThat(refused.refusal().status()).isEqualTo(400);
        return String.valueOf(refused.refusal().param());
    }
}
