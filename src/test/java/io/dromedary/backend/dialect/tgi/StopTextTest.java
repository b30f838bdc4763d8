package io.dromedary.backend.dialect.tgi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StopTextTest {
    @ParameterizedTest
    @CsvSource({"a, 1", "aEND, 1", "aEN, 3", "END, 0", "ENDa, 4", "abEND, 0"})
    void the_longest_stop_string_at_the_end_is_not_kept(String text, int kept) {
        assertThat(new StopText(List.of("END", "abEND")).kept(text)).isEqualTo(kept);
    }

    @ParameterizedTest
    @CsvSource({"a, 0", "aE, 1", "aEN, 2", "aEND, 3", "aENDb, 0", "EE, 1", "x\\n, 0"})
    void what_may_become_a_stop_string_is_open(String text, int open) {
        assertThat(new StopText(List.of("END", "\n\n")).open(text)).isEqualTo(open);
    }

    @Test
    void nothing_is_open_without_stop_strings() {
        assertThat(new StopText(List.of()).open("abc")).isZero();
        assertThat(new StopText(List.of()).kept("abc")).isEqualTo(3);
    }

    @Test
    void the_stop_of_a_request_is_a_string_or_a_list() {
        assertThat(StopText.of(Tgi.requestWith("\"stop\":\"a\\n\"")).strings()).containsExactly("a\n");
        assertThat(StopText.of(Tgi.requestWith("\"stop\":[\"a\",\"b\"]")).strings())
                .containsExactly("a", "b");
        assertThat(StopText.of(Tgi.requestWith("\"stop\":null")).strings()).isEmpty();
        assertThat(StopText.of(Tgi.request(Tgi.HELLO)).strings()).isEmpty();
    }
}
