package io.dromedary.tier.ledger;

import static io.dromedary.tier.ledger.Money.granted;
import static io.dromedary.tier.ledger.Money.now;
import static io.dromedary.tier.ledger.Money.there;
import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.config.TierSettings.OnStoreFailure;
import io.dromedary.testing.CapturedLog;
import io.dromedary.testing.SettableClock;
import java.time.Duration;
import java.util.List;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LedgerOutageTest {
    private static final Account ACCOUNT = Account.ofProject("acme", null, new Limits(100, 1000, false));

    private final SettableClock clock = new SettableClock();
    private final TextShelf texts = new TextShelf();
    private final UnsteadyShelf shelf = new UnsteadyShelf(texts, 1);
    private final Ledger ledger = new Ledger(shelf, "one", clock);
    private final CapturedLog log = new CapturedLog(Ledger.class);

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void nobody_gets_in_while_limits_cannot_be_looked_up() {
        shelf.failsBefore = 1;

        assertThat(reserve(OnStoreFailure.REFUSE)).isInstanceOf(Verdict.Unreachable.class);
        assertThat(ledger.storeAnswers()).isFalse();

        shelf.failsBefore = 0;
        granted(reserve(OnStoreFailure.REFUSE));
        assertThat(ledger.storeAnswers()).isTrue();
        assertThat(there(texts, ACCOUNT)).isEqualTo(new Amount(99, 900));
    }

    @Test
    void each_gateway_may_count_for_itself_until_the_store_is_back() {
        shelf.failsBefore = 1;
        for (var i = 0; i < 10; i++) {
            granted(reserve(OnStoreFailure.LOCAL));
        }
        assertThat(reserve(OnStoreFailure.LOCAL)).isInstanceOf(Verdict.TooSoon.class);
        assertThat(texts.texts).isEmpty();

        shelf.failsBefore = 0;
        assertThat(reserve(OnStoreFailure.LOCAL)).isInstanceOf(Verdict.TooSoon.class);
        clock.advance(Duration.ofSeconds(1));
        granted(reserve(OnStoreFailure.LOCAL));
        assertThat(there(texts, ACCOUNT)).isEqualTo(new Amount(99, 900));
    }

    @Test
    void what_was_taken_while_the_store_was_away_is_not_given_back_to_it() {
        granted(reserve(OnStoreFailure.LOCAL));
        shelf.failsBefore = 1;
        var own = granted(reserve(OnStoreFailure.LOCAL));
        shelf.failsBefore = 0;

        now(own.settle(new Settlement.Nothing()));
        clock.advance(Duration.ofSeconds(1));
        granted(reserve(OnStoreFailure.LOCAL));

        // 17 tokens came in the second
        assertThat(there(texts, ACCOUNT)).isEqualTo(new Amount(99, 816));
    }

    @Test
    void what_is_settled_during_an_outage_counts_after_it() {
        var reservation = granted(reserve(OnStoreFailure.REFUSE));
        var another = granted(reserve(OnStoreFailure.REFUSE));
        shelf.failsBefore = 1;
        now(reservation.settle(new Settlement.Exact(300, 0)));
        now(another.settle(new Settlement.Nothing()));
        assertThat(ledger.settledLate()).isEqualTo(2);
        assertThat(there(texts, ACCOUNT)).isEqualTo(new Amount(98, 800));

        shelf.failsBefore = 0;
        granted(reserve(OnStoreFailure.REFUSE));

        assertThat(there(texts, ACCOUNT)).isEqualTo(new Amount(98, 600));
    }

    @Test
    void a_write_of_which_nothing_was_heard_is_not_repeated() {
        shelf.failsAfter = 1;
        reserve(OnStoreFailure.REFUSE);
        shelf.failsAfter = 0;

        var reservation = granted(reserve(OnStoreFailure.REFUSE));

        assertThat(there(texts, ACCOUNT)).isEqualTo(new Amount(99, 900));
        now(reservation.settle(new Settlement.Nothing()));
        assertThat(there(texts, ACCOUNT)).isEqualTo(new Amount(100, 1000));
    }

    @Test
    void another_gateways_write_over_one_in_doubt_does_not_hide_it() {
        shelf.failsAfter = 1;
        assertThat(reserve(OnStoreFailure.REFUSE)).isInstanceOf(Verdict.Unreachable.class);
        shelf.failsAfter = 0;
        granted(Money.reserve(new Ledger(texts, "two", clock), ACCOUNT, 100, 0));

        granted(reserve(OnStoreFailure.REFUSE));

        assertThat(there(texts, ACCOUNT)).isEqualTo(new Amount(98, 800));
    }

    @Test
    void an_account_that_was_charged_gets_it_back_where_the_next_cannot_be_reached() {
        var next = Account.ofKey("acme", "ci", null, new Limits(10, 1000, false));
        var second = new FailsFor(texts, next.key());
        var halved = new Ledger(second, "one", clock);

        var verdict = now(halved.reserve(List.of(ACCOUNT, next), new Estimate(100, 0), OnStoreFailure.REFUSE));

        assertThat(verdict).isInstanceOf(Verdict.Unreachable.class);
        assertThat(there(texts, ACCOUNT)).isEqualTo(new Amount(100, 1000));
    }

    @Test
    void lost_races_are_run_again() {
        shelf.loses = 0.7;
        for (var i = 0; i < 10; i++) {
            granted(reserve(OnStoreFailure.REFUSE));
        }

        assertThat(reserve(OnStoreFailure.REFUSE)).isInstanceOf(Verdict.TooSoon.class);
        assertThat(there(texts, ACCOUNT)).isEqualTo(new Amount(90, 0));
    }

    @Test
    void a_store_that_takes_nothing_ends_the_wait() {
        shelf.loses = 1;

        assertThat(reserve(OnStoreFailure.REFUSE)).isInstanceOf(Verdict.Unreachable.class);
    }

    @Test
    void a_text_that_nobody_can_read_is_as_good_as_no_store() {
        texts.texts.put(ACCOUNT.key(), "{\"v\":9}");

        assertThat(reserve(OnStoreFailure.REFUSE)).isInstanceOf(Verdict.Unreachable.class);
    }

    @Test
    void an_outage_is_logged_once() {
        var reservation = granted(reserve(OnStoreFailure.REFUSE));
        shelf.failsBefore = 1;
        for (var i = 0; i < 10; i++) {
            reserve(OnStoreFailure.REFUSE);
        }
        now(reservation.settle(new Settlement.Nothing()));
        shelf.failsBefore = 0;
        reserve(OnStoreFailure.REFUSE);

        assertThat(log.records())
                .filteredOn(line -> line.getLevel() == Level.WARNING)
                .hasSize(1);
    }

    private Verdict reserve(OnStoreFailure onStoreFailure) {
        return now(ledger.reserve(List.of(ACCOUNT), new Estimate(100, 0), onStoreFailure));
    }
}
