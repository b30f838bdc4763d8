package io.dromedary.backend.dialect.tgi;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CallTextTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"{}", "{\"a\":1}", "{\"a\":\"}{\"}", "{\"a\":\"\\\"}\",\"b\":[{},[]]}", " {\"a\":\"\\\\\"}"})
    void an_object_is_complete_at_its_last_brace_and_not_before(String object) {
        var text = new CallText();
        for (var i = 0; i < object.length(); i++) {
            assertThat(text.complete()).isFalse();
            assertThat(text.take(object.substring(i, i + 1))).hasSize(1);
        }
        assertThat(text.complete()).isTrue();
        assertThat(text.take("}more")).isEmpty();
    }

    @Test
    void what_follows_the_object_in_the_same_piece_is_left_out() {
        assertThat(new CallText().take("{\"a\":1}}<|eot_id|>")).isEqualTo("{\"a\":1}");
    }

    @Test
    void only_a_bare_brace_counts_as_opened() {
        var text = new CallText();
        assertThat(text.opened()).isFalse();
        text.take("{ ");
        assertThat(text.opened()).isTrue();
        text.take("\"a\"");
        assertThat(text.opened()).isFalse();
    }
}
