package io.dromedary.routing;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.access.Caller;
import io.dromedary.api.ModelName;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import io.dromedary.config.TierSettings;
import io.dromedary.tier.Accounts;
import io.dromedary.tier.Statement;
import io.dromedary.tier.Tiers;
import io.dromedary.tier.ledger.Left;
import io.dromedary.tier.ledger.Limits;
import io.dromedary.tier.ledger.RateLimitHeaders;
import io.dromedary.tier.ledger.Share;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What {@code GET /v1/limits} shows a caller: its limits and what is left of them, and how full it is where its calls go.
 * At most {@value #MOST_MODELS} models on a page, for each may cost a look at the store.
 */
public final class LimitPages {
    static final int MOST_MODELS = 100;

    /**
     * Which models are wanted, in the words of the query.
     *
     * @param model one alone, by its name or an alias; null for all
     * @param after those that are listed after this one; null for the first
     * @param limit how many at most; null for as many as there may be
     */
    public record Wanted(
            @Nullable String model,
            @Nullable String after,
            @Nullable String limit) {}

    private record Page(List<PublicModel> models, boolean hasMore) {}

    private final Tiers tiers;
    private final Duration patience;

    /** @param patience for the store: a page that is late is of less use than one that does not know all */
    public LimitPages(Tiers tiers, Duration patience) {
        this.tiers = tiers;
        this.patience = patience;
    }

    /**
     * A page as it is now. Where the store cannot be reached it says so, and shows what is known.
     *
     * @return never fails; complete at once, or later on any thread
     * @throws RefusedException 404 for a model that is not there for this caller, 400 for a limit that is no number
     */
    public CompletionStage<byte[]> show(
            Catalogue catalogue, TierSettings settings, Accounts accounts, Caller caller, Wanted wanted) {
        var page = page(catalogue, caller, wanted);
        var names = page.models().stream().map(PublicModel::name).toList();
        return tiers.statement(settings, accounts, caller, names, patience)
                .thenApply(statement -> Json.bytes(body(caller, statement, page)));
    }

    private static Page page(Catalogue catalogue, Caller caller, Wanted wanted) {
        if (wanted.model() != null) {
            return new Page(List.of(one(catalogue, caller, wanted.model())), false);
        }
        var all = catalogue.served().stream()
                .filter(model -> caller.mayUse(model.name()))
                .toList();
        var from = wanted.after() == null ? 0 : all.indexOf(one(catalogue, caller, wanted.after())) + 1;
        var to = Math.min(all.size(), from + most(wanted.limit()));
        return new Page(all.subList(from, to), to < all.size());
    }

    private static PublicModel one(Catalogue catalogue, Caller caller, String name) {
        var model = name.isEmpty() ? null : catalogue.find(new ModelName(name));
        if (model == null || model.candidates().isEmpty() || !caller.mayUse(model.name())) {
            throw new RefusedException(Refusal.NotFound.model(name));
        }
        return model;
    }

    private static int most(@Nullable String limit) {
        if (limit == null) {
            return MOST_MODELS;
        }
        try {
            var number = Integer.parseInt(limit);
            if (number >= 1 && number <= MOST_MODELS) {
                return number;
            }
        } catch (NumberFormatException e) {
            // refused below
        }
        throw RefusedException.badRequest("limit", "'limit' is a number from 1 to " + MOST_MODELS + ".");
    }

    private static ObjectNode body(Caller caller, Statement statement, Page page) {
        var project = caller.project();
        var body = JsonNodeFactory.instance
                .objectNode()
                .put("object", "limits")
                .put("project", project.name())
                .put("key", caller.key());
        var auto = body.putArray("auto");
        statement.auto().forEach(tier -> auto.add(tier.word()));
        body.putObject("entitlements")
                .put("over_limit", project.overLimit())
                .put("no_limit", project.noLimit())
                .put("priority", project.priority());
        body.put("report", statement.report().name().toLowerCase(Locale.ROOT));
        body.put("store", store(statement));
        var accounts = body.putArray("accounts");
        statement.lines().forEach(line -> account(line, accounts.addObject()));
        var crowds = new Crowds();
        var models = body.putArray("models");
        page.models().forEach(model -> crowds.show(model, statement.lanes(), models.addObject()));
        return body.put("has_more", page.hasMore());
    }

    /** Nobody is asked for the accounts of a caller who has none. */
    private static String store(Statement statement) {
        for (var line : statement.lines()) {
            if (line.balance().left() == null || !line.balance().shared()) {
                return "unreachable";
            }
        }
        return "ok";
    }

    private static void account(Statement.Line line, ObjectNode json) {
        var account = line.account();
        json.put("owner", account.owner().word()).put("model", account.model());
        var left = line.balance().left();
        if (left == null) {
            configured(account.limits(), json);
        } else {
            left(left, json);
        }
    }

    private static void left(Left left, ObjectNode json) {
        share(left.requests(), "requests", json);
        share(left.tokens(), "tokens", json);
    }

    private static void share(Share share, String kind, ObjectNode json) {
        if (share.limit() == 0) {
            json.putNull(kind);
            return;
        }
        var its = json.putObject(kind)
                .put("limit", share.limit())
                .put("remaining", share.remaining())
                .put("reset", RateLimitHeaders.duration(share.resetMillis()))
                .put("reset_ms", share.resetMillis());
        if (share.scale() > 0) {
            its.putObject("dynamic")
                    .put("scale", Math.floor(share.scale() / 100.0) / 100)
                    .put("period_usage_percent", share.usedPercent())
                    .put("period_remaining_ms", share.periodMillis());
        }
    }

    /** All that is known without the store. */
    private static void configured(Limits limits, ObjectNode json) {
        configured(limits.requestsPerMinute(), "requests", json);
        configured(limits.tokensPerMinute(), "tokens", json);
    }

    private static void configured(long perMinute, String kind, ObjectNode json) {
        if (perMinute == 0) {
            json.putNull(kind);
            return;
        }
        json.putObject(kind)
                .put("limit", perMinute)
                .putNull("remaining")
                .putNull("reset")
                .putNull("reset_ms");
    }
}
