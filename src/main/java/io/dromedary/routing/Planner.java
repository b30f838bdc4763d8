package io.dromedary.routing;

import io.dromedary.access.Caller;
import io.dromedary.api.Endpoint;
import io.dromedary.api.ModelRequest;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Puts the candidates for a call in order: by priority; among equals, the one that its session was at before, else those
 * with the least to do for their weight, and by weighted chance where that is the same; then those of the fallbacks.
 */
public final class Planner {
    private final RandomGenerator random;

    public Planner(RandomGenerator random) {
        this.random = random;
    }

    /**
     * A plan for a call.
     *
     * @throws RefusedException 404 where there is no such model for this caller, 503 where none of its backends is in use, 400
     *     where none of those in use does what is asked
     */
    public Plan plan(Catalogue catalogue, Caller caller, ModelRequest request) {
        var asked = request.model();
        var family = catalogue.family(asked, caller);
        if (family.isEmpty()) {
            throw new RefusedException(Refusal.NotFound.model(asked.value()));
        }
        var model = family.getFirst();
        var endpoint = request.endpoint();
        if (family.size() == 1 && model.candidates().size() == 1) {
            var only = model.candidates();
            if (!only.getFirst().serves(endpoint)) {
                throw unsupported(model, endpoint);
            }
            return new Plan(model.name(), only, model.attempts(), resumes(model, endpoint));
        }
        var order = new ArrayList<Candidate>();
        var session = Session.of(request);
        var inUse = false;
        for (var member : family) {
            inUse |= !member.candidates().isEmpty();
            addInOrder(serving(member.candidates(), endpoint), member.affinity() ? session : null, order);
        }
        if (!order.isEmpty()) {
            return new Plan(model.name(), List.copyOf(order), model.attempts(), resumes(model, endpoint));
        }
        if (inUse) {
            throw unsupported(model, endpoint);
        }
        throw new RefusedException(new Refusal.Unavailable(
                "No backend of the model `" + asked + "` is in use. The operator sees why at /observe/health.",
                "no_backend"));
    }

    private static List<Candidate> serving(List<Candidate> candidates, Endpoint endpoint) {
        for (var candidate : candidates) {
            if (!candidate.serves(endpoint)) {
                return candidates.stream().filter(one -> one.serves(endpoint)).toList();
            }
        }
        return candidates;
    }

    /** Only of chat is it known how one answer goes on where another broke off. */
    private static boolean resumes(PublicModel model, Endpoint endpoint) {
        return model.resume() && endpoint == Endpoint.CHAT;
    }

    private static RefusedException unsupported(PublicModel model, Endpoint endpoint) {
        return RefusedException.badRequest(
                "model",
                "The model `" + model.name() + "` does not do " + endpoint.word()
                        + ". GET /v1/models?verbose=true says of each model what it does.",
                "unsupported_endpoint");
    }

    private void addInOrder(List<Candidate> byPriority, @Nullable Session session, List<Candidate> order) {
        var from = 0;
        while (from < byPriority.size()) {
            var to = from;
            while (to < byPriority.size()
                    && byPriority.get(to).priority() == byPriority.get(from).priority()) {
                to++;
            }
            addEquals(byPriority.subList(from, to), session, order);
            from = to;
        }
    }

    private void addEquals(List<Candidate> equals, @Nullable Session session, List<Candidate> order) {
        if (equals.size() == 1) {
            order.add(equals.getFirst());
            return;
        }
        var sorted = byWeight(new ArrayList<>(equals));
        // what is under way elsewhere changes while this runs, so it is read once
        var loads = sorted.stream().map(Loaded::of).sorted().map(Loaded::candidate);
        var leastBusy = new ArrayList<>(loads.toList());
        if (session != null) {
            leastBusy.sort(Comparator.comparingDouble(session::distance));
        }
        order.addAll(leastBusy);
    }

    private record Loaded(Candidate candidate, double load) implements Comparable<Loaded> {
        static Loaded of(Candidate candidate) {
            return new Loaded(candidate, (double) candidate.standing().inFlight() / candidate.weight());
        }

        @Override
        public int compareTo(Loaded other) {
            return Double.compare(load, other.load);
        }
    }

    private List<Candidate> byWeight(List<Candidate> equals) {
        var order = new ArrayList<Candidate>(equals.size());
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
        return order;
    }
}
