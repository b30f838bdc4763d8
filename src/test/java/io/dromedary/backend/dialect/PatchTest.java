package io.dromedary.backend.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import org.junit.jupiter.api.Test;

final class PatchTest {
    private static final byte[] TEXT = Answers.bytes("0123456789");
    private final Patch patch = new Patch();

    @Test
    void edits_are_made_in_the_order_of_their_places_whatever_the_order_in_which_they_were_asked_for() {
        patch.cut(8, 9);
        patch.replace(2, 4, Answers.bytes("two"));
        patch.insert(5, Answers.bytes("+"));

        assertThat(patched(0, 10)).isEqualTo("01two4+5679");
        assertThat(patched(1, 9)).isEqualTo("1two4+567");
    }

    @Test
    void an_insertion_stands_before_a_cut_that_begins_where_it_is_and_behind_one_that_was_asked_for_first() {
        patch.cut(3, 6);
        patch.insert(3, Answers.bytes("a"));
        patch.insert(3, Answers.bytes("b"));

        assertThat(patched(0, 10)).isEqualTo("012ab6789");
    }

    @Test
    void there_may_be_any_number_of_edits_and_none_are_left_once_it_is_cleared() {
        for (var i = 9; i >= 0; i--) {
            patch.replace(i, i + 1, Answers.bytes("" + (char) ('a' + i)));
        }

        assertThat(patched(0, 10)).isEqualTo("abcdefghij");
        patch.clear();
        assertThat(patched(2, 5)).isEqualTo("234");
    }

    @Test
    void a_whole_text_without_edits_is_not_copied() {
        assertThat(patch.toBytes(TEXT, 0, 10)).isSameAs(TEXT);
        assertThat(patch.toBytes(TEXT, 0, 9)).isEqualTo(Answers.bytes("012345678"));
        assertThat(patch.toBytes(TEXT, 1, 10)).isEqualTo(Answers.bytes("123456789"));
    }

    /** What both ways to write it make of the text. */
    private String patched(int start, int end) {
        var out = new ByteArrayBuilder();
        patch.write(TEXT, start, end, out);
        var written = Answers.text(out.toByteArray());
        assertThat(Answers.text(patch.toBytes(TEXT, start, end))).isEqualTo(written);
        return written;
    }
}
