package io.dromedary.tier;

import io.dromedary.access.Caller;
import io.dromedary.api.ModelName;
import io.dromedary.api.ModelRequest;
import io.dromedary.api.ServiceTier;
import io.dromedary.api.Usage;
import io.dromedary.config.ProjectSettings;
import io.dromedary.config.TierSettings;
import io.dromedary.config.TierSettings.Report;
import io.dromedary.tier.ledger.Account;
import io.dromedary.tier.ledger.Balance;
import io.dromedary.tier.ledger.Estimate;
import io.dromedary.tier.ledger.Ledger;
import io.dromedary.tier.ledger.TokenEstimator;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** Decides by which tier calls are served. One per gateway: what it has learned of models outlives a reload. */
public final class Tiers {
    private static final Estimate NOTHING = new Estimate(0, 0);

    private final Ledger ledger;
    private final TokenEstimator estimator;
    private final LongAdder promptTokens = new LongAdder();
    private final LongAdder promptTokensOff = new LongAdder();

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
            TierSettings settings,
            Accounts accounts,
            Caller caller,
            ModelRequest asked,
            ModelName model,
            Executor loop) {
        var project = caller.project();
        return new Serving(
                this,
                asked,
                Ladders.of(asked.serviceTier(), project, settings),
                accounts.of(caller, model),
                settings.onStoreFailure(),
                report(project, settings),
                project.name(),
                loop);
    }

    /**
     * How a caller stands. Changes nothing.
     *
     * @param models by their own names: those whose limits are wanted
     * @param patience for the store; what it has not said by then nobody can tell
     * @return never fails; complete at once, or later on any thread
     */
    public CompletionStage<Statement> statement(
            TierSettings settings, Accounts accounts, Caller caller, List<ModelName> models, Duration patience) {
        var its = new LinkedHashSet<Account>();
        models.forEach(model -> its.addAll(accounts.of(caller, model)));
        var lines = its.stream()
                .map(account -> ledger.look(account, settings.onStoreFailure())
                        .thenApply(balance -> new Statement.Line(account, balance))
                        .toCompletableFuture()
                        .completeOnTimeout(
                                new Statement.Line(account, Balance.UNKNOWN),
                                patience.toMillis(),
                                TimeUnit.MILLISECONDS))
                .toList();
        var project = caller.project();
        return CompletableFuture.allOf(lines.toArray(CompletableFuture<?>[]::new))
                .thenApply(all -> new Statement(
                        Ladders.auto(project, settings),
                        serving(project),
                        report(project, settings),
                        lines.stream().map(CompletableFuture::join).toList()));
    }

    private static Set<ServiceTier> serving(ProjectSettings project) {
        var tiers = EnumSet.complementOf(EnumSet.of(ServiceTier.AUTO));
        tiers.removeIf(tier -> !project.mayUse(tier));
        return tiers;
    }

    private static Report report(ProjectSettings project, TierSettings settings) {
        return project.report() == null ? settings.report() : project.report();
    }

    /** Tokens of prompts as backends counted them, of the calls whose prompts were estimated. */
    public long promptTokens() {
        return promptTokens.sum();
    }

    /** By how many tokens, up or down, the estimates of those prompts were off. */
    public long promptTokensOff() {
        return promptTokensOff.sum();
    }

    /** How many tokens the prompt of a request has, as well as can be told from what backends have counted so far. */
    public long promptTokensOf(ModelRequest asked) {
        return estimator.estimate(asked).prompt();
    }

    Ledger ledger() {
        return ledger;
    }

    Estimate estimate(ModelRequest asked, List<Account> accounts) {
        for (var account : accounts) {
            if (account.limits().tokensPerMinute() > 0) {
                return estimator.estimate(asked);
            }
        }
        return asked.calls() == 1 ? NOTHING : new Estimate(0, 0, asked.calls());
    }

    void learn(ModelRequest asked, Estimate estimate, Usage usage) {
        if (estimate.prompt() > 0) {
            promptTokens.add(usage.prompt());
            promptTokensOff.add(Math.abs(estimate.prompt() - usage.prompt()));
        }
        estimator.learn(asked, usage);
    }
}
