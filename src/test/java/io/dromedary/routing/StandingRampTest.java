package io.dromedary.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.dromedary.config.BreakerSettings;
import io.dromedary.routing.Condition.Kind;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How traffic returns after a probe succeeded. */
final class StandingRampTest {
    private static final int ASKED = 10_000;

    private final Trial trial = new Trial();

    @BeforeEach
    void closed_from_half_open() {
        trial.halfOpen();
        trial.succeed();
    }

    @ParameterizedTest
    @CsvSource({"0, 0.10", "1250, 0.325", "2500, 0.55", "3750, 0.775", "4990, 0.998"})
    void the_share_grows_evenly_from_a_tenth_to_all(int millis, double share) {
        trial.passMillis(millis);
        var admitted = 0;
        for (var i = 0; i < ASKED; i++) {
            admitted += trial.admits() ? 1 : 0;
        }
        assertThat((double) admitted / ASKED).isCloseTo(share, within(0.015));
    }

    @Test
    void after_the_ramp_everybody_is_let_through() {
        trial.pass(BreakerSettings.DEFAULT.rampOver());
        for (var i = 0; i < ASKED; i++) {
            assertThat(trial.admits()).isTrue();
        }
    }

    @Test
    void who_insists_is_not_left_to_chance() {
        for (var i = 0; i < 100; i++) {
            assertThat(trial.admitsAnyway()).isTrue();
        }
    }

    @Test
    void the_ramp_is_shown_with_its_end_and_what_it_follows() {
        trial.passMillis(1000);
        assertThat(trial.standing.condition())
                .isEqualTo(new Condition(Kind.RAMPING, "connection reset", trial.in(Duration.ofSeconds(4))));
    }

    @Test
    void failures_during_the_ramp_open_the_breaker_and_the_next_ramp_begins_anew() {
        trial.passMillis(4000);
        for (var i = 0; i < 5; i++) {
            trial.insisted().failed(Trial.RESET);
        }
        assertThat(trial.kind()).isEqualTo(Kind.OPEN);
        trial.passMillis(5001);
        trial.succeed();
        assertThat(trial.standing.condition().until()).isEqualTo(trial.in(Duration.ofSeconds(5)));
    }
}
