package io.dromedary.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.config.BreakerSettings;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class StandingBreakerTest {
    private static final Duration OPEN_FOR = BreakerSettings.DEFAULT.openFor();

    private final Trial trial = new Trial();

    @Test
    void a_backend_is_asked_that_nothing_is_known_of() {
        assertThat(trial.standing.condition()).isEqualTo(new Condition(Condition.Kind.CLOSED, null, null));
        assertThat(trial.admits()).isTrue();
    }

    @Test
    void four_failures_say_nothing_and_the_fifth_opens() {
        for (var i = 0; i < 4; i++) {
            trial.fail(Trial.RESET);
        }
        assertThat(trial.admits()).isTrue();
        trial.fail(Trial.RESET);
        assertThat(trial.admits()).isFalse();
    }

    @Test
    void half_of_the_calls_failing_opens_and_less_does_not() {
        for (var i = 0; i < 10; i++) {
            trial.succeed();
        }
        for (var i = 0; i < 9; i++) {
            trial.fail(Trial.RESET);
        }
        assertThat(trial.kind()).isEqualTo(Condition.Kind.CLOSED);
        trial.fail(Trial.RESET);
        assertThat(trial.kind()).isEqualTo(Condition.Kind.OPEN);
    }

    @Test
    void a_success_that_completes_a_failure_rate_opens_too() {
        for (var i = 0; i < 3; i++) {
            trial.fail(Trial.RESET);
        }
        trial.succeed();
        trial.succeed();
        assertThat(trial.standing.condition())
                .isEqualTo(new Condition(Condition.Kind.OPEN, "connection reset", trial.in(OPEN_FOR)));
    }

    @Test
    void what_left_the_window_does_not_count() {
        for (var i = 0; i < 4; i++) {
            trial.fail(Trial.RESET);
        }
        trial.pass(Duration.ofSeconds(11));
        trial.succeed();
        for (var i = 0; i < 3; i++) {
            trial.fail(Trial.RESET);
        }
        assertThat(trial.kind()).isEqualTo(Condition.Kind.CLOSED);
    }

    @Test
    void nothing_but_failures_for_a_second_opens_whatever_the_window_holds() {
        for (var i = 0; i < 500; i++) {
            trial.succeed();
        }
        for (var i = 0; i < 10; i++) {
            trial.fail(Trial.RESET);
            trial.passMillis(100);
        }
        assertThat(trial.kind()).isEqualTo(Condition.Kind.CLOSED);
        trial.fail(Trial.RESET);
        assertThat(trial.kind()).isEqualTo(Condition.Kind.OPEN);
    }

    @Test
    void a_burst_of_resets_among_successes_opens_nothing() {
        for (var i = 0; i < 500; i++) {
            trial.succeed();
        }
        for (var i = 0; i < 100; i++) {
            trial.fail(Trial.RESET);
        }
        trial.pass(Duration.ofSeconds(2));
        trial.succeed();
        trial.fail(Trial.RESET);
        assertThat(trial.kind()).isEqualTo(Condition.Kind.CLOSED);
    }

    @Test
    void while_it_is_open_nobody_is_let_through_however_they_insist() {
        trial.open();
        trial.pass(OPEN_FOR);
        assertThat(trial.admits()).isFalse();
        assertThat(trial.admitsAnyway()).isFalse();
    }

    @Test
    void an_open_breaker_says_why_and_until_when() {
        trial.open();
        assertThat(trial.standing.condition())
                .isEqualTo(new Condition(Condition.Kind.OPEN, "connection reset", trial.in(OPEN_FOR)));
    }

    @Test
    void one_probe_is_let_through_and_nobody_beside_it() {
        trial.halfOpen();
        assertThat(trial.kind()).isEqualTo(Condition.Kind.HALF_OPEN);
        trial.admitted();
        assertThat(trial.kind()).isEqualTo(Condition.Kind.HALF_OPEN);
        trial.pass(Duration.ofMinutes(1));
        assertThat(trial.admits()).isFalse();
        assertThat(trial.admitsAnyway()).isFalse();
    }

    @Test
    void a_failed_probe_opens_for_as_long_again() {
        trial.halfOpen();
        trial.fail(Trial.RESET);
        assertThat(trial.standing.condition().until()).isEqualTo(trial.in(OPEN_FOR));
        trial.pass(OPEN_FOR);
        assertThat(trial.admits()).isFalse();
        trial.passMillis(1);
        assertThat(trial.admits()).isTrue();
    }

    @Test
    void a_probe_that_succeeds_closes() {
        trial.halfOpen();
        trial.succeed();
        assertThat(trial.kind()).isEqualTo(Condition.Kind.RAMPING);
        trial.pass(BreakerSettings.DEFAULT.rampOver());
        assertThat(trial.kind()).isEqualTo(Condition.Kind.CLOSED);
    }

    @Test
    void a_probe_that_was_cancelled_leaves_its_place_to_the_next() {
        trial.halfOpen();
        trial.admitted().released();
        assertThat(trial.kind()).isEqualTo(Condition.Kind.HALF_OPEN);
        var next = trial.admitted();
        assertThat(trial.standing.admit()).isNull();
        next.succeeded();
        assertThat(trial.kind()).isEqualTo(Condition.Kind.RAMPING);
    }

    @Test
    void a_probe_whose_answer_has_begun_closes_before_it_ends() {
        trial.halfOpen();
        var probe = trial.admitted();
        probe.begun();
        assertThat(trial.kind()).isEqualTo(Condition.Kind.RAMPING);
        assertThat(trial.standing.inFlight()).isEqualTo(1);
        probe.failed(Trial.RESET);
        assertThat(trial.kind()).isEqualTo(Condition.Kind.RAMPING);
        assertThat(trial.standing.inFlight()).isZero();
    }

    @Test
    void what_closed_and_fails_again_opens_again() {
        trial.halfOpen();
        trial.succeed();
        trial.pass(BreakerSettings.DEFAULT.rampOver());
        trial.open();
        assertThat(trial.kind()).isEqualTo(Condition.Kind.OPEN);
    }
}
