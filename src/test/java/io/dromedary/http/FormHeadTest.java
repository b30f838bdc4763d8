package io.dromedary.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FormHeadTest {
    private static Map<String, String> fields(String form) {
        var head = new FormHead();
        for (var each : form.replace("\n", "\r\n").getBytes(UTF_8)) {
            head.add(new byte[] {each});
        }
        return head.fields();
    }

    @Test
    void fields_before_the_first_file_are_read() {
        assertThat(fields("""
                        --b
                        Content-Disposition: form-data; name="purpose"

                        batch
                        --b
                        content-type: text/plain
                        content-disposition: form-data; name=note

                        two
                        lines, \u00fc
                        --b
                        Content-Disposition: form-data; name="empty"


                        --b
                        Content-Disposition: form-data; name="file"; filename="in.jsonl"

                        {}
                        --b
                        Content-Disposition: form-data; name="later"

                        no
                        --b--
                        """)).isEqualTo(Map.of("purpose", "batch", "note", "two\r\nlines, \u00fc", "empty", ""));
    }

    @Test
    void a_field_that_is_not_whole_yet_is_none() {
        assertThat(fields("--b\nContent-Disposition: form-data; name=\"purpose\"\n\nbat"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--b", "--b\n", "\n\n\n", "--b\n\nx\n--b", "x\nContent-Disposition: form-data\n\nv\nx"})
    void what_is_odd_has_none(String form) {
        assertThat(fields(form)).isEmpty();
    }

    @Test
    void no_more_is_kept_than_may_matter() {
        var head = new FormHead();
        head.add("--b\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\n".getBytes(UTF_8));
        for (var i = 0; i < 100; i++) {
            head.add(new byte[1_000]);
        }
        head.add("\r\n--b\r\n".getBytes(UTF_8));
        assertThat(head.fields()).isEmpty();
    }
}
