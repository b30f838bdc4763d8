package io.dromedary.tier.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.config.TierSettings.OnStoreFailure;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What tests say to a ledger, and look up on its shelf. */
final class Money {
    private Money() {}

    static Verdict reserve(Ledger ledger, Account account, long prompt, long completion) {
        return now(ledger.reserve(List.of(account), new Estimate(prompt, completion), OnStoreFailure.REFUSE));
    }

    static Reservation granted(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Verdict.Granted.class);
        return ((Verdict.Granted) verdict).reservation();
    }

    static <T extends @Nullable Object> T now(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("not done", e);
        }
    }

    /** Whole requests and tokens that stand on the shelf, as they stood when last written. */
    static Amount there(TextShelf shelf, Account account) {
        var held = shelf.there(account.key());
        var allowance = held == null
                ? Allowance.full(account.limits(), 0)
                : held.value().allowance();
        return new Amount(
                Math.floorDiv(allowance.requests().level(), Credit.UNIT),
                Math.floorDiv(allowance.tokens().level(), Credit.UNIT));
    }
}
