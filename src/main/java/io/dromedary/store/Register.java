package io.dromedary.store;

import io.dromedary.api.Ids;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Ids in the order in which they were entered, by owner, for lists that are read page by page. */
public interface Register {
    /**
     * The register of a store. Every gateway of the store has the same.
     *
     * @param life an id is known for this long at least: longer than what it stands for
     */
    static Register in(Store store, Ids ids, Supplier<Duration> life) {
        return new BlockRegister(store.shelf(ShelfName.LISTS, IdBlock.CODEC), ids, life);
    }

    /** Enters an id. It is entered before what it stands for is put: who reads a list skips what is not there. */
    CompletionStage<Void> enter(String owner, String id);

    /**
     * Ids of an owner.
     *
     * @param after where to go on, or null for the beginning; an id that was never entered has nothing after it
     * @param most fewer where there are no more
     */
    CompletionStage<List<String>> page(String owner, @Nullable String after, int most, boolean newestFirst);
}
