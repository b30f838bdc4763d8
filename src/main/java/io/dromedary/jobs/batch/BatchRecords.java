package io.dromedary.jobs.batch;

import io.dromedary.store.Held;
import io.dromedary.store.Shelf;
import io.dromedary.store.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The shelf of batches. Who works on one and who cancels it both write to its record, and compare. */
final class BatchRecords {
    /** No id is longer: what callers ask for goes no further. */
    private static final int LONGEST_ID = 64;

    private static final int MOST_TRIES = 100;

    private final Shelf<Batch> shelf;
    private final Supplier<Duration> lifespan;

    /** @param lifespan of a record after its last change */
    BatchRecords(Shelf<Batch> shelf, Supplier<Duration> lifespan) {
        this.shelf = shelf;
        this.lifespan = lifespan;
    }

    /** What is there under the id, put there now where nothing was. */
    CompletionStage<Batch> begin(String id, Batch begun) {
        return shelf.putIfAbsent(id, begun, lifespan.get())
                .thenCompose(put -> put
                        ? CompletableFuture.completedStage(begun)
                        : shelf.get(id).thenApply(held -> held == null ? begun : held.value()));
    }

    /** Null also for a batch of another project. */
    CompletionStage<@Nullable Batch> find(String project, String id) {
        return id.length() > LONGEST_ID
                ? CompletableFuture.completedStage(null)
                : shelf.get(id).thenApply(held -> own(project, held));
    }

    /** Those that are there, by id. */
    CompletionStage<Map<String, Batch>> find(String project, List<String> ids) {
        return shelf.getAll(ids)
                .thenApply(found -> found.entrySet().stream()
                        .filter(entry -> own(project, entry.getValue()) != null)
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, entry -> entry.getValue().value())));
    }

    private static @Nullable Batch own(String project, @Nullable Held<Batch> held) {
        return held != null && held.value().project().equals(project) ? held.value() : null;
    }

    /**
     * Changes a batch.
     *
     * @param change gives the same where there is nothing to change
     * @return as it is now; null where there is none
     */
    CompletionStage<@Nullable Batch> change(String id, UnaryOperator<Batch> change) {
        return change(id, change, 1);
    }

    private CompletionStage<@Nullable Batch> change(String id, UnaryOperator<Batch> change, int tries) {
        if (tries > MOST_TRIES) {
            return CompletableFuture.failedStage(new StoreException(id + ": the shelf takes nothing"));
        }
        return shelf.get(id).thenCompose(held -> {
            if (held == null) {
                return CompletableFuture.completedStage(null);
            }
            var changed = change.apply(held.value());
            if (changed.equals(held.value())) {
                return CompletableFuture.completedStage(changed);
            }
            return shelf.replace(id, held, changed, lifespan.get())
                    .thenCompose(done -> done
                            ? CompletableFuture.<@Nullable Batch>completedStage(changed)
                            : change(id, change, tries + 1));
        });
    }
}
