package io.dromedary.backend.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RedactionTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Incorrect API key provided: sk-proj-abc***9zX. | Incorrect API key provided: [removed]",
                "See https://platform.openai.com/account/api-keys. | See [removed]",
                "connect to vllm-0.vllm.svc.cluster.local:8000 failed | connect to [removed] failed",
                "upstream 10.0.12.7:8080 refused | upstream [removed] refused",
                "localhost:3000 said no | [removed] said no",
                "[::1]:8080 said no | [removed] said no",
                "Rate limit for org-AbC123456789 on tokens | Rate limit for [removed] on tokens",
                "token hf_abcdefghijklmnop is bad | token [removed] is bad",
                "Authorization: Bearer eyJhbGciOi.J9 failed | Authorization: [removed] failed",
                "host gpu-7.internal is down | host [removed] is down",
                "redis://user:pass@cache:6379/0 is down | [removed] is down"
            })
    void addresses_and_keys_are_taken_out(String text, String clean) {
        assertThat(Redaction.clean(text)).isEqualTo(clean);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Invalid 'messages[0].content': expected a string, got null instead. (code: 400)",
                "The model `meta-llama/Llama-3.1-8B-Instruct` does not exist.",
                "`inputs` tokens + `max_new_tokens` must be <= 8192. Given: 9000",
                "temperature must be between 0.0 and 2.0 at line 1 column 17",
                "Please retry at 12 o'clock; ratio 3:1 holds"
            })
    void plain_words_stay(String text) {
        assertThat(Redaction.clean(text)).isEqualTo(text);
    }

    @Test
    void long_and_broken_lines_are_shortened_and_joined() {
        assertThat(Redaction.clean("a\n\n b\tc")).isEqualTo("a b c");
        assertThat(Redaction.clean("x ".repeat(5_000))).hasSizeLessThan(1_010).endsWith("…");
        assertThat(Redaction.cut("ab🦙", 3)).isEqualTo("ab…");
    }
}
