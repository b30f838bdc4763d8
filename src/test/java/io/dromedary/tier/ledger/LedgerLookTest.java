package io.dromedary.tier.ledger;

import static io.dromedary.tier.ledger.Money.granted;
import static io.dromedary.tier.ledger.Money.now;
import static io.dromedary.tier.ledger.Money.reserve;
import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.config.TierSettings.OnStoreFailure;
import io.dromedary.testing.CapturedLog;
import io.dromedary.testing.SettableClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LedgerLookTest {
    private static final Account ACCOUNT = Account.ofProject("acme", null, new Limits(60, 6000, false));

    private final SettableClock clock = new SettableClock();
    private final TextShelf texts = new TextShelf();
    private final UnsteadyShelf shelf = new UnsteadyShelf(texts, 1);
    private final Ledger ledger = new Ledger(shelf, "one", clock);
    private final Ledger other = new Ledger(texts, "two", clock);
    private final CapturedLog log = new CapturedLog(Ledger.class);

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void an_account_that_nobody_has_used_is_full_and_stays_off_the_shelf() {
        assertThat(left().requests()).isEqualTo(new Share(60, 60, 0, 0, 0, 0));
        assertThat(left().tokens()).isEqualTo(new Share(6000, 6000, 0, 0, 0, 0));
        assertThat(texts.texts).isEmpty();
    }

    @Test
    void a_look_says_what_the_call_before_left() {
        reserve(ledger, ACCOUNT, 60, 40);

        assertThat(left().requests()).isEqualTo(new Share(60, 59, 1000, 0, 0, 0));
        assertThat(left().tokens()).isEqualTo(new Share(6000, 5900, 1000, 0, 0, 0));
    }

    @Test
    void however_often_one_looks_nothing_changes() {
        granted(reserve(ledger, ACCOUNT, 60, 40));
        var before = Map.copyOf(texts.texts);
        for (var i = 0; i < 100; i++) {
            clock.advance(Duration.ofMillis(7));
            left();
        }
        assertThat(texts.texts).isEqualTo(before);
    }

    @Test
    void a_look_is_not_at_what_is_remembered() {
        reserve(ledger, ACCOUNT, 60, 40);
        reserve(other, ACCOUNT, 60, 40);
        reserve(other, ACCOUNT, 60, 40);

        assertThat(left().requests().remaining()).isEqualTo(57);
    }

    @Test
    void nobody_can_tell_while_the_store_is_away() {
        reserve(ledger, ACCOUNT, 60, 40);
        shelf.failsBefore = 1;

        assertThat(look(OnStoreFailure.REFUSE)).isEqualTo(new Balance(null, true));
        assertThat(ledger.storeAnswers()).isFalse();

        shelf.failsBefore = 0;
        assertThat(left().requests().remaining()).isEqualTo(59);
        assertThat(ledger.storeAnswers()).isTrue();
    }

    @Test
    void a_gateway_that_counts_alone_tells_its_own_count_and_says_so() {
        shelf.failsBefore = 1;
        granted(now(ledger.reserve(List.of(ACCOUNT), new Estimate(60, 40), OnStoreFailure.LOCAL)));

        var own = look(OnStoreFailure.LOCAL);
        assertThat(own.shared()).isFalse();
        assertThat(Objects.requireNonNull(own.left()).requests().remaining()).isEqualTo(59);
    }

    @Test
    void a_gateway_that_counts_alone_finds_out_by_a_look_that_the_store_is_back() {
        shelf.failsBefore = 1;
        look(OnStoreFailure.LOCAL);
        shelf.failsBefore = 0;
        assertThat(look(OnStoreFailure.LOCAL).shared()).isFalse();
        clock.advance(Duration.ofSeconds(1));
        assertThat(look(OnStoreFailure.LOCAL).shared()).isTrue();
        assertThat(ledger.storeAnswers()).isTrue();
    }

    private Left left() {
        return Objects.requireNonNull(look(OnStoreFailure.REFUSE).left());
    }

    private Balance look(OnStoreFailure onStoreFailure) {
        return now(ledger.look(ACCOUNT, onStoreFailure));
    }
}
