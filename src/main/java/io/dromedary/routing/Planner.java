package io.dromedary.routing;

import io.dromedary.access.Caller;
import io.dromedary.api.ModelName;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Puts the candidates for a call in order: by priority, equals by weighted chance, then those of the fallbacks. */
public final class Planner {
    private final RandomGenerator random;

    public Planner(RandomGenerator random) {
        this.random = random;
    }

    /**
     * A plan for a model.
     *
     * @throws RefusedException 404 where there is no such model for this caller, 503 where none of its backends is in use
     */
    public Plan plan(Catalogue catalogue, Caller caller, ModelName asked) {
        var model = catalogue.find(asked);
        if (model == null || !caller.mayUse(model.name())) {
            throw new RefusedException(Refusal.NotFound.model(asked.value()));
        }
        if (model.fallback().isEmpty() && model.candidates().size() == 1) {
            return new Plan(model.candidates());
        }
        var order = new ArrayList<Candidate>();
        collect(catalogue, caller, model, order, new HashSet<>());
        if (order.isEmpty()) {
            throw new RefusedException(new Refusal.Unavailable(
                    "No backend of the model `" + asked + "` is in use. The operator sees why at /observe/health.",
                    "no_backend"));
        }
        return new Plan(order);
    }

    private void collect(
            Catalogue catalogue, Caller caller, PublicModel model, List<Candidate> order, Set<ModelName> seen) {
        if (!seen.add(model.name())) {
            return;
        }
        addInOrder(model.candidates(), order);
        for (var name : model.fallback()) {
            var fallback = catalogue.find(name);
            if (fallback != null && caller.mayUse(fallback.name())) {
                collect(catalogue, caller, fallback, order, seen);
            }
        }
    }

    private void addInOrder(List<Candidate> byPriority, List<Candidate> order) {
        var from = 0;
        while (from < byPriority.size()) {
            var to = from;
            while (to < byPriority.size()
                    && byPriority.get(to).priority() == byPriority.get(from).priority()) {
                to++;
            }
            addByWeight(new ArrayList<>(byPriority.subList(from, to)), order);
            from = to;
        }
    }

    private void addByWeight(List<Candidate> equals, List<Candidate> order) {
        while (!equals.isEmpty()) {
            var total = equals.stream().mapToInt(Candidate::weight).sum();
            var ticket = equals.size() == 1 ? 0 : random.nextInt(total);
            for (var candidate : equals) {
                ticket -= candidate.weight();
                if (ticket < 0) {
                    order.add(candidate);
                    equals.remove(candidate);
                    break;
                }
            }
        }
    }
}
