package io.dromedary.tier.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class AllowanceTest {
    private static final long NOW = 1_767_225_600_000L;
    private static final long MINUTE = 60_000;
    private static final Limits BOTH = new Limits(600, 400_000, false);
    private static final Limits DYNAMIC = new Limits(100, 1000, true);

    @Test
    void a_new_one_is_full() {
        var full = Allowance.full(BOTH, NOW);

        assertThat(requests(full)).isEqualTo(600);
        assertThat(tokens(full)).isEqualTo(400_000);
    }

    @Test
    void each_millisecond_brings_its_share_and_a_full_one_has_no_more() {
        var spent = taken(Allowance.full(BOTH, NOW), BOTH, new Amount(600, 400_000));

        assertThat(requests(spent.at(BOTH, NOW + 99))).isZero();
        assertThat(requests(spent.at(BOTH, NOW + 100))).isEqualTo(1);
        assertThat(tokens(spent.at(BOTH, NOW + 3))).isEqualTo(20);
        assertThat(spent.at(BOTH, NOW + MINUTE)).isEqualTo(Allowance.full(BOTH, NOW + MINUTE));
        assertThat(spent.at(BOTH, NOW + 900 * MINUTE)).isEqualTo(Allowance.full(BOTH, NOW + 900 * MINUTE));
    }

    @Test
    void a_clock_that_is_behind_brings_nothing() {
        var spent = taken(Allowance.full(BOTH, NOW), BOTH, new Amount(600, 0));

        assertThat(spent.at(BOTH, NOW - MINUTE)).isEqualTo(spent);
        assertThat(spent.at(BOTH, NOW - MINUTE).at(BOTH, NOW + 100)).isEqualTo(spent.at(BOTH, NOW + 100));
    }

    @Test
    void a_debt_is_paid_off_first() {
        var owing = Allowance.full(BOTH, NOW).moved(BOTH, new Movement(0, -800_000, 1, 800_000));

        assertThat(tokens(owing)).isEqualTo(-400_000);
        assertThat(owing.at(BOTH, NOW + MINUTE).lacks(BOTH, new Amount(1, 1))).isEqualTo(Kind.TOKENS);
        assertThat(owing.secondsUntil(BOTH, new Amount(1, 1), NOW)).isEqualTo(61);
    }

    @Test
    void a_debt_has_a_bottom() {
        var owing = Allowance.full(BOTH, NOW);
        for (var i = 0; i < 100; i++) {
            owing = owing.moved(BOTH, new Movement(Long.MIN_VALUE / 2, Long.MIN_VALUE / 2, 0, 0));
        }

        assertThat(owing.tokens().level()).isEqualTo(Credit.DEEPEST);
        assertThat(owing.at(BOTH, NOW + MINUTE).tokens().level()).isEqualTo(Credit.DEEPEST + 400_000 * MINUTE);
    }

    @Test
    void a_lower_limit_holds_at_once() {
        var less = new Limits(60, 1000, false);

        assertThat(Allowance.full(BOTH, NOW).at(less, NOW)).isEqualTo(Allowance.full(less, NOW));
    }

    @Test
    void a_higher_limit_fills_up_from_what_there_is() {
        var more = new Limits(1200, 400_000, false);
        var then = Allowance.full(BOTH, NOW).at(more, NOW);

        assertThat(requests(then)).isEqualTo(600);
        assertThat(requests(then.at(more, NOW + 50))).isEqualTo(601);
    }

    @Test
    void a_kind_without_a_limit_is_never_short_and_begins_full_when_it_gets_one() {
        var none = new Limits(0, 1000, false);
        var used = taken(Allowance.full(none, NOW), none, new Amount(1_000_000_000, 1000));

        assertThat(used.lacks(none, new Amount(1_000_000_000, 0))).isNull();
        assertThat(requests(used.at(none, NOW).at(BOTH, NOW))).isEqualTo(600);
    }

    @Test
    void refused_for_requests_before_tokens() {
        var spent = taken(Allowance.full(BOTH, NOW), BOTH, new Amount(600, 400_000));

        assertThat(spent.lacks(BOTH, new Amount(1, 1))).isEqualTo(Kind.REQUESTS);
        assertThat(spent.lacks(BOTH, new Amount(0, 1))).isEqualTo(Kind.TOKENS);
    }

    @Test
    void what_does_not_fit_a_minute_never_fits() {
        var full = Allowance.full(BOTH, NOW);

        assertThat(full.secondsUntil(BOTH, new Amount(1, 400_001), NOW)).isEqualTo(-1);
    }

    @Test
    void a_busy_period_makes_the_limit_grow_by_a_fifth() {
        var busy = Allowance.full(DYNAMIC, NOW).moved(DYNAMIC, new Movement(0, 0, 1200, 12_000));

        var then = busy.at(DYNAMIC, NOW + Allowance.PERIOD);

        assertThat(then.requests().limit(100)).isEqualTo(120);
        assertThat(then.tokens().limit(1000)).isEqualTo(1200);
        assertThat(then.requests().used()).isZero();
    }

    @Test
    void a_period_a_little_less_busy_changes_nothing() {
        var grown = grown(DYNAMIC, 3);
        var limit = grown.tokens().limit(1000);
        assertThat(limit).isEqualTo(1728);

        assertThat(after(grown, limit * 12 - 1).tokens().limit(1000)).isEqualTo(1728);
        assertThat(after(grown, limit * 15 / 2 + 1).tokens().limit(1000)).isEqualTo(1728);
        assertThat(after(grown, limit * 15 / 2).tokens().limit(1000)).isEqualTo(1152);
        assertThat(after(grown, limit * 12).tokens().limit(1000)).isEqualTo(2073);
    }

    @Test
    void it_takes_seventeen_busy_periods_to_the_top() {
        assertThat(grown(DYNAMIC, 16).tokens().limit(1000)).isBetween(18_400L, 18_500L);
        assertThat(grown(DYNAMIC, 17).tokens().limit(1000)).isEqualTo(20_000);
        assertThat(grown(DYNAMIC, 30).tokens().limit(1000)).isEqualTo(20_000);
    }

    @Test
    void idle_periods_are_all_applied_and_end_at_the_base() {
        var top = grown(DYNAMIC, 17);

        assertThat(top.at(DYNAMIC, top.at() + 2 * Allowance.PERIOD).tokens().limit(1000))
                .isEqualTo(8888);
        assertThat(top.at(DYNAMIC, top.at() + 8 * Allowance.PERIOD).tokens().limit(1000))
                .isEqualTo(1000);
        assertThat(top.at(DYNAMIC, top.at() + 100_000 * Allowance.PERIOD).period())
                .isEqualTo(top.period() + 100_000 * Allowance.PERIOD);
    }

    @Test
    void limits_that_stop_following_use_are_the_base_at_once() {
        var still = new Limits(100, 1000, false);

        assertThat(tokens(grown(DYNAMIC, 17).at(still, NOW))).isEqualTo(1000);
        assertThat(grown(DYNAMIC, 17).at(still, NOW).period()).isZero();
    }

    @Test
    void it_does_not_matter_how_often_somebody_looks() {
        var random = new SplittableRandom(20260101);
        for (var run = 0; run < 2000; run++) {
            var limits = limits(random);
            var once = used(random, limits);
            var often = once;
            var end = once.at() + random.nextLong(12 * Allowance.PERIOD);
            for (var looks = random.nextInt(6); looks > 0; looks--) {
                often = often.at(limits, often.at() + random.nextLong(Math.max(1, end - often.at())));
            }

            assertThat(often.at(limits, end)).as("run %d", run).isEqualTo(once.at(limits, end));
        }
    }

    @Test
    void who_waits_as_long_as_told_gets_in_and_a_second_less_is_too_short() {
        var random = new SplittableRandom(20260102);
        var told = 0;
        var later = 0;
        for (var run = 0; run < 40_000; run++) {
            var limits = limits(random);
            var there = used(random, limits);
            var now = there.at() + random.nextLong(-3000, 5 * MINUTE);
            var most = Math.max(2, limits.tokensPerMinute() * 2);
            var amount = new Amount(1, random.nextLong(1, most));
            if (there.at(limits, now).lacks(limits, amount) == null) {
                continue;
            }
            var seconds = there.secondsUntil(limits, amount, now);
            if (seconds < 0) {
                for (var wait = 1; wait < 10_000; wait += 97) {
                    assertThat(there.at(limits, now + 1000L * wait).lacks(limits, amount))
                            .isNotNull();
                }
                continue;
            }
            told++;
            later += limits.dynamic() && now + 1000 * seconds >= there.period() + Allowance.PERIOD ? 1 : 0;
            assertThat(there.at(limits, now + 1000 * seconds).lacks(limits, amount))
                    .as("run %d: %d s of %s and %s", run, seconds, limits, there)
                    .isNull();
            assertThat(there.at(limits, now + 1000 * (seconds - 1)).lacks(limits, amount))
                    .as("run %d: %d s less one", run, seconds)
                    .isNotNull();
        }
        assertThat(told).isGreaterThan(4000);
        assertThat(later).isPositive();
    }

    @Test
    void it_is_kept_until_it_is_as_if_it_had_never_been() {
        var random = new SplittableRandom(20260103);
        for (var run = 0; run < 2000; run++) {
            var limits = limits(random);
            var there = used(random, limits);
            var gone = there.at() + there.lifespan(limits).toMillis();

            var then = there.at(limits, gone);

            assertThat(then.requests().level())
                    .isEqualTo(Allowance.full(limits, gone).requests().level());
            assertThat(then.tokens().level())
                    .isEqualTo(Allowance.full(limits, gone).tokens().level());
            assertThat(then.tokens().scale()).isEqualTo(Credit.BASE);
        }
    }

    private static Limits limits(SplittableRandom random) {
        var requests = random.nextInt(4) == 0 ? 0 : random.nextLong(1, 1000);
        var tokens = random.nextInt(8) == 0 ? 0 : 1 + (long) Math.exp(random.nextDouble(Math.log(1e9)));
        return new Limits(requests, tokens, random.nextInt(3) == 0);
    }

    /** Somewhere in its life: between deep debt and full, and where limits are dynamic at any scale. */
    private static Allowance used(SplittableRandom random, Limits limits) {
        var there = random.nextBoolean() ? Allowance.full(limits, NOW) : grown(limits, random.nextInt(18));
        there = there.at(limits, there.at() + random.nextLong(Allowance.PERIOD));
        var requests = limits.requestsPerMinute();
        var tokens = limits.tokensPerMinute();
        return there.moved(
                limits,
                new Movement(
                        -random.nextLong(requests + 1),
                        -random.nextLong(4 * tokens + 1),
                        random.nextLong(20 * requests + 1),
                        random.nextLong(20 * tokens + 1)));
    }

    private static Allowance grown(Limits limits, int periods) {
        var there = Allowance.full(limits, NOW);
        for (var i = 0; i < periods; i++) {
            there = after(there.at(limits, there.at()), limits, 400 * Limits.MOST);
        }
        return there;
    }

    private static Allowance after(Allowance there, long used) {
        return after(there, DYNAMIC, used);
    }

    private static Allowance after(Allowance there, Limits limits, long used) {
        return there.moved(limits, new Movement(0, 0, used, used)).at(limits, there.at() + Allowance.PERIOD);
    }

    private static Allowance taken(Allowance there, Limits limits, Amount amount) {
        return there.moved(limits, Movement.taking(amount));
    }

    private static long requests(Allowance there) {
        return there.requests().level() / Credit.UNIT;
    }

    private static long tokens(Allowance there) {
        return there.tokens().level() / Credit.UNIT;
    }
}
