package io.dromedary.responses;

import io.dromedary.store.Held;
import io.dromedary.store.Shelf;
import io.dromedary.store.StoreException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The shelf of responses. Many may write to one record: who runs it, who keeps it alive, who deletes it. */
record Records(Shelf<Kept> shelf) {
    /** What became of an end. */
    enum Outcome {
        KEPT,
        /** It was deleted while it ran. */
        DELETED,
        /** It has ended before, and otherwise. */
        ENDED
    }

    private static final CompletionStage<Outcome> KEPT = CompletableFuture.completedStage(Outcome.KEPT);

    /** No id is longer: what callers ask for goes no further. */
    private static final int LONGEST_ID = 64;

    /** A record changes a few times in its life: who loses more races than that does not race. */
    private static final int MOST_TRIES = 100;

    CompletionStage<@Nullable StoredResponse> find(String project, String id) {
        return get(id).thenApply(held -> own(project, held));
    }

    CompletionStage<@Nullable Held<Kept>> get(String id) {
        return id.length() > LONGEST_ID ? CompletableFuture.completedStage(null) : shelf.get(id);
    }

    /** Those of these that are the project's, to be continued; others are not in the map. Costs one read, or none for none. */
    CompletionStage<Map<String, Told>> told(String project, List<String> ids) {
        if (ids.isEmpty()) {
            return CompletableFuture.completedStage(new HashMap<>());
        }
        return shelf.getAll(ids, Told::read).thenApply(all -> {
            all.values().removeIf(told -> !told.project().equals(project));
            return all;
        });
    }

    static @Nullable StoredResponse own(String project, @Nullable Held<Kept> held) {
        var there = held == null ? null : held.value().response();
        return there != null && there.project().equals(project) ? there : null;
    }

    /** Puts how a response ended of which nobody has heard so far. */
    CompletionStage<Outcome> endNew(String id, Kept ended, Duration lifespan) {
        return shelf.putNew(id, ended, lifespan).thenCompose(put -> put ? KEPT : over(id, ended, lifespan, 1));
    }

    /** Puts how a response ended where the record of its run is, or where nothing is. */
    CompletionStage<Outcome> end(String id, Kept ended, Duration lifespan) {
        return shelf.putIfAbsent(id, ended, lifespan).thenCompose(put -> put ? KEPT : over(id, ended, lifespan, 1));
    }

    /** The same where the record of its run was put before. */
    CompletionStage<Outcome> end(String id, Held<Kept> run, Kept ended, Duration lifespan) {
        return shelf.replace(id, run, ended, lifespan).thenCompose(put -> put ? KEPT : over(id, ended, lifespan, 1));
    }

    private CompletionStage<Outcome> over(String id, Kept ended, Duration lifespan, int tries) {
        if (tries > MOST_TRIES) {
            return CompletableFuture.failedStage(new StoreException(id + ": the shelf takes nothing"));
        }
        return shelf.get(id).thenCompose(held -> {
            CompletionStage<Boolean> put;
            if (held == null) {
                put = shelf.putIfAbsent(id, ended, lifespan);
            } else if (held.text().equals(ended.text())) {
                return KEPT;
            } else {
                var there = held.value().response();
                if (there == null || !there.isRunning()) {
                    return CompletableFuture.completedStage(there == null ? Outcome.DELETED : Outcome.ENDED);
                }
                put = shelf.replace(id, held, ended, lifespan);
            }
            return put.thenCompose(done -> done ? KEPT : over(id, ended, lifespan, tries + 1));
        });
    }

    /**
     * Takes a record away. In the place of one that runs a mark stays, so that its end does not bring it back.
     *
     * @return false where it changed meanwhile
     */
    CompletionStage<Boolean> remove(String id, Held<Kept> held, Duration markLifespan) {
        var there = held.value().response();
        return there != null && there.isRunning()
                ? shelf.replace(id, held, Kept.DELETED, markLifespan)
                : shelf.remove(id, held);
    }
}
