package io.dromedary.api.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class Utf8Test {
    @Test
    void sequences_of_three_bytes_are_judged_as_the_jdk_does() {
        for (var value = 0; value < 1 << 24; value += value < 1 << 16 ? 5 : 251) {
            var text = new byte[] {(byte) (value >> 16), (byte) (value >> 8), (byte) value};
            assertSame(text);
        }
    }

    @Test
    void random_texts_are_judged_as_the_jdk_does() {
        var seed = 20_260_103L;
        var random = new Random(seed);
        for (var i = 0; i < 30_000; i++) {
            var text = random.ints(random.nextInt(30), 0, 8)
                    .mapToObj(kind -> "a\\é\u07ff\u0800€\uffff😀"
                            .codePoints()
                            .skip(kind)
                            .limit(1)
                            .toArray()[0])
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString()
                    .getBytes(UTF_8);
            assertThat(Utf8.firstFault(text)).isEqualTo(-1);
            if (text.length > 0) {
                text[random.nextInt(text.length)] = (byte) random.nextInt(256);
                assertSame(text);
            }
        }
    }

    @Test
    void four_byte_sequences_end_at_the_last_code_point() {
        assertThat(Utf8.firstFault(new byte[] {(byte) 0xf4, (byte) 0x8f, (byte) 0xbf, (byte) 0xbf}))
                .isEqualTo(-1);
        assertThat(Utf8.firstFault(new byte[] {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80}))
                .isZero();
        assertThat(Utf8.firstFault(new byte[] {(byte) 0xf0, (byte) 0x90, (byte) 0x80, (byte) 0x80}))
                .isEqualTo(-1);
        assertThat(Utf8.firstFault(new byte[] {(byte) 0xf0, (byte) 0x8f, (byte) 0xbf, (byte) 0xbf}))
                .isZero();
    }

    @Test
    void half_a_surrogate_pair_is_found_wherever_it_stands() {
        for (var before = 0; before < 20; before++) {
            var padding = "x".repeat(before);
            assertThat(half(padding + "\\ud83d")).isEqualTo(before);
            assertThat(half(padding + "\\ude00")).isEqualTo(before);
            assertThat(half(padding + "\\\\\\uD83D")).isEqualTo(before + 2);
            assertThat(half(padding + "\\ud83d\\ud83d\\ude00")).isEqualTo(before);
            assertThat(half(padding + "\\ud83d\\ude00\\ude00")).isEqualTo(before + 12);
            assertThat(half(padding + "\\ud83d\\ude0")).isEqualTo(before);
            assertThat(half(padding + "\\ud83d\\ude00" + padding)).isEqualTo(-1);
            assertThat(half(padding + "\\\\ud83d\\u00e9\\n\\" + padding)).isEqualTo(-1);
            assertThat(half(padding + "\\ud7ff\\ue000\\u")).isEqualTo(-1);
        }
    }

    private static int half(String json) {
        return Utf8.firstLoneSurrogate(json.getBytes(UTF_8));
    }

    private static void assertSame(byte[] text) {
        var fault = Utf8.firstFault(text);
        if ((fault < 0) != isValid(text) || (fault > 0 && !isValid(Arrays.copyOf(text, fault)))) {
            assertThat(fault).as(HexFormat.of().formatHex(text)).isEqualTo(isValid(text) ? -1 : 0);
        }
    }

    private static boolean isValid(byte[] text) {
        try {
            UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
