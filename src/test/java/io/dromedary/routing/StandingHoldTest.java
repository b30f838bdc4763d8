package io.dromedary.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.backend.AttemptFailure;
import io.dromedary.config.BreakerSettings;
import io.dromedary.routing.Condition.Kind;
import java.time.Duration;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Cooldowns and marks. */
final class StandingHoldTest {
    private final Trial trial = new Trial();

    @Test
    void a_backend_at_its_limit_is_left_alone_for_as_long_as_it_said() {
        trial.fail(Trial.limited(Duration.ofSeconds(20)));
        assertThat(trial.standing.condition())
                .isEqualTo(new Condition(Kind.COOLING, "rate limit", trial.in(Duration.ofSeconds(20))));
        trial.passMillis(19_999);
        assertThat(trial.admits()).isFalse();
        trial.passMillis(1);
        assertThat(trial.admits()).isTrue();
        assertThat(trial.kind()).isEqualTo(Kind.CLOSED);
    }

    @Test
    void a_backend_at_its_limit_that_says_nothing_is_left_alone_for_a_second() {
        trial.fail(Trial.limited(null));
        trial.passMillis(999);
        assertThat(trial.admits()).isFalse();
        trial.passMillis(1);
        assertThat(trial.admits()).isTrue();
    }

    @Test
    void nobody_is_left_alone_for_more_than_five_minutes() {
        trial.fail(Trial.limited(Duration.ofSeconds(Long.MAX_VALUE)));
        assertThat(trial.standing.condition().until()).isEqualTo(trial.in(Duration.ofMinutes(5)));
    }

    @Test
    void a_limit_that_is_over_already_cools_nothing() {
        trial.fail(Trial.limited(Duration.ZERO));
        assertThat(trial.admits()).isTrue();
        trial.fail(Trial.limited(Duration.ofSeconds(-3)));
        assertThat(trial.admits()).isTrue();
        trial.fail(Trial.limited(Duration.ofSeconds(Long.MIN_VALUE)));
        assertThat(trial.admits()).isTrue();
    }

    @Test
    void a_later_and_shorter_limit_does_not_shorten_a_cooldown() {
        var other = trial.admitted();
        trial.fail(Trial.limited(Duration.ofSeconds(20)));
        other.failed(Trial.limited(null));
        trial.pass(Duration.ofSeconds(19));
        assertThat(trial.admits()).isFalse();
    }

    @Test
    void who_insists_is_let_through_a_cooldown() {
        trial.fail(Trial.limited(Duration.ofSeconds(20)));
        assertThat(trial.admitsAnyway()).isTrue();
    }

    @Test
    void a_success_ends_a_cooldown() {
        trial.fail(Trial.limited(Duration.ofSeconds(20)));
        trial.insisted().succeeded();
        assertThat(trial.admits()).isTrue();
    }

    @Test
    void a_success_that_was_under_way_before_a_cooldown_does_not_end_it() {
        var early = trial.admitted();
        trial.fail(Trial.limited(Duration.ofSeconds(20)));
        early.succeeded();
        assertThat(trial.admits()).isFalse();
    }

    static AttemptFailure[] marking() {
        return new AttemptFailure[] {Trial.USED_UP, Trial.LOCKED_OUT};
    }

    @ParameterizedTest
    @MethodSource("marking")
    void a_mark_keeps_those_away_for_a_minute_who_have_a_choice(AttemptFailure failure) {
        trial.fail(failure);
        assertThat(trial.standing.condition())
                .isEqualTo(new Condition(Kind.MARKED, failure.reason(), trial.in(Duration.ofSeconds(60))));
        trial.passMillis(59_999);
        assertThat(trial.admits()).isFalse();
        assertThat(trial.admitsAnyway()).as("where nobody else can").isTrue();
        trial.passMillis(1);
        assertThat(trial.admits()).isTrue();
        assertThat(trial.kind()).isEqualTo(Kind.CLOSED);
    }

    @ParameterizedTest
    @MethodSource("marking")
    void a_success_takes_a_mark_away(AttemptFailure failure) {
        var early = trial.admitted();
        trial.fail(failure);
        early.succeeded();
        assertThat(trial.admits()).isTrue();
    }

    @Test
    void another_model_of_the_backend_is_not_held() {
        trial.fail(Trial.USED_UP);
        assertThat(trial.standings
                        .of(Trial.BACKEND, "m-2", BreakerSettings.DEFAULT)
                        .admit())
                .isNotNull();
    }

    @Test
    void the_gravest_is_shown_first() {
        var early = trial.admitted();
        var later = trial.admitted();
        trial.open();
        early.failed(Trial.limited(Duration.ofSeconds(30)));
        assertThat(trial.kind()).isEqualTo(Kind.OPEN);
        later.failed(Trial.USED_UP);
        assertThat(trial.kind()).isEqualTo(Kind.MARKED);
    }

    @Test
    void a_wall_clock_that_is_set_back_holds_nobody_longer() {
        var nanos = new long[1];
        var standing = new Standings(trial.clock, () -> nanos[0], new SplittableRandom(7))
                .of(Trial.BACKEND, "m-1", BreakerSettings.DEFAULT);
        Objects.requireNonNull(standing.admit()).failed(Trial.limited(Duration.ofSeconds(20)));
        trial.pass(Duration.ofHours(-1));
        nanos[0] += Duration.ofSeconds(5).toNanos();
        assertThat(standing.condition().until()).isEqualTo(trial.in(Duration.ofSeconds(15)));
        nanos[0] += Duration.ofSeconds(15).toNanos();
        assertThat(standing.admit()).isNotNull();
    }
}
