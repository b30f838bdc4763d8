package io.dromedary.tier.ledger;

import static io.dromedary.tier.ledger.Money.now;
import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.config.TierSettings.OnStoreFailure;
import io.dromedary.testing.SettableClock;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.local.LocalBucket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bucket4j's local buckets with greedy refill are the judge. They keep the remainder of every refill and forget it when they
 * are full, as ours do, so the two agree to the token: for limits below 150 million per minute, beyond which Bucket4j
 * multiplies with doubles.
 */
final class LedgerOracleTest {
    private static final int STEPS = 10_000;

    private final SettableClock clock = new SettableClock();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void ten_thousand_steps_come_to_what_bucket4j_comes_to(long seed) {
        var random = new SplittableRandom(seed);
        var limits = new Limits(random.nextLong(1, 1000), random.nextLong(1000, 100_000), false);
        var account = Account.ofProject("acme", null, limits);
        var ledger = new Ledger(new TextShelf(), "one", clock);
        var requests = bucket(limits.requestsPerMinute());
        var tokens = bucket(limits.tokensPerMinute());
        var open = new ArrayList<Reservation>();
        var granted = 0;
        var refused = 0;
        var settled = 0;

        for (var step = 0; step < STEPS; step++) {
            switch (random.nextInt(4)) {
                case 0 -> clock.advance(Duration.ofMillis(random.nextInt(random.nextInt(20) == 0 ? 100_000 : 200)));
                case 1 -> {
                    if (!open.isEmpty()) {
                        settle(open.remove(random.nextInt(open.size())), random, requests, tokens);
                        settled++;
                    }
                }
                default -> {
                    var estimate = new Estimate(random.nextLong(limits.tokensPerMinute() / 4), random.nextLong(50));
                    var verdict = now(ledger.reserve(List.of(account), estimate, OnStoreFailure.REFUSE));
                    var fits = requests.getAvailableTokens() >= 1 && tokens.getAvailableTokens() >= estimate.total();
                    assertThat(verdict instanceof Verdict.Granted)
                            .as("step %d", step)
                            .isEqualTo(fits);
                    if (verdict instanceof Verdict.Granted call) {
                        requests.consumeIgnoringRateLimits(1);
                        take(tokens, estimate.total());
                        open.add(call.reservation());
                        assertThat(call.left().requests().remaining())
                                .as("step %d", step)
                                .isEqualTo(Math.max(0, requests.getAvailableTokens()));
                        assertThat(call.left().tokens().remaining())
                                .as("step %d", step)
                                .isEqualTo(Math.max(0, tokens.getAvailableTokens()));
                        granted++;
                    } else {
                        refused++;
                    }
                }
            }
        }
        assertThat(granted).isGreaterThan(100);
        assertThat(refused).isGreaterThan(100);
        assertThat(settled).isGreaterThan(100);
    }

    private static void settle(Reservation reservation, SplittableRandom random, Bucket requests, Bucket tokens) {
        var reserved = reservation.estimate().total();
        if (random.nextInt(4) == 0) {
            now(reservation.settle(new Settlement.Nothing()));
            requests.addTokens(1);
            give(tokens, reserved);
            return;
        }
        var used = random.nextLong(2 * reserved + 10);
        now(reservation.settle(new Settlement.Exact(used, 0)));
        give(tokens, reserved - used);
        take(tokens, used - reserved);
    }

    private static void give(Bucket bucket, long amount) {
        if (amount > 0) {
            bucket.addTokens(amount);
        }
    }

    private static void take(Bucket bucket, long amount) {
        if (amount > 0) {
            bucket.consumeIgnoringRateLimits(amount);
        }
    }

    private LocalBucket bucket(long perMinute) {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(perMinute).refillGreedy(perMinute, Duration.ofMinutes(1)))
                .withCustomTimePrecision(new TimeMeter() {
                    @Override
                    public long currentTimeNanos() {
                        return TimeUnit.MILLISECONDS.toNanos(clock.millis()
                                - Instant.parse("2026-01-01T00:00:00Z").toEpochMilli());
                    }

                    @Override
                    public boolean isWallClockBased() {
                        return false;
                    }
                })
                .build();
    }
}
