package io.dromedary.tier;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.access.Caller;
import io.dromedary.api.ModelName;
import io.dromedary.api.ServiceTier;
import io.dromedary.api.Usage;
import io.dromedary.api.chat.ChatRequests;
import io.dromedary.api.error.Refusal;
import io.dromedary.config.ProjectSettings;
import io.dromedary.config.ProjectSettings.Limits;
import io.dromedary.config.TierSettings;
import io.dromedary.testing.SettableClock;
import io.dromedary.tier.gate.Refused;
import io.dromedary.tier.ledger.Ledger;
import io.dromedary.tier.ledger.TokenEstimator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the metrics are told of a call's tier. */
final class ServingFiguresTest {
    private static final ModelName MODEL = new ModelName("m");

    private final Tiers tiers =
            new Tiers(Ledger.alone("test", new SettableClock()), new TokenEstimator(TokenEstimator.Start.DEFAULT));
    private final Accounts accounts = new Accounts();

    @Test
    void a_whole_answer_is_paid_by_its_backends_count_and_tells_how_good_the_guess_was() {
        var serving = serving(new Limits(10, 10_000, false), "{\"max_tokens\":100}");
        serving.answered(new Usage(1000, 20));

        assertThat(serving.paid()).isEqualTo(1020);
        assertThat(serving.denied()).isNull();
        assertThat(tiers.promptTokens()).isEqualTo(1000);
        assertThat(tiers.promptTokensOff()).isBetween(900L, 999L);
    }

    @Test
    void a_broken_answer_is_paid_by_what_was_streamed_and_says_nothing_of_the_guess() {
        var serving = serving(new Limits(10, 10_000, false), "{\"max_tokens\":100}");
        serving.abandoned(500, 7);

        assertThat(serving.paid()).isEqualTo(507);
        assertThat(tiers.promptTokens()).isZero();
    }

    @Test
    void who_has_no_limits_or_got_nothing_has_paid_nothing() {
        var free = serving(null, "{}");
        free.answered(new Usage(1000, 20));
        assertThat(free.paid()).isZero();

        var refused = serving(new Limits(10, 10_000, false), "{}");
        refused.refused();
        assertThat(refused.paid()).isZero();
    }

    @Test
    void a_tier_that_was_passed_over_is_no_refusal_while_another_serves() {
        var limits = new Limits(1, 0, false);
        serving(limits, "{}");
        var spilled = serving(limits, "{}");

        assertThat(spilled.tier()).isEqualTo(ServiceTier.OVER_LIMIT);
        assertThat(spilled.denied()).isNull();
    }

    @Test
    void who_is_refused_hears_of_the_tier_that_it_would_rather_have_had() {
        var limits = new Limits(1, 0, false);
        serving(limits, "{}");
        var spilled = serving(limits, "{}");
        spilled.turnedAway(Refused.QUEUE_FULL, MODEL);
        assertThat(spilled.descend()).isCompletedWithValue(false);

        assertThat(spilled.refuse())
                .isInstanceOfSatisfying(
                        Refusal.Limited.class,
                        refusal -> assertThat(refusal.code()).isEqualTo("rate_limit_exceeded"));
        assertThat(spilled.denied()).satisfies(denied -> {
            assertThat(denied.tier()).isEqualTo(ServiceTier.DEFAULT);
            assertThat(denied.reason()).isEqualTo(Denied.Reason.REQUESTS);
        });
    }

    @Test
    void a_call_that_is_larger_than_a_minute_says_so() {
        var serving = tiers.serving(
                TierSettings.DEFAULT,
                accounts,
                caller(new Limits(0, 10, false)),
                ChatRequests.of("{\"service_tier\":\"default\"}"),
                MODEL,
                Runnable::run);
        assertThat(serving.descend()).isCompletedWithValue(false);
        serving.refuse();

        assertThat(serving.denied())
                .satisfies(denied -> assertThat(denied.reason()).isEqualTo(Denied.Reason.TOO_LARGE));
    }

    private Serving serving(@Nullable Limits limits, String request) {
        var serving = tiers.serving(
                TierSettings.DEFAULT, accounts, caller(limits), ChatRequests.of(request), MODEL, Runnable::run);
        assertThat(serving.descend()).isCompletedWithValue(true);
        return serving;
    }

    private static Caller caller(@Nullable Limits limits) {
        return new Caller(new ProjectSettings("acme", List.of(), List.of(), true, false, false, limits), "ci");
    }
}
