package io.dromedary.tier.ledger;

import static io.dromedary.tier.ledger.Money.now;
import static io.dromedary.tier.ledger.Money.there;
import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.config.TierSettings.OnStoreFailure;
import io.dromedary.testing.CapturedLog;
import io.dromedary.testing.SettableClock;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two gateways over a store that fails before it writes and after, and loses races; time stands still. */
final class LedgerLeakTest {
    private static final long REQUESTS = 1_000_000;
    private static final long TOKENS = 1_000_000_000;
    private static final Account PROJECT = Account.ofProject("acme", null, new Limits(REQUESTS, TOKENS, false));
    private static final Account KEY = Account.ofKey("acme", "k", null, new Limits(REQUESTS, 40_000, false));

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void in_the_end_the_accounts_have_lost_what_was_settled_and_nothing_else(long seed) {
        try (var log = new CapturedLog(Ledger.class)) {
            var random = new SplittableRandom(seed);
            var texts = new TextShelf();
            var shelf = new UnsteadyShelf(texts, seed);
            var pending = new LinkedBlockingQueue<Runnable>();
            var clock = new SettableClock();
            var gateways = List.of(
                    new Ledger(new LaterShelf(shelf, pending::add), "one", clock),
                    new Ledger(new LaterShelf(shelf, pending::add), "two", clock));
            var verdicts = new ArrayList<CompletionStage<Verdict>>();
            var granted = 0L;
            var used = 0L;
            for (var step = 0; step < 10_000; step++) {
                if (step % 1000 == 0) {
                    shelf.failsBefore = random.nextDouble(0.3);
                    shelf.failsAfter = random.nextDouble(0.3);
                    shelf.loses = random.nextDouble(0.3);
                }
                switch (random.nextInt(3)) {
                    case 0 ->
                        verdicts.add(gateways.get(random.nextInt(2))
                                .reserve(
                                        List.of(PROJECT, KEY),
                                        new Estimate(random.nextInt(1000), random.nextInt(1000)),
                                        OnStoreFailure.REFUSE));
                    case 1 -> {
                        for (var answers = random.nextInt(20); answers > 0 && !pending.isEmpty(); answers--) {
                            pending.remove().run();
                        }
                    }
                    default -> {
                        var done = verdicts.stream()
                                .filter(verdict -> verdict.toCompletableFuture().isDone())
                                .findAny();
                        if (done.isPresent()) {
                            verdicts.remove(done.get());
                            if (now(done.get()) instanceof Verdict.Granted call) {
                                var tokens = settled(call.reservation(), random);
                                granted += tokens >= 0 ? 1 : 0;
                                used += Math.max(0, tokens);
                            }
                        }
                    }
                }
            }
            shelf.failsBefore = 0;
            shelf.failsAfter = 0;
            shelf.loses = 0;
            drain(pending);
            for (var verdict : verdicts) {
                if (now(verdict) instanceof Verdict.Granted call) {
                    call.reservation().settle(new Settlement.Nothing());
                    drain(pending);
                }
            }
            // what is owed is written with the next change of each gateway
            for (var gateway : gateways) {
                for (var account : List.of(PROJECT, KEY)) {
                    var verdict = gateway.reserve(List.of(account), new Estimate(0, 0), OnStoreFailure.REFUSE);
                    drain(pending);
                    if (now(verdict) instanceof Verdict.Granted call) {
                        call.reservation().settle(new Settlement.Nothing());
                        drain(pending);
                    }
                }
            }

            assertThat(granted).isGreaterThan(20);
            assertThat(there(texts, PROJECT)).isEqualTo(new Amount(REQUESTS - granted, TOKENS - used));
            assertThat(there(texts, KEY)).isEqualTo(new Amount(REQUESTS - granted, 40_000 - used));
            assertThat(log.records()).isNotEmpty();
        }
    }

    /** Settles somehow; gives the tokens that this costs, -1 where it costs no request either. */
    private static long settled(Reservation reservation, SplittableRandom random) {
        var estimate = reservation.estimate();
        return switch (random.nextInt(3)) {
            case 0 -> {
                reservation.settle(new Settlement.Nothing());
                yield -1;
            }
            case 1 -> {
                reservation.settle(new Settlement.AtLeast(5));
                yield estimate.prompt() + 5;
            }
            default -> {
                var completion = random.nextInt(100);
                reservation.settle(new Settlement.Exact(3, completion));
                yield 3 + completion;
            }
        };
    }

    private static void drain(LinkedBlockingQueue<Runnable> pending) {
        for (var next = pending.poll(); next != null; next = pending.poll()) {
            next.run();
        }
    }
}
