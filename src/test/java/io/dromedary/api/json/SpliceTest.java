package io.dromedary.api.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class SpliceTest {
    @Test
    void without_edits_the_source_itself_is_given() {
        var source = bytes("abc");

        assertThat(Splice.of(source).toBytes()).isSameAs(source);
    }

    @Test
    void edits_may_come_in_any_order_and_touch_each_other() {
        var splice = Splice.of(bytes("0123456789"));
        splice.replace(7, 9, bytes("é😀"))
                .replace(2, 4, bytes(""))
                .replace(4, 7, bytes("x"))
                .insert(0, bytes("<"));
        splice.insert(10, bytes(">"));

        assertThat(splice.toBytes()).isEqualTo(bytes("<01xé😀9>"));
        assertThat(splice.toBytes()).as("again").isEqualTo(bytes("<01xé😀9>"));
    }

    @Test
    void insertions_at_one_place_keep_their_order_and_go_before_a_replacement() {
        var splice = Splice.of(bytes("abc")).replace(1, 2, bytes("X"));

        assertThat(splice.insert(1, bytes("1"))
                        .insert(1, bytes("2"))
                        .insert(2, bytes("3"))
                        .toBytes())
                .isEqualTo(bytes("a12X3c"));
    }

    @Test
    void overlapping_edits_and_places_outside_of_the_source_are_refused() {
        assertThatThrownBy(() -> Splice.of(bytes("abcd"))
                        .replace(0, 3, bytes(""))
                        .replace(2, 4, bytes(""))
                        .toBytes())
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Splice.of(bytes("abc")).replace(2, 4, bytes("")))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> Splice.of(bytes("abc")).replace(2, 1, bytes("")))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> Splice.of(bytes("abc")).insert(-1, bytes("")))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
