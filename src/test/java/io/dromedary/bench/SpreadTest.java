package io.dromedary.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SpreadTest {

    @Test
    void the_median_ignores_a_stray_round() {
        assertThat(Spread.of(List.of(14.0, 900.0, 13.0))).isEqualTo(new Spread(14, 13, 900));
        assertThat(Spread.of(List.of(1.0, 2.0, 3.0, 4.0)).median()).isEqualTo(2.5);
    }

    @Test
    void ratio_and_difference_are_taken_round_by_round() {
        assertThat(Spread.ratio(List.of(20.0, 60.0), List.of(10.0, 30.0))).isEqualTo(new Spread(2, 2, 2));
        assertThat(Spread.difference(List.of(3.0, 9.0, 6.0), List.of(1.0, 6.0, 5.0)))
                .isEqualTo(new Spread(2, 1, 3));
    }

    @Test
    void the_text_shows_the_rounds_apart() {
        assertThat(new Spread(13.94, 13.6, 14.44).text(1)).isEqualTo("13.9 (13.6..14.4)");
        assertThat(Spread.of(List.of()).text(1)).isEqualTo("-");
    }

    @Test
    void rounds_answer_for_what_was_never_measured() {
        var rounds = new Rounds();
        rounds.add("nginx", "cpu", 10);
        rounds.add("gateway", "cpu", 15);

        assertThat(rounds.ratio("nginx", "gateway", "cpu").median()).isEqualTo(1.5);
        assertThat(rounds.beyond("direct", "gateway", "p50").text(2)).isEqualTo("-");
        assertThat(rounds.sum("gateway", "failed")).isZero();
    }
}
