package io.dromedary.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lengths of time, mistyped words, places in files. */
final class WordsTest {
    @ParameterizedTest
    @CsvSource({"0ms, PT0S", "500ms, PT0.5S", "2s, PT2S", "10m, PT10M", "1h, PT1H", "30d, PT720H"})
    void a_length_of_time_is_a_number_and_a_unit(String text, Duration duration) {
        assertThat(Durations.parse(text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "s", "2", "2 s", "-2s", "1.5s", "2S", "2sec", "9999999999999s"})
    void everything_else_is_none(String text) {
        assertThat(Durations.parse(text)).isNull();
    }

    @ParameterizedTest
    @CsvSource({"conect, connect", "TOTAL, total", "firsttoken, firstToken", "betweenToken, betweenTokens"})
    void a_mistyped_word_finds_its_neighbour(String word, String meant) {
        assertThat(Nearest.to(word, List.of("connect", "firstToken", "betweenTokens", "total")))
                .isEqualTo(meant);
    }

    @Test
    void a_word_like_no_other_finds_none() {
        assertThat(Nearest.to("x", List.of("connect", "on"))).isNull();
        assertThat(Nearest.to("anything", List.of())).isNull();
    }

    @Test
    void a_path_shows_positions_in_brackets() {
        assertThat(FieldPath.of("projects", "a", "keys").child(0).child("id")).hasToString("projects.a.keys[0].id");
        assertThat(FieldPath.ROOT).hasToString("");
    }

    @Test
    void a_problem_reads_as_one_line() {
        assertThat(new Problem("a.yaml", 3, "url", "is missing", "Add it"))
                .hasToString("a.yaml:3: url: is missing. Add it");
        assertThat(new Problem("a.yaml", 0, "", "cannot be read", "Let us"))
                .hasToString("a.yaml: cannot be read. Let us");
    }
}
