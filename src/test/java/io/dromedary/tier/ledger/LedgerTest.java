package io.dromedary.tier.ledger;

import static io.dromedary.tier.ledger.Money.granted;
import static io.dromedary.tier.ledger.Money.now;
import static io.dromedary.tier.ledger.Money.reserve;
import static io.dromedary.tier.ledger.Money.there;
import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.config.TierSettings.OnStoreFailure;
import io.dromedary.testing.SettableClock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LedgerTest {
    private static final Account PROJECT = Account.ofProject("acme", "chat-small", new Limits(600, 10_000, false));
    private static final Account KEY = Account.ofKey("acme", "ci", null, new Limits(10, 2000, false));

    private final SettableClock clock = new SettableClock();
    private final TextShelf shelf = new TextShelf();
    private final Ledger ledger = new Ledger(shelf, "one", clock);

    @Test
    void a_call_takes_a_request_and_its_estimate() {
        var verdict = reserve(ledger, PROJECT, 100, 400);

        assertThat(granted(verdict).estimate().total()).isEqualTo(500);
        assertThat(((Verdict.Granted) verdict).left().tokens().remaining()).isEqualTo(9500);
        assertThat(there(shelf, PROJECT)).isEqualTo(new Amount(599, 9500));
    }

    @Test
    void an_exact_settlement_gives_back_what_was_too_much() {
        now(granted(reserve(ledger, PROJECT, 100, 400)).settle(new Settlement.Exact(90, 10)));

        assertThat(there(shelf, PROJECT)).isEqualTo(new Amount(599, 9900));
    }

    @Test
    void an_exact_settlement_makes_a_debt_of_what_was_too_little() {
        now(granted(reserve(ledger, PROJECT, 100, 400)).settle(new Settlement.Exact(90, 20_000)));

        assertThat(there(shelf, PROJECT)).isEqualTo(new Amount(599, -10_090));
    }

    @Test
    void a_cut_stream_never_refunds_its_prompt_nor_what_was_streamed() {
        now(granted(reserve(ledger, PROJECT, 100, 400)).settle(new Settlement.AtLeast(30)));
        assertThat(there(shelf, PROJECT)).isEqualTo(new Amount(599, 9870));

        now(granted(reserve(ledger, PROJECT, 100, 400)).settle(new Settlement.AtLeast(20, 30)));
        assertThat(there(shelf, PROJECT)).isEqualTo(new Amount(598, 9740));
    }

    @Test
    void a_cut_stream_pays_for_more_than_was_reserved_where_it_got_more() {
        now(granted(reserve(ledger, PROJECT, 100, 400)).settle(new Settlement.AtLeast(150, 900)));

        assertThat(there(shelf, PROJECT)).isEqualTo(new Amount(599, 8950));
    }

    @Test
    void a_call_that_reached_no_backend_gets_everything_back() {
        now(granted(reserve(ledger, PROJECT, 100, 400)).settle(new Settlement.Nothing()));

        assertThat(there(shelf, PROJECT)).isEqualTo(new Amount(600, 10_000));
    }

    @Test
    void only_the_first_settlement_counts() {
        var reservation = granted(reserve(ledger, PROJECT, 100, 400));
        now(reservation.settle(new Settlement.Exact(50, 50)));
        now(reservation.settle(new Settlement.Nothing()));
        now(reservation.settle(new Settlement.Exact(5000, 50)));

        assertThat(there(shelf, PROJECT)).isEqualTo(new Amount(599, 9900));
    }

    @Test
    void who_waits_as_long_as_told_gets_in() {
        granted(reserve(ledger, PROJECT, 9000, 0));

        var refused = reserve(ledger, PROJECT, 2000, 500);

        assertThat(refused).isInstanceOfSatisfying(Verdict.TooSoon.class, soon -> {
            assertThat(soon.kind()).isEqualTo(Kind.TOKENS);
            assertThat(soon.retryAfter()).isEqualTo(9);
            assertThat(soon.limit()).isEqualTo(10_000);
            assertThat(soon.left().tokens().remaining()).isEqualTo(1000);
            assertThat(soon.message())
                    .isEqualTo("Rate limit reached for chat-small in project acme: 10000 tokens per minute. "
                            + "Try again in 9 s.");
        });
        clock.advance(Duration.ofSeconds(8));
        assertThat(reserve(ledger, PROJECT, 2000, 500)).isInstanceOf(Verdict.TooSoon.class);
        clock.advance(Duration.ofSeconds(1));
        granted(reserve(ledger, PROJECT, 2000, 500));
    }

    @Test
    void a_refused_call_burns_nothing() {
        granted(reserve(ledger, PROJECT, 9000, 0));
        var before = shelf.texts.get(PROJECT.key());

        for (var i = 0; i < 10; i++) {
            reserve(ledger, PROJECT, 2000, 0);
        }

        assertThat(shelf.texts.get(PROJECT.key())).isEqualTo(before);
    }

    @Test
    void what_is_larger_than_the_window_is_told_so() {
        var verdict = reserve(ledger, PROJECT, 9000, 1001);

        assertThat(verdict).isInstanceOfSatisfying(Verdict.TooLarge.class, large -> {
            assertThat(large.kind()).isEqualTo(Kind.TOKENS);
            assertThat(large.asked()).isEqualTo(10_001);
            assertThat(large.limit()).isEqualTo(10_000);
            assertThat(large.message())
                    .startsWith("Request too large for chat-small in project acme: about 10001 tokens");
        });
    }

    @Test
    void two_accounts_both_pay() {
        var verdict = both(100, 400);

        now(granted(verdict).settle(new Settlement.Exact(50, 50)));

        assertThat(there(shelf, PROJECT)).isEqualTo(new Amount(599, 9900));
        assertThat(there(shelf, KEY)).isEqualTo(new Amount(9, 1900));
        assertThat(((Verdict.Granted) verdict).left().requests().limit()).isEqualTo(10);
        assertThat(((Verdict.Granted) verdict).left().tokens().remaining()).isEqualTo(1500);
    }

    @Test
    void where_the_second_account_refuses_the_first_has_lost_nothing() {
        granted(both(1000, 0));

        var refused = both(1500, 0);

        assertThat(refused)
                .isInstanceOfSatisfying(
                        Verdict.TooSoon.class,
                        soon -> assertThat(soon.account()).isEqualTo(KEY));
        assertThat(there(shelf, PROJECT)).isEqualTo(new Amount(599, 9000));
        assertThat(there(shelf, KEY)).isEqualTo(new Amount(9, 1000));
    }

    @Test
    void where_both_accounts_are_short_the_longer_wait_is_told() {
        var slow = Account.ofKey("acme", "slow", null, new Limits(0, 600, false));
        granted(reserve(ledger, PROJECT, 9990, 0));
        granted(reserve(ledger, slow, 600, 0));

        var refused = now(ledger.reserve(List.of(PROJECT, slow), new Estimate(100, 0), OnStoreFailure.REFUSE));

        assertThat(refused).isInstanceOfSatisfying(Verdict.TooSoon.class, soon -> {
            assertThat(soon.account()).isEqualTo(slow);
            assertThat(soon.retryAfter()).isEqualTo(10);
        });
        clock.advance(Duration.ofSeconds(10));
        granted(now(ledger.reserve(List.of(PROJECT, slow), new Estimate(100, 0), OnStoreFailure.REFUSE)));
    }

    @Test
    void who_has_no_limits_is_not_counted() {
        var free = Account.ofProject("free", null, Limits.NONE);

        var verdict = now(ledger.reserve(List.of(free), new Estimate(1_000_000_000, 0), OnStoreFailure.REFUSE));
        now(granted(verdict).settle(new Settlement.Exact(1, 1)));

        assertThat(((Verdict.Granted) verdict).left()).isEqualTo(Left.UNLIMITED);
        assertThat(shelf.texts).isEmpty();
    }

    @Test
    void a_call_that_ends_after_a_reload_does_not_bring_the_old_limit_back() {
        var old = Account.ofProject("acme", "chat-small", new Limits(0, 100, false));
        var reservation = granted(reserve(ledger, old, 100, 0));
        granted(reserve(ledger, PROJECT, 0, 0));
        clock.advance(Duration.ofMinutes(1));
        granted(reserve(ledger, PROJECT, 0, 0));

        now(reservation.settle(new Settlement.Nothing()));

        assertThat(there(shelf, PROJECT).tokens()).isEqualTo(10_000);
    }

    @Test
    void no_report_of_a_backend_is_so_odd_that_it_gives_tokens() {
        now(granted(reserve(ledger, PROJECT, 100, 400)).settle(new Settlement.Exact(Long.MAX_VALUE, Long.MAX_VALUE)));
        assertThat(there(shelf, PROJECT).tokens()).isNegative();

        now(granted(reserve(ledger, KEY, 100, 400)).settle(new Settlement.Exact(-1000, -1000)));
        assertThat(there(shelf, KEY)).isEqualTo(new Amount(9, 2000));
    }

    @Test
    void a_dynamic_limit_follows_what_was_settled() {
        var account = Account.ofProject("acme", null, new Limits(0, 1000, true));
        granted(reserve(ledger, account, 0, 0));
        for (var minute = 0; minute < 14; minute++) {
            clock.advance(Duration.ofMinutes(1));
            now(granted(reserve(ledger, account, 900, 0)).settle(new Settlement.Exact(900, 0)));
        }
        clock.advance(Duration.ofMinutes(1));

        var left = ((Verdict.Granted) reserve(ledger, account, 0, 0)).left();

        assertThat(left.tokens().limit()).isEqualTo(1200);
        assertThat(left.tokens().scale()).isEqualTo(12_000);
        assertThat(left.tokens().usedPercent()).isZero();
    }

    @Test
    void gateways_share_an_account() {
        var other = new Ledger(shelf, "two", clock);
        for (var i = 0; i < 10; i++) {
            granted(reserve(i % 2 == 0 ? ledger : other, PROJECT, 1000, 0));
        }

        assertThat(reserve(ledger, PROJECT, 1000, 0)).isInstanceOf(Verdict.TooSoon.class);
        assertThat(reserve(other, PROJECT, 1000, 0)).isInstanceOf(Verdict.TooSoon.class);
        assertThat(there(shelf, PROJECT)).isEqualTo(new Amount(590, 0));
    }

    @Test
    void what_another_gateway_gave_back_is_seen_before_anybody_is_refused() {
        var other = new Ledger(shelf, "two", clock);
        var theirs = granted(reserve(other, PROJECT, 9000, 0));
        granted(reserve(ledger, PROJECT, 1, 0));

        now(theirs.settle(new Settlement.Nothing()));

        granted(reserve(ledger, PROJECT, 5000, 0));
    }

    @Test
    void an_account_alone_is_read_once() {
        for (var i = 0; i < 100; i++) {
            now(granted(reserve(ledger, PROJECT, 10, 0)).settle(new Settlement.Exact(5, 0)));
        }

        assertThat(shelf.reads).hasValue(1);
        assertThat(shelf.writes).hasValue(200);
    }

    @Test
    void an_entry_that_has_run_out_is_a_full_one() {
        granted(reserve(ledger, PROJECT, 10_000, 0));
        shelf.texts.clear();

        granted(reserve(ledger, PROJECT, 10_000, 0));
    }

    @Test
    void accounts_do_not_share_keys() {
        var limits = Limits.NONE;

        assertThat(List.of(
                        Account.ofProject("a", null, limits).key(),
                        Account.ofProject("a", "b", limits).key(),
                        Account.ofKey("a", "b", null, limits).key(),
                        Account.ofKey("a", "b", "c", limits).key(),
                        Account.ofKey("a", "b/c", null, limits).key()))
                .doesNotHaveDuplicates();
    }

    private Verdict both(long prompt, long completion) {
        return now(ledger.reserve(List.of(PROJECT, KEY), new Estimate(prompt, completion), OnStoreFailure.REFUSE));
    }
}
