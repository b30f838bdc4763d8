package io.dromedary.backend.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FinishReasonTest {
    /** The bytes of a word that is OpenAI's already are passed on as they are. */
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "\"length\", true",
                "\"lengths\", false",
                "\"lenght\", false",
                "\"lengtH\", false",
                "\"\\u006cength\", false",
                "\"\", false"
            })
    void a_word_is_written_where_its_very_bytes_are(String json, boolean written) {
        var text = Answers.bytes("xx" + json + "yy");

        assertThat(FinishReason.LENGTH.isWritten(text, 2, text.length - 2)).isEqualTo(written);
    }

    @Test
    void a_word_that_ends_where_the_bytes_go_on_is_another() {
        var text = Answers.bytes("\"length\"");

        assertThat(FinishReason.LENGTH.isWritten(text, 0, text.length - 1)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "\"stop\", STOP",
                "\"SAFETY\", CONTENT_FILTER",
                "\"\\u006cength\", LENGTH",
                "\"whatever\", STOP",
                "\"\", NONE",
                "null, NONE",
                "7, NONE",
                "\"error\", FAILED"
            })
    void a_backends_word_has_a_meaning(String json, FinishReason reason) {
        var text = Answers.bytes("xx" + json + "yy");

        assertThat(FinishReason.read(text, 2, text.length - 2)).isEqualTo(reason);
    }
}
