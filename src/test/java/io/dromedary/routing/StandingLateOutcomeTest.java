package io.dromedary.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.config.BreakerSettings;
import io.dromedary.routing.Condition.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Attempts at models last long: what was let through before an outage ends in the middle of it, or after. */
final class StandingLateOutcomeTest {
    private final Trial trial = new Trial();
    private final List<Admission> early = new ArrayList<>();

    @Test
    void a_late_success_does_not_pass_for_the_probe() {
        whileTheProbeIsOut(Admission::succeeded);
    }

    @Test
    void a_late_failure_does_not_pass_for_the_probe() {
        whileTheProbeIsOut(admission -> admission.failed(Trial.RESET));
    }

    @Test
    void a_late_release_makes_no_room_for_a_second_probe() {
        whileTheProbeIsOut(Admission::released);
    }

    @Test
    void failures_from_before_the_outage_ended_do_not_open_the_breaker_again() {
        letThrough();
        trial.halfOpen();
        trial.succeed();
        trial.pass(BreakerSettings.DEFAULT.rampOver());
        early.forEach(admission -> admission.failed(Trial.RESET));
        trial.pass(Duration.ofSeconds(2));
        assertThat(trial.kind()).isEqualTo(Kind.CLOSED);
        trial.fail(Trial.RESET);
        assertThat(trial.kind()).isEqualTo(Kind.CLOSED);
    }

    @Test
    void failures_that_come_while_it_is_open_do_not_keep_it_open() {
        letThrough();
        trial.open();
        trial.pass(Duration.ofSeconds(4));
        early.forEach(admission -> admission.failed(Trial.RESET));
        trial.passMillis(1001);
        assertThat(trial.admits()).isTrue();
    }

    @Test
    void only_the_first_outcome_of_an_attempt_is_heard() {
        trial.halfOpen();
        var probe = trial.admitted();
        probe.released();
        probe.succeeded();
        probe.begun();
        probe.failed(Trial.RESET);
        assertThat(trial.kind()).isEqualTo(Kind.HALF_OPEN);
        assertThat(trial.standing.inFlight()).isZero();
    }

    private void whileTheProbeIsOut(Consumer<Admission> outcome) {
        letThrough();
        trial.halfOpen();
        var probe = trial.admitted();
        early.forEach(outcome);
        assertThat(trial.kind()).isEqualTo(Kind.HALF_OPEN);
        assertThat(trial.standing.admit()).isNull();
        assertThat(trial.standing.inFlight()).isEqualTo(1);
        probe.succeeded();
        assertThat(trial.kind()).isEqualTo(Kind.RAMPING);
    }

    private void letThrough() {
        for (var i = 0; i < 6; i++) {
            early.add(trial.admitted());
        }
    }
}
