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
    private final boolean alone;

    /** Of this gateway. */
    private final String run;

    /** @param alone no other gateway uses the store: what another run was taking in is left over */
    BlobMarks(Shelf<BlobEntry> shelf, Ids ids, boolean alone) {
        this.shelf = shelf;
        this.ids = ids;
        this.alone = alone;
        this.run = ids.next("");
    }

    String newName() {
        return ids.next("");
    }

    /**
     * False where the name is taken.
     *
     * @param received somebody is sending it
     */
    CompletionStage<Boolean> begin(String blob, boolean received, Duration life) {
        return shelf.putIfAbsent(blob, mark(received), life);
    }

    /**
     * From now on it is wanted for so long. False where it is not wanted any more.
     *
     * @param received somebody is sending it still
     */
    CompletionStage<Boolean> keep(String blob, boolean received, Duration life) {
        return shelf.get(blob).thenCompose(held -> {
            if (held == null) {
                return CompletableFuture.completedStage(false);
            }
            // who was faster has renewed it as well, or dropped it
            return shelf.replace(blob, held, mark(received), life)
                    .thenCompose(done -> done ? CompletableFuture.completedStage(true) : keep(blob, received, life));
        });
    }

    /** All of them, whole, or false. */
    CompletionStage<Boolean> keep(Collection<String> blobs, Duration life) {
        CompletionStage<Boolean> all = CompletableFuture.completedStage(true);
        for (var blob : blobs) {
            all = all.thenCombine(keep(blob, false, life), Boolean::logicalAnd);
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

    /** Those of these that nobody wants; what a gateway that is gone was taking in is so from here on. */
    CompletionStage<Set<String>> unwanted(List<String> blobs) {
        return shelf.getAll(blobs).thenCompose(marked -> {
            var rest = new HashSet<>(blobs);
            rest.removeAll(marked.keySet());
            CompletionStage<Set<String>> all = CompletableFuture.completedStage(rest);
            for (var blob : marked.entrySet()) {
                if (isLeftOver(blob.getValue().value())) {
                    all = all.thenCombine(drop(blob.getKey()), (unwanted, dropped) -> {
                        unwanted.add(blob.getKey());
                        return unwanted;
                    });
                }
            }
            return all;
        });
    }

    private boolean isLeftOver(BlobEntry entry) {
        return alone
                && entry instanceof BlobEntry.Mark mark
                && mark.receiver() != null
                && !mark.receiver().equals(run);
    }

    private BlobEntry mark(boolean received) {
        return new BlobEntry.Mark(ids.next(""), received ? run : null);
    }
}
