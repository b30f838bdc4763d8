package io.dromedary.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.api.ModelName;
import io.dromedary.backend.BackendName;
import io.dromedary.backend.Capabilities;
import io.dromedary.backend.Target;
import io.dromedary.config.BackendSettings.Timeouts;
import io.dromedary.config.BreakerSettings;
import io.dromedary.config.FailoverSettings;
import io.dromedary.config.HedgeSettings;
import io.dromedary.config.RetrySettings;
import org.junit.jupiter.api.Test;

final class HedgeBudgetTest {
    private final HedgeBudget budget = new HedgeBudget();

    @Test
    void as_many_as_are_in_hand_come_at_once_and_then_a_share_of_the_attempts() {
        var target = target("b", new HedgeSettings(0.25, 2));
        assertThat(budget.take(target)).isTrue();
        assertThat(budget.take(target)).isTrue();
        assertThat(budget.take(target)).isFalse();
        attempts(target, 3);
        assertThat(budget.take(target)).isFalse();
        attempts(target, 1);
        assertThat(budget.take(target)).isTrue();
        assertThat(budget.take(target)).isFalse();
    }

    @Test
    void no_more_are_saved_up_than_may_be_in_hand() {
        var target = target("b", new HedgeSettings(1, 1));
        attempts(target, 10);
        assertThat(budget.take(target)).isTrue();
        assertThat(budget.take(target)).isFalse();
    }

    @Test
    void a_share_of_nothing_is_never() {
        var target = target("b", new HedgeSettings(0, 10));
        attempts(target, 100);
        assertThat(budget.take(target)).isFalse();
    }

    @Test
    void each_backend_has_its_own() {
        assertThat(budget.take(target("a", new HedgeSettings(0.5, 1)))).isTrue();
        assertThat(budget.take(target("b", new HedgeSettings(0.5, 1)))).isTrue();
    }

    private void attempts(Target target, int count) {
        for (var i = 0; i < count; i++) {
            budget.attempt(target);
        }
    }

    private static Target target(String backend, HedgeSettings hedge) {
        return new Target(
                new BackendName(backend),
                new ModelName("m"),
                "up",
                Capabilities.OPENAI,
                new FailoverSettings(Timeouts.DEFAULT, BreakerSettings.DEFAULT, RetrySettings.DEFAULT, hedge));
    }
}
