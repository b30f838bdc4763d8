package io.dromedary.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.AttemptFailure.TimedOut.Deadline;
import io.dromedary.config.RetrySettings;
import java.time.Duration;
import java.util.HashSet;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class RetryRuleTest {
    private static final Ruling NEXT = new Ruling.Next();

    private final RetryRule rule = new RetryRule(new SplittableRandom(7));

    static Stream<AttemptFailure> passing() {
        return Stream.of(
                new AttemptFailure.NotSent("connection refused"),
                Trial.RESET,
                Trial.limited(null),
                new AttemptFailure.Faulty(500, "internal error"),
                new AttemptFailure.Overloaded(503, "overloaded", null),
                new AttemptFailure.Overloaded(503, "overloaded", Duration.ofSeconds(60)),
                new AttemptFailure.Overloaded(529, "overloaded", null));
    }

    static Stream<AttemptFailure> lasting() {
        return Stream.of(
                new AttemptFailure.TimedOut(Deadline.FIRST_TOKEN),
                new AttemptFailure.TimedOut(Deadline.TOTAL),
                Trial.USED_UP,
                Trial.LOCKED_OUT,
                Trial.INCAPABLE);
    }

    @ParameterizedTest
    @MethodSource("passing")
    void what_may_pass_is_tried_once_more_after_a_short_pause(AttemptFailure failure) {
        assertThat(rule.on(failure, RetrySettings.DEFAULT, 1, false, 0))
                .isInstanceOfSatisfying(
                        Ruling.Again.class,
                        again -> assertThat(again.pause()).isBetween(Duration.ofMillis(50), Duration.ofMillis(150)));
        assertThat(rule.on(failure, RetrySettings.DEFAULT, 1, true, 0)).isInstanceOf(Ruling.Again.class);
        assertThat(rule.on(failure, RetrySettings.DEFAULT, 2, false, 0)).isEqualTo(NEXT);
    }

    @Test
    void a_backend_may_be_asked_as_often_and_waited_for_as_long_as_its_settings_say() {
        var once = new RetrySettings(1, Duration.ofSeconds(1), Duration.ofMillis(20));
        var often = new RetrySettings(4, Duration.ofSeconds(1), Duration.ofMillis(20));
        assertThat(rule.on(Trial.RESET, once, 1, false, 0)).isEqualTo(NEXT);
        assertThat(rule.on(Trial.RESET, often, 3, false, 0))
                .isInstanceOfSatisfying(
                        Ruling.Again.class,
                        again -> assertThat(again.pause()).isBetween(Duration.ofMillis(20), Duration.ofMillis(60)));
        assertThat(rule.on(Trial.RESET, often, 4, false, 0)).isEqualTo(NEXT);
        assertThat(rule.on(Trial.limited(Duration.ofSeconds(1)), often, 1, false, 0))
                .isEqualTo(new Ruling.Again(Duration.ofSeconds(1)));
        assertThat(rule.on(Trial.limited(Duration.ofMillis(1_001)), often, 1, false, 0))
                .isEqualTo(NEXT);
    }

    @Test
    void pauses_differ() {
        var pauses = new HashSet<Ruling>();
        for (var i = 0; i < 100; i++) {
            pauses.add(rule.on(Trial.RESET, RetrySettings.DEFAULT, 1, false, 0));
        }
        assertThat(pauses).hasSizeGreaterThan(90);
    }

    @ParameterizedTest
    @MethodSource("lasting")
    void what_will_not_pass_goes_to_the_next_candidate_at_once(AttemptFailure failure) {
        assertThat(rule.on(failure, RetrySettings.DEFAULT, 1, false, 0)).isEqualTo(NEXT);
    }

    @Test
    void a_short_limit_is_waited_out_once() {
        var limited = Trial.limited(Duration.ofSeconds(3));
        assertThat(rule.on(limited, RetrySettings.DEFAULT, 1, false, 0))
                .isEqualTo(new Ruling.Again(Duration.ofSeconds(3)));
        assertThat(rule.on(limited, RetrySettings.DEFAULT, 2, false, 0)).isEqualTo(NEXT);
    }

    @Test
    void a_limit_is_not_waited_out_while_an_equal_is_free() {
        assertThat(rule.on(Trial.limited(Duration.ofSeconds(1)), RetrySettings.DEFAULT, 1, true, 0))
                .isEqualTo(NEXT);
    }

    @Test
    void a_long_limit_is_not_waited_out() {
        assertThat(rule.on(Trial.limited(Duration.ofMillis(3_001)), RetrySettings.DEFAULT, 1, false, 0))
                .isEqualTo(NEXT);
    }

    @Test
    void a_limit_that_is_over_is_not_waited_for() {
        assertThat(rule.on(Trial.limited(Duration.ofSeconds(-1)), RetrySettings.DEFAULT, 1, false, 0))
                .isEqualTo(new Ruling.Again(Duration.ZERO));
    }

    @Test
    void a_prompt_that_does_not_fit_needs_another_model_with_a_larger_window() {
        assertThat(rule.on(Trial.TOO_LONG, RetrySettings.DEFAULT, 1, true, 8_192))
                .isEqualTo(new Ruling.NextModel(8_192));
    }

    @Test
    void what_is_the_callers_own_fault_is_tried_nowhere_else() {
        assertThat(rule.on(Trial.REJECTED, RetrySettings.DEFAULT, 1, true, 0)).isEqualTo(new Ruling.Stop());
    }
}
