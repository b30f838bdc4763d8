package io.dromedary.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.AttemptFailure.TimedOut.Deadline;
import io.dromedary.routing.Condition.Kind;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which failures speak against a backend. */
final class StandingFailureTest {
    private final Trial trial = new Trial();

    static Stream<AttemptFailure> against() {
        return Stream.of(
                new AttemptFailure.NotSent("connection refused"),
                Trial.RESET,
                new AttemptFailure.TimedOut(Deadline.FIRST_TOKEN),
                new AttemptFailure.TimedOut(Deadline.BETWEEN_TOKENS),
                new AttemptFailure.TimedOut(Deadline.TOTAL),
                new AttemptFailure.Faulty(500, "internal error"),
                new AttemptFailure.Overloaded(503, "overloaded", Duration.ofSeconds(30)),
                new AttemptFailure.Overloaded(529, "overloaded", null));
    }

    static Stream<AttemptFailure> inFavour() {
        return Stream.of(Trial.INCAPABLE, Trial.TOO_LONG, Trial.REJECTED);
    }

    static Stream<AttemptFailure> neither() {
        return Stream.of(Trial.limited(null), Trial.limited(Duration.ofSeconds(2)), Trial.USED_UP, Trial.LOCKED_OUT);
    }

    @ParameterizedTest
    @MethodSource("against")
    void five_of_these_open_the_breaker(AttemptFailure failure) {
        for (var i = 0; i < 5; i++) {
            assertThat(trial.kind()).isEqualTo(Kind.CLOSED);
            trial.fail(failure);
        }
        assertThat(trial.standing.condition().kind()).isEqualTo(Kind.OPEN);
        assertThat(trial.standing.condition().reason()).isEqualTo(failure.reason());
    }

    @ParameterizedTest
    @MethodSource("inFavour")
    void one_of_these_closes_it_as_a_success_does(AttemptFailure failure) {
        trial.halfOpen();
        trial.fail(failure);
        assertThat(trial.kind()).isEqualTo(Kind.RAMPING);
    }

    @ParameterizedTest
    @MethodSource("inFavour")
    void these_count_among_the_successes(AttemptFailure failure) {
        for (var i = 0; i < 10; i++) {
            trial.fail(failure);
        }
        for (var i = 0; i < 9; i++) {
            trial.fail(Trial.RESET);
        }
        assertThat(trial.kind()).isEqualTo(Kind.CLOSED);
    }

    @ParameterizedTest
    @MethodSource("neither")
    void these_leave_the_breaker_as_it_is(AttemptFailure failure) {
        for (var i = 0; i < 20; i++) {
            trial.fail(failure);
            trial.pass(Duration.ofSeconds(61));
        }
        assertThat(trial.kind()).isEqualTo(Kind.CLOSED);
    }

    @ParameterizedTest
    @MethodSource("neither")
    void a_probe_that_ends_with_these_is_followed_by_another(AttemptFailure failure) {
        trial.halfOpen();
        trial.fail(failure);
        trial.pass(Duration.ofSeconds(61));
        assertThat(trial.kind()).isEqualTo(Kind.HALF_OPEN);
        trial.admitted();
        assertThat(trial.standing.admit()).isNull();
    }

    @Test
    void a_cancelled_attempt_does_not_interrupt_a_streak() {
        for (var i = 0; i < 100; i++) {
            trial.succeed();
        }
        for (var i = 0; i < 6; i++) {
            trial.admitted().released();
            trial.fail(Trial.RESET);
            trial.passMillis(200);
        }
        assertThat(trial.kind()).isEqualTo(Kind.OPEN);
    }
}
