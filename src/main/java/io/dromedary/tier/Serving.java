package io.dromedary.tier;

import io.dromedary.api.Headers;
import io.dromedary.api.ModelName;
import io.dromedary.api.ModelRequest;
import io.dromedary.api.ServiceTier;
import io.dromedary.api.Usage;
import io.dromedary.api.error.Refusal;
import io.dromedary.config.Lane;
import io.dromedary.config.TierSettings.OnStoreFailure;
import io.dromedary.config.TierSettings.Report;
import io.dromedary.tier.Denied.Reason;
import io.dromedary.tier.gate.Refused;
import io.dromedary.tier.ledger.Account;
import io.dromedary.tier.ledger.Kind;
import io.dromedary.tier.ledger.Left;
import io.dromedary.tier.ledger.RateLimitHeaders;
import io.dromedary.tier.ledger.Reservation;
import io.dromedary.tier.ledger.Settlement;
import io.dromedary.tier.ledger.Verdict;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * How one call is served: the tier that it has now, and what that took from its limits. It belongs to the call, which
 * settles it when it closes. Lives on the call's event loop.
 */
public final class Serving {
    private static final String BEYOND = "x-ratelimit-over-limit";
    private static final CompletionStage<Boolean> SERVES = CompletableFuture.completedStage(true);
    private static final CompletionStage<Boolean> ENDS = CompletableFuture.completedStage(false);

    private final Tiers tiers;
    private final ModelRequest asked;
    private final List<ServiceTier> ladder;
    private final List<Account> accounts;
    private final OnStoreFailure onStoreFailure;
    private final Report report;
    private final String project;
    private final Executor loop;

    private int rung = -1;
    private @Nullable ServiceTier tier;
    private @Nullable Reservation reservation;
    private @Nullable Left left;
    private @Nullable Denied first;
    private @Nullable Denied denied;
    private long paid;
    private boolean closed;

    /** Has no tier yet. */
    Serving(
            Tiers tiers,
            ModelRequest asked,
            List<ServiceTier> ladder,
            List<Account> accounts,
            OnStoreFailure onStoreFailure,
            Report report,
            String project,
            Executor loop) {
        this.tiers = tiers;
        this.asked = asked;
        this.ladder = ladder;
        this.accounts = accounts;
        this.onStoreFailure = onStoreFailure;
        this.report = report;
        this.project = project;
        this.loop = loop;
    }

    /**
     * Goes down the ladder to the next tier that the limits allow. What the one before took is given back; until there is a
     * next one, the call has none.
     *
     * @return false where there is none; complete at once, or later on the call's loop; never fails
     */
    public CompletionStage<Boolean> descend() {
        settle(new Settlement.Nothing());
        tier = null;
        while (!closed && ++rung < ladder.size()) {
            var next = ladder.get(rung);
            if (!takesCredits(next)) {
                tier = next;
                return SERVES;
            }
            var verdict = tiers.ledger()
                    .reserve(accounts, tiers.estimate(asked, accounts), onStoreFailure)
                    .toCompletableFuture();
            if (!verdict.isDone()) {
                return verdict.thenComposeAsync(late -> hears(next, late) ? SERVES : descend(), loop);
            }
            if (hears(next, verdict.join())) {
                return SERVES;
            }
        }
        return ENDS;
    }

    private boolean takesCredits(ServiceTier next) {
        return !accounts.isEmpty() && (next == ServiceTier.DEFAULT || next == ServiceTier.PRIORITY);
    }

    private boolean hears(ServiceTier next, Verdict verdict) {
        switch (verdict) {
            case Verdict.Granted granted -> {
                if (closed) {
                    granted.reservation().settle(new Settlement.Nothing());
                    return false;
                }
                tier = next;
                reservation = granted.reservation();
                left = granted.left();
                return true;
            }
            case Verdict.TooSoon short_ -> {
                left = short_.left();
                deny(
                        next,
                        short_.kind() == Kind.TOKENS ? Reason.TOKENS : Reason.REQUESTS,
                        new Refusal.Limited(
                                short_.message(), short_.kind().word(), "rate_limit_exceeded", short_.retryAfter()));
            }
            case Verdict.TooLarge large -> {
                left = large.left();
                deny(
                        next,
                        Reason.TOO_LARGE,
                        new Refusal.Limited(large.message(), large.kind().word(), "rate_limit_exceeded", 0));
            }
            case Verdict.Unreachable gone -> {
                deny(
                        next,
                        Reason.STORE,
                        new Refusal.Unavailable(
                                "The store that keeps the limits of this project cannot be reached, so that nobody can tell"
                                        + " whether the call is within them. Try again a little later.",
                                "limits_unavailable"));
                // the tiers below are for calls that are known to be past their limits
                rung = ladder.size();
            }
        }
        return false;
    }

    /** The tier that it has is of no use: there was no room for it at the backends of that model. */
    public void turnedAway(Refused why, ModelName model) {
        var tier = tier();
        deny(
                tier,
                why == Refused.QUEUE_FULL ? Reason.QUEUE_FULL : Reason.DEADLINE,
                new Refusal.Limited(
                        "There is no room at the backends of " + model + " for a call of the service tier "
                                + tier.word() + " now. Try again a little later.",
                        Kind.REQUESTS.word(),
                        "resource_unavailable",
                        0));
    }

    /** The first one tells the most: it is of the tier that the caller would rather have. */
    private void deny(ServiceTier which, Reason reason, Refusal told) {
        if (first == null) {
            first = new Denied(which, reason, told);
        }
    }

    /** No tier serves it: what the caller is told. */
    public Refusal refuse() {
        denied = first;
        return denied == null ? new Refusal.Internal() : denied.refusal();
    }

    /** Why no tier served it, or null where one did, or something else came between. */
    public @Nullable Denied denied() {
        return denied;
    }

    /** Tokens that were taken from its caller's limits for good; 0 until it is settled. */
    public long paid() {
        return paid;
    }

    /**
     * The tier that serves the call.
     *
     * @throws IllegalStateException where {@link #descend()} has not ended well
     */
    public ServiceTier tier() {
        if (tier == null) {
            throw new IllegalStateException("no tier serves this call yet");
        }
        return tier;
    }

    /** The tier that serves the call, or null while none does. */
    public @Nullable ServiceTier tierOrNull() {
        return tier;
    }

    public Lane lane() {
        return Lane.of(tier());
    }

    /** Lanes are fair between these. */
    public String project() {
        return project;
    }

    /** {@code over-limit} and {@code no-limit} are reported as {@code default}. */
    public boolean openAiWords() {
        return report == Report.OPENAI;
    }

    /** Tells the caller what is left of its limits, and when it is served beyond them, as things are now. */
    public void describe(Headers headers) {
        describeLimits(headers);
        if (tier == ServiceTier.OVER_LIMIT) {
            headers.set(BEYOND, "yes");
        } else {
            headers.remove(BEYOND);
        }
    }

    /** Tells a caller that is not served what is left of its limits. */
    public void describeRefused(Headers headers) {
        describeLimits(headers);
        headers.remove(BEYOND);
    }

    private void describeLimits(Headers headers) {
        if (left != null) {
            RateLimitHeaders.set(left, headers);
        }
    }

    /** Pays for a whole answer. */
    public void answered(Usage usage) {
        if (reservation != null) {
            tiers.learn(asked, reservation.estimate(), usage);
        }
        close(new Settlement.Exact(usage.prompt(), usage.completion()));
    }

    /** Pays for an answer that broke off, or that nobody waited for. */
    public void abandoned(long promptTokens, long streamedTokens) {
        close(new Settlement.AtLeast(promptTokens, streamedTokens));
    }

    /** Pays nothing: no backend has given anything. */
    public void refused() {
        close(new Settlement.Nothing());
    }

    private void close(Settlement settlement) {
        closed = true;
        settle(settlement);
    }

    private void settle(Settlement settlement) {
        if (reservation != null) {
            reservation.settle(settlement);
            paid += reservation.price(settlement);
            reservation = null;
        }
    }
}
