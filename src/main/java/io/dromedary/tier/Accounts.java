package io.dromedary.tier;

import io.dromedary.access.Caller;
import io.dromedary.api.ModelName;
import io.dromedary.config.ProjectSettings;
import io.dromedary.tier.ledger.Account;
import io.dromedary.tier.ledger.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** In whose limits a call must fit, by one configuration: its project's, and those of its key. */
public final class Accounts {
    private record Place(String project, String key, String model) {}

    /** As many as there are keys and models that are called, which is for the configuration to bound. */
    private final Map<Place, List<Account>> known = new ConcurrentHashMap<>();

    /**
     * None, one or two; those without limits are not among them.
     *
     * @param model by its own name, whatever alias the call used
     */
    public List<Account> of(Caller caller, ModelName model) {
        var place = new Place(caller.project().name(), caller.key(), model.value());
        var accounts = known.get(place);
        return accounts != null ? accounts : known.computeIfAbsent(place, any -> make(caller, model.value()));
    }

    private static List<Account> make(Caller caller, String model) {
        var project = caller.project();
        var accounts = new ArrayList<Account>(2);
        var whole = project.limits();
        if (whole != null) {
            add(Account.ofProject(project.name(), shared(whole, model), limits(whole, model)), accounts);
        }
        for (var key : project.keys()) {
            var own = key.id().equals(caller.key()) ? key.limits() : null;
            if (own != null) {
                add(Account.ofKey(project.name(), key.id(), shared(own, model), limits(own, model)), accounts);
            }
        }
        return List.copyOf(accounts);
    }

    private static void add(Account account, List<Account> accounts) {
        if (!account.limits().none()) {
            accounts.add(account);
        }
    }

    private static @Nullable String shared(ProjectSettings.Limits limits, String model) {
        return limits.shared() ? null : model;
    }

    private static Limits limits(ProjectSettings.Limits limits, String model) {
        var perMinute = limits.of(model);
        return new Limits(perMinute.requests(), perMinute.tokens(), limits.dynamic());
    }
}
