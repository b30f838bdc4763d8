package io.dromedary.backend.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TokensTest {
    @Test
    void a_token_is_a_word_with_the_space_before_it() {
        assertThat(Tokens.first(9, "One  two,\nthree ")).containsExactly("One", "  two,", "\nthree", " ");
    }

    @Test
    void no_more_are_made_than_wanted() {
        assertThat(Tokens.first(2, "One two three")).containsExactly("One", " two");
        assertThat(Tokens.first(0, "One")).isEmpty();
    }

    @Test
    void a_long_word_is_several_tokens_and_never_half_a_character() {
        var word = "x" + "🐪".repeat(20);
        var tokens = Tokens.first(9, word);
        assertThat(tokens).containsExactly("x" + "🐪".repeat(15), "🐪".repeat(5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a", "One  two,\nthree ", "0123456789012345678901234567890123456789 and more"})
    void tokens_joined_are_the_text_and_are_counted_alike(String text) {
        var tokens = Tokens.first(Integer.MAX_VALUE, text);
        assertThat(String.join("", tokens)).isEqualTo(text);
        assertThat(Tokens.count(text)).isEqualTo(tokens.size());
    }
}
