package io.dromedary.tier;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.access.Caller;
import io.dromedary.api.Headers;
import io.dromedary.api.ModelName;
import io.dromedary.api.ServiceTier;
import io.dromedary.api.Usage;
import io.dromedary.api.chat.ChatRequests;
import io.dromedary.api.error.Refusal;
import io.dromedary.config.Lane;
import io.dromedary.config.ProjectSettings;
import io.dromedary.config.TierSettings;
import io.dromedary.config.TierSettings.OnStoreFailure;
import io.dromedary.config.TierSettings.Report;
import io.dromedary.store.Held;
import io.dromedary.store.Shelf;
import io.dromedary.store.StoreException;
import io.dromedary.testing.SettableClock;
import io.dromedary.tier.ledger.Entry;
import io.dromedary.tier.ledger.Estimate;
import io.dromedary.tier.ledger.Ledger;
import io.dromedary.tier.ledger.TokenEstimator;
import io.dromedary.tier.ledger.Verdict;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ServingTest {
    private static final ModelName MODEL = new ModelName("m");
    private static final String AUTO = "{\"max_tokens\":100}";
    private static final String DEFAULT = "{\"max_tokens\":100,\"service_tier\":\"default\"}";

    private final SettableClock clock = new SettableClock();
    private final LateShelf shelf = new LateShelf();
    private final Queue<Runnable> loop = new ArrayDeque<>();
    private final Accounts accounts = new Accounts();
    private ProjectSettings.@Nullable Limits limits = new ProjectSettings.Limits(2, 10_000, false);
    private Report report = Report.EXACT;
    private boolean overLimit = true;
    private Ledger ledger = Ledger.alone("test", clock);

    @Test
    void auto_is_default_within_the_limits_and_over_limit_past_them() {
        assertThat(served(AUTO).tier()).isEqualTo(ServiceTier.DEFAULT);
        assertThat(served(AUTO).tier()).isEqualTo(ServiceTier.DEFAULT);
        var past = served(AUTO);
        assertThat(past.tier()).isEqualTo(ServiceTier.OVER_LIMIT);
        assertThat(past.lane()).isEqualTo(Lane.OVER_LIMIT);
        assertThat(headers(past).get("x-ratelimit-over-limit")).isEqualTo("yes");
        assertThat(headers(past).get("x-ratelimit-remaining-requests")).isEqualTo("0");
        assertThat(past.refuse()).isInstanceOf(Refusal.Limited.class);
    }

    @Test
    void auto_is_refused_past_the_limits_where_the_project_may_not_spill() {
        overLimit = false;
        served(AUTO);
        served(AUTO);
        assertRefused(AUTO);
        clock.advance(Duration.ofSeconds(30));
        assertThat(served(AUTO).tier()).isEqualTo(ServiceTier.DEFAULT);
    }

    @Test
    void default_never_spills() {
        served(DEFAULT);
        served(DEFAULT);
        assertRefused(DEFAULT);
    }

    private void assertRefused(String request) {
        var refused = serving(request);
        assertThat(refused.descend()).isCompletedWithValue(false);
        assertThat(refused.tierOrNull()).isNull();
        assertThat(refused.refuse()).isInstanceOfSatisfying(Refusal.Limited.class, refusal -> {
            assertThat(refusal.status()).isEqualTo(429);
            assertThat(refusal.code()).isEqualTo("rate_limit_exceeded");
            assertThat(refusal.type()).isEqualTo("requests");
            assertThat(refusal.retryAfterSeconds()).isEqualTo(30);
        });
        assertThat(headers(refused).get("x-ratelimit-over-limit")).isNull();
        assertThat(headers(refused).get("x-ratelimit-remaining-requests")).isEqualTo("0");
    }

    @Test
    void flex_and_no_limit_take_nothing() {
        for (var tier : List.of("flex", "no-limit")) {
            var serving = served("{\"service_tier\":\"" + tier + "\"}");
            assertThat(serving.tier().word()).isEqualTo(tier);
            serving.answered(new Usage(1000, 1000));
        }
        assertThat(left()).isEqualTo(10_000);
    }

    @Test
    void a_call_that_can_never_fit_is_told_so_and_no_time() {
        var large = serving("{\"max_tokens\":100000,\"n\":9,\"service_tier\":\"default\"}");
        assertThat(large.descend()).isCompletedWithValue(false);
        assertThat(large.refuse()).isInstanceOfSatisfying(Refusal.Limited.class, refusal -> {
            assertThat(refusal.type()).isEqualTo("tokens");
            assertThat(refusal.retryAfterSeconds()).isZero();
        });
    }

    @Test
    void an_answer_is_paid_for_as_it_was_counted() {
        served(DEFAULT).answered(new Usage(10, 5));
        assertThat(left()).isEqualTo(9_985);
    }

    @Test
    void an_abandoned_answer_is_paid_for_as_far_as_it_came() {
        served(DEFAULT).abandoned(500, 30);
        assertThat(left()).isEqualTo(9_470);
    }

    @Test
    void who_got_nothing_pays_nothing_and_only_once_is_settled() {
        var serving = served(DEFAULT);
        serving.refused();
        serving.answered(new Usage(1000, 1000));
        assertThat(left()).isEqualTo(10_000);
        assertThat(requestsLeft()).isEqualTo(2);
    }

    @Test
    void who_goes_down_the_ladder_gets_back_what_the_rung_took() {
        var serving = served(AUTO);
        assertThat(serving.tier()).isEqualTo(ServiceTier.DEFAULT);
        assertThat(serving.descend()).isCompletedWithValue(true);
        assertThat(serving.tier()).isEqualTo(ServiceTier.OVER_LIMIT);
        assertThat(left()).isEqualTo(10_000);
        assertThat(requestsLeft()).isEqualTo(2);
        assertThat(serving.descend()).isCompletedWithValue(false);
        assertThat(serving.tierOrNull()).isNull();
        assertThat(headers(serving).get("x-ratelimit-over-limit")).isNull();
    }

    @Test
    void a_call_that_is_closed_goes_down_no_further() {
        var serving = served(AUTO);
        serving.refused();
        assertThat(serving.descend()).isCompletedWithValue(false);
    }

    @Test
    void a_project_without_limits_is_served_and_told_of_none() {
        limits = null;
        var serving = served(AUTO);
        assertThat(serving.tier()).isEqualTo(ServiceTier.DEFAULT);
        assertThat(headers(serving).get("x-ratelimit-limit-requests")).isNull();
    }

    @Test
    void words_of_ours_are_told_to_who_wants_them_alone() {
        assertThat(served(AUTO).openAiWords()).isFalse();
        report = Report.OPENAI;
        assertThat(served(AUTO).openAiWords()).isTrue();
    }

    @Test
    void a_late_verdict_comes_on_the_loop_of_the_call() {
        ledger = new Ledger(shelf, "test", clock);
        var serving = serving(AUTO);
        var served = serving.descend().toCompletableFuture();
        shelf.answerAll();
        assertThat(served).isNotDone();
        runLoop();
        assertThat(served).isCompletedWithValue(true);
        assertThat(serving.tier()).isEqualTo(ServiceTier.DEFAULT);
    }

    @Test
    void a_late_refusal_goes_down_the_ladder() {
        limits = new ProjectSettings.Limits(0, 50, false);
        ledger = new Ledger(shelf, "test", clock);
        var serving = serving(AUTO);
        var served = serving.descend().toCompletableFuture();
        shelf.answerAll();
        runLoop();
        assertThat(served).isCompletedWithValue(true);
        assertThat(serving.tier()).isEqualTo(ServiceTier.OVER_LIMIT);
    }

    @Test
    void what_is_granted_after_the_call_is_over_is_given_back() {
        ledger = new Ledger(shelf, "test", clock);
        var serving = serving(AUTO);
        var served = serving.descend().toCompletableFuture();
        serving.refused();
        shelf.answerAll();
        runLoop();
        shelf.answerAll();
        assertThat(served).isCompletedWithValue(false);
        assertThat(serving.tierOrNull()).isNull();
        assertThat(left()).isEqualTo(10_000);
        assertThat(requestsLeft()).isEqualTo(2);
    }

    @Test
    void a_store_that_is_gone_refuses_or_each_gateway_counts_for_itself() {
        ledger = new Ledger(shelf, "test", clock);
        shelf.gone = true;
        var refused = serving(DEFAULT);
        assertThat(refused.descend()).isCompletedWithValue(false);
        assertThat(refused.refuse())
                .isInstanceOfSatisfying(
                        Refusal.Unavailable.class,
                        refusal -> assertThat(refusal.status()).isEqualTo(503));
        var alone = serving(DEFAULT, OnStoreFailure.LOCAL);
        assertThat(alone.descend()).isCompletedWithValue(true);
        assertThat(alone.tier()).isEqualTo(ServiceTier.DEFAULT);
    }

    private Serving served(String request) {
        var serving = serving(request);
        assertThat(serving.descend()).isCompletedWithValue(true);
        return serving;
    }

    private Serving serving(String request) {
        return serving(request, OnStoreFailure.REFUSE);
    }

    private Serving serving(String request, OnStoreFailure onStoreFailure) {
        var settings =
                new TierSettings(TierSettings.DEFAULT.lanes(), TierSettings.DEFAULT.auto(), report, onStoreFailure);
        return new Tiers(ledger, new TokenEstimator(TokenEstimator.Start.DEFAULT))
                .serving(settings, accounts, caller(), ChatRequests.of(request), MODEL, loop::add);
    }

    private Caller caller() {
        return new Caller(new ProjectSettings("acme", List.of(), List.of(), overLimit, true, true, limits), "ci");
    }

    private static Headers headers(Serving serving) {
        var headers = new Headers();
        serving.describe(headers);
        return headers;
    }

    private void runLoop() {
        for (var task = loop.poll(); task != null; task = loop.poll()) {
            task.run();
        }
    }

    /** Tokens. */
    private long left() {
        return look().left().tokens().remaining();
    }

    /** The look itself takes one. */
    private long requestsLeft() {
        return look().left().requests().remaining() + 1;
    }

    private Verdict.Granted look() {
        shelf.prompt = true;
        var verdict = ledger.reserve(accounts.of(caller(), MODEL), new Estimate(0, 0), OnStoreFailure.REFUSE)
                .toCompletableFuture()
                .join();
        var granted = (Verdict.Granted) verdict;
        granted.reservation().settle(new io.dromedary.tier.ledger.Settlement.Nothing());
        return granted;
    }

    /** Answers when it is told to. */
    private static final class LateShelf implements Shelf<Entry> {
        private final Map<String, Held<Entry>> values = new HashMap<>();
        private final Queue<Runnable> asked = new ArrayDeque<>();
        boolean prompt;
        boolean gone;

        void answerAll() {
            for (var next = asked.poll(); next != null; next = asked.poll()) {
                next.run();
            }
        }

        private <T extends @Nullable Object> CompletionStage<T> answer(Supplier<T> answer) {
            if (gone) {
                return CompletableFuture.failedStage(new StoreException("gone", new IllegalStateException("gone")));
            }
            if (prompt) {
                return CompletableFuture.completedStage(answer.get());
            }
            var stage = new CompletableFuture<T>();
            asked.add(() -> stage.complete(answer.get()));
            return stage;
        }

        @Override
        public CompletionStage<@Nullable Held<Entry>> get(String key) {
            return answer(() -> values.get(key));
        }

        @Override
        public CompletionStage<Boolean> putIfAbsent(String key, Entry value, Duration lifespan) {
            return answer(() -> values.putIfAbsent(key, Held.of(value, Entry.CODEC)) == null);
        }

        @Override
        public CompletionStage<Boolean> replace(String key, Held<Entry> old, Entry value, Duration lifespan) {
            return answer(() -> {
                var there = values.get(key);
                return there != null && there.isSame(old) && values.replace(key, there, Held.of(value, Entry.CODEC));
            });
        }

        @Override
        public CompletionStage<Boolean> remove(String key, Held<Entry> old) {
            return answer(() -> {
                var there = values.get(key);
                return there != null && there.isSame(old) && values.remove(key, there);
            });
        }
    }
}
