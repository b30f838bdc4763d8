package io.dromedary.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.Ids;
import io.dromedary.store.Held;
import io.dromedary.store.Shelf;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The blocks that the items of conversations are in. They live a quarter longer than the outlines that name them, so that
 * they need to be renewed now and then, and not with every change.
 */
final class ItemBlocks {
    private static final String PREFIX = "items_";
    private static final int SPARE = 4;

    private final Shelf<ItemBlock> shelf;
    private final Ids ids;
    private final Duration life;
    private final Duration fresh;

    /** @param retention how long an outline lives after its last change */
    ItemBlocks(Shelf<ItemBlock> shelf, Ids ids, Duration retention) {
        this.shelf = shelf;
        this.ids = ids;
        this.life = retention.plus(retention.dividedBy(SPARE));
        this.fresh = retention.dividedBy(2 * SPARE);
    }

    /** How long a block that was put or renewed needs nothing. */
    Duration fresh() {
        return fresh;
    }

    /** Ids are the outline's to give: a block is as good in its next version as in this one. */
    CompletionStage<String> put(List<ObjectNode> items) {
        var key = ids.next(PREFIX);
        var bare = new ArrayList<@Nullable ObjectNode>();
        for (var item : items) {
            bare.add(KeptItem.bare(item));
        }
        return shelf.putIfAbsent(key, new ItemBlock(bare), life).thenApply(any -> key);
    }

    /**
     * The items, asked for at once.
     *
     * @param places by the items' ids
     * @return in the order of the places; null where one of them is not there
     */
    CompletionStage<@Nullable List<ObjectNode>> items(Map<String, Outline.Place> places) {
        if (places.isEmpty()) {
            return CompletableFuture.completedStage(List.of());
        }
        var blocks =
                places.values().stream().map(Outline.Place::block).distinct().toList();
        return shelf.getAll(blocks).thenApply(found -> items(places, found));
    }

    private static @Nullable List<ObjectNode> items(
            Map<String, Outline.Place> places, Map<String, Held<ItemBlock>> found) {
        var items = new ArrayList<ObjectNode>(places.size());
        for (var place : places.entrySet()) {
            var block = found.get(place.getValue().block());
            var item = block == null ? null : block.value().at(place.getValue().at());
            if (item == null) {
                return null;
            }
            items.add(KeptItem.of(item, place.getKey()));
        }
        return items;
    }

    /**
     * Lets them live on.
     *
     * @return those that do
     */
    CompletionStage<Set<String>> renew(Collection<String> blocks) {
        return shelf.getAll(blocks).thenCompose(found -> {
            CompletionStage<Set<String>> renewed = CompletableFuture.completedStage(found.keySet());
            for (var block : found.entrySet()) {
                var held = block.getValue();
                // false where an item of it was deleted just now, which renews it as well
                renewed = renewed.thenCombine(
                        shelf.replace(block.getKey(), held, held.value(), life), (all, done) -> all);
            }
            return renewed;
        });
    }

    CompletionStage<@Nullable Void> drop(Collection<String> blocks) {
        CompletionStage<@Nullable Void> all = CompletableFuture.completedStage(null);
        for (var block : blocks) {
            all = all.thenCombine(drop(block, 1), (one, other) -> null);
        }
        return all;
    }

    private CompletionStage<@Nullable Void> drop(String block, int tries) {
        return shelf.get(block).thenCompose(held -> {
            if (held == null) {
                return CompletableFuture.completedStage(null);
            }
            return shelf.remove(block, held)
                    .thenCompose(done ->
                            done ? CompletableFuture.completedStage(null) : drop(block, Tries.another(block, tries)));
        });
    }

    /** Takes one item out: what no outline names any more leaves the store, too. */
    CompletionStage<@Nullable Void> clear(Outline.Place place) {
        return clear(place, 1);
    }

    private CompletionStage<@Nullable Void> clear(Outline.Place place, int tries) {
        var key = place.block();
        return shelf.get(key).thenCompose(held -> {
            if (held == null) {
                return CompletableFuture.completedStage(null);
            }
            var rest = held.value().without(place.at());
            return (rest.isEmpty() ? shelf.remove(key, held) : shelf.replace(key, held, rest, life))
                    .thenCompose(done ->
                            done ? CompletableFuture.completedStage(null) : clear(place, Tries.another(key, tries)));
        });
    }
}
