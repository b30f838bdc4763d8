package io.dromedary.files;

import io.dromedary.api.Ids;
import io.dromedary.store.Shelf;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Says which blobs are wanted. A mark is there before the first byte is, and its lifespan is the blob's: what has none is
 * nobody's, and may be taken away by whichever gateway finds it. Who writes renews the mark, and learns by that where it has
 * been given up.
 */
final class BlobMarks {
    private final Shelf<BlobEntry> shelf;
    private final Ids ids;

    BlobMarks(Shelf<BlobEntry> shelf, Ids ids) {
        this.shelf = shelf;
        this.ids = ids;
    }

    String newName() {
        return ids.next("");
    }

    /** False where the name is taken. */
    CompletionStage<Boolean> begin(String blob, Duration life) {
        return shelf.putIfAbsent(blob, mark(), life);
    }

    /** From now on it is wanted for so long. False where it is not wanted any more. */
    CompletionStage<Boolean> keep(String blob, Duration life) {
        return shelf.get(blob).thenCompose(held -> {
            if (held == null) {
                return CompletableFuture.completedStage(false);
            }
            // who was faster has renewed it as well, or dropped it
            return shelf.replace(blob, held, mark(), life)
                    .thenCompose(done -> done ? CompletableFuture.completedStage(true) : keep(blob, life));
        });
    }

    /** All of them, or false. */
    CompletionStage<Boolean> keep(Collection<String> blobs, Duration life) {
        CompletionStage<Boolean> all = CompletableFuture.completedStage(true);
        for (var blob : blobs) {
            all = all.thenCombine(keep(blob, life), Boolean::logicalAnd);
        }
        return all;
    }

    /** Nobody wants it. */
    CompletionStage<Boolean> drop(String blob) {
        return shelf.get(blob).thenCompose(held -> {
            if (held == null) {
                return CompletableFuture.completedStage(true);
            }
            return shelf.remove(blob, held)
                    .thenCompose(done -> done ? CompletableFuture.completedStage(true) : drop(blob));
        });
    }

    CompletionStage<Boolean> isWanted(String blob) {
        return shelf.get(blob).thenApply(held -> held != null);
    }

    /** Those of these that nobody wants. */
    CompletionStage<Set<String>> unwanted(List<String> blobs) {
        return shelf.getAll(blobs).thenApply(wanted -> {
            var rest = new HashSet<>(blobs);
            rest.removeAll(wanted.keySet());
            return rest;
        });
    }

    private BlobEntry mark() {
        return new BlobEntry.Mark(ids.next(""));
    }
}
