package io.dromedary.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class PassingTextTest {
    private static final PiiScanner SCANNER = new PiiScanner(Set.of());
    private static final Rewriting MARKED = (entity, text) -> "[" + entity + "]";

    @Test
    void however_a_text_is_cut_the_same_is_found_in_it() {
        var seed = System.nanoTime();
        var random = new SplittableRandom(seed);
        for (var i = 0; i < 5_000; i++) {
            var text = Chunkings.text(random);
            var passing = new PassingText(SCANNER, MARKED);
            var shown = new StringBuilder();
            for (var piece : Chunkings.cut(text, random)) {
                shown.append(passing.feed(piece));
            }
            shown.append(passing.settle());
            assertThat(shown.toString())
                    .as("seed %d, text <%s>", seed, text)
                    .isEqualTo(PassingText.whole(SCANNER, MARKED, text));
        }
    }

    @Test
    void what_was_shown_of_a_beginning_is_the_beginning_of_what_is_shown_of_the_whole() {
        var random = new SplittableRandom(42);
        for (var i = 0; i < 1_000; i++) {
            var text = Chunkings.text(random);
            var whole = PassingText.whole(SCANNER, MARKED, text);
            var passing = new PassingText(SCANNER, MARKED);
            var shown = new StringBuilder();
            for (var c : text.split("")) {
                shown.append(passing.feed(c));
                assertThat(whole).as(text).startsWith(shown);
            }
        }
    }

    @Test
    void holds_back_no_more_than_what_may_still_become_something() {
        var passing = new PassingText(SCANNER, MARKED);
        assertThat(passing.feed("Hello, ")).isEqualTo("Hello, ");
        assertThat(passing.feed("my name")).isEqualTo("my ");
        assertThat(passing.feed(" is (no number")).isEqualTo("name is (no ");
        assertThat(passing.feed("!")).isEqualTo("number!");
        assertThat(passing.feed(" 4111 1111")).isEqualTo(" ");
        assertThat(passing.feed(" 1111 1111")).isEmpty();
        assertThat(passing.feed("\n")).isEqualTo("[CREDIT_CARD]\n");
    }

    @Test
    void a_long_text_is_not_kept() {
        var passing = new PassingText(SCANNER, MARKED);
        var shown = 0L;
        for (var i = 0; i < 100_000; i++) {
            shown += passing.feed("word and more, ").length();
        }
        assertThat(shown + passing.settle().length()).isEqualTo(1_500_000);
    }

    @Test
    void what_goes_on_after_an_end_is_looked_at_together_with_what_was_before() {
        var passing = new PassingText(SCANNER, MARKED);
        assertThat(passing.feed("to john.doe@exam")).isEqualTo("to ");
        assertThat(passing.settle()).isEqualTo("john.doe@exam");
        assertThat(passing.feed("ple.com now")).isEqualTo("[EMAIL_ADDRESS] ");
        assertThat(passing.settle()).isEqualTo("now");
        assertThat(passing.settle()).isEmpty();
    }

    @Test
    void a_text_that_must_not_pass_stops_where_it_is_known() {
        var passing = new PassingText(SCANNER, (entity, text) -> {
            throw new FoundException(entity);
        });
        assertThat(passing.feed("Call 954-123-456")).isEqualTo("Call ");
        assertThat(passing.feed("7")).isEmpty();
        assertThatThrownBy(() -> passing.feed(", please"))
                .isInstanceOfSatisfying(
                        FoundException.class, e -> assertThat(e.entity()).isEqualTo(Entity.PHONE_NUMBER));
    }
}
