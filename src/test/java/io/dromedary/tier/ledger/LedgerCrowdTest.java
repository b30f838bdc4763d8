package io.dromedary.tier.ledger;

import static io.dromedary.tier.ledger.Money.now;
import static io.dromedary.tier.ledger.Money.there;
import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.config.TierSettings.OnStoreFailure;
import io.dromedary.testing.SettableClock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

final class LedgerCrowdTest {
    private static final int CALLERS = 500;
    private static final Account ACCOUNT = Account.ofProject("acme", "m", new Limits(200, 1_000_000, false));

    private final TextShelf texts = new TextShelf();

    @Test
    void a_crowd_at_one_key_costs_a_few_round_trips() {
        var pending = new LinkedBlockingQueue<Runnable>();
        var ledger = new Ledger(new LaterShelf(texts, pending::add), "one", new SettableClock());
        var verdicts = new ArrayList<CompletionStage<Verdict>>();
        for (var i = 0; i < CALLERS; i++) {
            verdicts.add(reserve(ledger));
        }
        for (var next = pending.poll(); next != null; next = pending.poll()) {
            next.run();
        }

        assertThat(verdicts)
                .filteredOn(verdict -> now(verdict) instanceof Verdict.Granted)
                .hasSize(200);
        assertThat(texts.writes).as("the first caller, and all the others").hasValue(2);
        assertThat(texts.reads).hasValue(2);
        assertThat(there(texts, ACCOUNT)).isEqualTo(new Amount(0, 998_000));
    }

    @Test
    void a_crowd_on_many_threads_is_admitted_to_the_limit() throws Exception {
        try (var threads = Executors.newFixedThreadPool(2)) {
            admitted(
                    new Ledger(texts, "one", new SettableClock()),
                    new Ledger(texts, "one", new SettableClock()),
                    threads);
        }
    }

    @Test
    void a_crowd_at_two_gateways_with_a_store_elsewhere_is_admitted_to_the_limit() throws Exception {
        try (var threads = Executors.newFixedThreadPool(2);
                var store = Executors.newFixedThreadPool(2)) {
            var remote = new LaterShelf(new UnsteadyShelf(texts, 3), store);
            admitted(
                    new Ledger(remote, "one", new SettableClock()),
                    new Ledger(remote, "two", new SettableClock()),
                    threads);
        }
    }

    private void admitted(Ledger one, Ledger two, Executor threads) throws InterruptedException {
        var start = new CountDownLatch(1);
        var verdicts = new ArrayList<CompletionStage<Verdict>>();
        var asked = new CountDownLatch(2);
        for (var ledger : List.of(one, two)) {
            threads.execute(() -> {
                var mine = new ArrayList<CompletionStage<Verdict>>();
                await(start);
                for (var i = 0; i < CALLERS / 2; i++) {
                    mine.add(reserve(ledger));
                }
                synchronized (verdicts) {
                    verdicts.addAll(mine);
                }
                asked.countDown();
            });
        }
        start.countDown();
        await(asked);

        var granted = verdicts.stream()
                .map(Money::now)
                .filter(Verdict.Granted.class::isInstance)
                .toList();
        assertThat(granted).hasSize(200);
        assertThat(there(texts, ACCOUNT)).isEqualTo(new Amount(0, 998_000));

        granted.forEach(verdict -> now(Money.granted(verdict).settle(new Settlement.Exact(4, 0))));
        assertThat(there(texts, ACCOUNT)).isEqualTo(new Amount(0, 999_200));
    }

    private static CompletionStage<Verdict> reserve(Ledger ledger) {
        return ledger.reserve(List.of(ACCOUNT), new Estimate(10, 0), OnStoreFailure.REFUSE);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
