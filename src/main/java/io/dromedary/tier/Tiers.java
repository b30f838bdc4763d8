package io.dromedary.tier;

import io.dromedary.access.Caller;
import io.dromedary.api.ModelName;
import io.dromedary.api.Usage;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.config.TierSettings;
import io.dromedary.tier.ledger.Account;
import io.dromedary.tier.ledger.Estimate;
import io.dromedary.tier.ledger.Ledger;
import io.dromedary.tier.ledger.TokenEstimator;
import java.util.List;
import java.util.concurrent.Executor;

/** Decides by which tier calls are served. One per gateway: what it has learned of models outlives a reload. */
public final class Tiers {
    private static final Estimate NOTHING = new Estimate(0, 0);

    private final Ledger ledger;
    private final TokenEstimator estimator;

    public Tiers(Ledger ledger, TokenEstimator estimator) {
        this.ledger = ledger;
        this.estimator = estimator;
    }

    /**
     * How a call is to be served; it has no tier yet.
     *
     * @param model by its own name, whatever alias the call used
     * @param loop the call's
     * @throws io.dromedary.api.error.RefusedException 400 where {@code auto} stands for nothing that the project may use
     */
    public Serving serving(
            TierSettings settings, Accounts accounts, Caller caller, ChatRequest chat, ModelName model, Executor loop) {
        var project = caller.project();
        return new Serving(
                this,
                chat,
                Ladders.of(chat.serviceTier(), project, settings),
                accounts.of(caller, model),
                settings.onStoreFailure(),
                project.report() == null ? settings.report() : project.report(),
                project.name(),
                loop);
    }

    Ledger ledger() {
        return ledger;
    }

    Estimate estimate(ChatRequest chat, List<Account> accounts) {
        for (var account : accounts) {
            if (account.limits().tokensPerMinute() > 0) {
                return estimator.estimate(chat);
            }
        }
        return NOTHING;
    }

    void learn(ChatRequest chat, Usage usage) {
        estimator.learn(chat, usage);
    }
}
