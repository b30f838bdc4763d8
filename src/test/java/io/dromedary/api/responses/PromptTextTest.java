package io.dromedary.api.responses;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.api.responses.PromptText.Named;
import io.dromedary.api.responses.PromptText.Plain;
import org.junit.jupiter.api.Test;

final class PromptTextTest {
    @Test
    void a_text_is_cut_at_its_variables_and_no_piece_is_empty() {
        assertThat(PromptText.of("{{a}}{{ b_2 }} and {{a}}").pieces())
                .containsExactly(new Named("a"), new Named("b_2"), new Plain(" and "), new Named("a"));
        assertThat(PromptText.of("so {{a}}.").pieces())
                .containsExactly(new Plain("so "), new Named("a"), new Plain("."));
        assertThat(PromptText.of("").pieces()).isEmpty();
    }

    @Test
    void what_is_no_name_in_double_braces_is_text() {
        for (var text : new String[] {"{a}", "{{}}", "{{2a}}", "{{a b}}", "{{a", "{{" + "a".repeat(65) + "}}"}) {
            assertThat(PromptText.of(text).pieces()).containsExactly(new Plain(text));
        }
    }

    @Test
    void each_variable_is_named_once_in_the_order_in_which_they_come() {
        assertThat(PromptText.of("{{b}} {{a}} {{b}}").names()).containsExactly("b", "a");
        assertThat(PromptText.of("nothing").names()).isEmpty();
    }
}
