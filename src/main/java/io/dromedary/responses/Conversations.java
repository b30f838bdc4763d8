package io.dromedary.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.Ids;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.responses.ItemIds;
import io.dromedary.store.Held;
import io.dromedary.store.Shelf;
import io.dromedary.store.ShelfName;
import io.dromedary.store.Store;
import io.dromedary.store.StoreException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Conversations and their items, which any number of gateways may change at once: nothing that was added is lost, and all
 * see one order. Each lives for the retention time after its last change.
 *
 * <p>Everything belongs to the project that made it. What was never there, was deleted, has outlived its time or is
 * another project's is null, or false, and cannot be told apart.
 *
 * <p>Stages complete on any thread, and fail with {@link StoreException} where the store cannot be used. A change that is
 * complete is as durable as the store is.
 */
public final class Conversations {
    private static final String PREFIX = "conv_";

    private final Shelf<Outline> outlines;
    private final ItemBlocks blocks;
    private final Ids ids;
    private final InstantSource clock;
    private final Duration retention;
    private final InTurn changes = new InTurn();

    /** @param retention how long a conversation lives after its last change */
    public Conversations(Store store, Ids ids, InstantSource clock, Duration retention) {
        this(
                store.shelf(ShelfName.CONVERSATIONS, Outline.CODEC),
                store.shelf(ShelfName.ITEMS, ItemBlock.CODEC),
                ids,
                clock,
                retention);
    }

    Conversations(Shelf<Outline> outlines, Shelf<ItemBlock> blocks, Ids ids, InstantSource clock, Duration retention) {
        this.outlines = outlines;
        this.blocks = new ItemBlocks(blocks, ids, retention);
        this.ids = ids;
        this.clock = clock;
        this.retention = retention;
    }

    /** 404, as for every conversation that is not there for this caller. */
    public static RefusedException notFound(String id, @Nullable String param) {
        return new RefusedException(
                new Refusal.NotFound("Conversation with id '" + id + "' not found.", param, "conversation_not_found"));
    }

    /** A new one, as it is shown. */
    public CompletionStage<ObjectNode> create(String project, ObjectNode metadata, List<ObjectNode> items) {
        var id = ids.next(PREFIX);
        var empty = Outline.begun(project, clock.instant().getEpochSecond(), metadata);
        if (items.isEmpty()) {
            return Bare.of(put(id, empty));
        }
        return Bare.of(blocks.put(items)
                .thenCompose(block -> put(id, empty.plus(id, block, clock.millis(), null, items))));
    }

    /** As it is shown. */
    public CompletionStage<@Nullable ObjectNode> get(String project, String id) {
        return Bare.of(find(project, id)
                .thenApply(held -> held == null ? null : held.value().shown(id)));
    }

    /** The conversation with this metadata in place of what it had. */
    public CompletionStage<@Nullable ObjectNode> update(String project, String id, ObjectNode metadata) {
        return Bare.of(change(project, id, outline -> outline.with(metadata))
                .thenApply(outline -> outline == null ? null : outline.shown(id)));
    }

    /** Gone for good, and its items with it; those of its responses stay in the responses. */
    public CompletionStage<Boolean> delete(String project, String id) {
        return changes.start(id, () -> remove(project, id, null, 1));
    }

    /** Adds items at the end; the ones that were added, with their ids, as a list. */
    public CompletionStage<@Nullable ObjectNode> addItems(String project, String id, List<ObjectNode> items) {
        return Bare.of(
                add(project, id, null, items).thenApply(added -> added == null ? null : ItemPages.list(added, false)));
    }

    /**
     * Adds what one turn brought, its input and then its output.
     *
     * @param response that the items came from; what was added for it once is not added again
     * @return the items with the ids that they have in the conversation
     */
    public CompletionStage<@Nullable List<ObjectNode>> append(
            String project, String id, String response, List<ObjectNode> items) {
        return Bare.of(add(project, id, response, items));
    }

    /**
     * One page of its items; only what is on it is read.
     *
     * @return fails with {@link RefusedException} 400 where no item is {@code after}
     */
    public CompletionStage<@Nullable ObjectNode> listItems(String project, String id, PageRequest wanted) {
        return Bare.of(read(
                        project,
                        id,
                        outline -> ItemPages.slice(outline.ids(), wanted).ids(),
                        1)
                .thenApply(found -> found == null
                        ? null
                        : ItemPages.list(
                                found.items(),
                                ItemPages.slice(found.outline().ids(), wanted).hasMore())));
    }

    /** All its items, the oldest first: two questions to the store, however many there are. */
    public CompletionStage<@Nullable List<ObjectNode>> items(String project, String id) {
        return Bare.of(read(project, id, Outline::ids, 1).thenApply(found -> found == null ? null : found.items()));
    }

    public CompletionStage<@Nullable ObjectNode> getItem(String project, String id, String item) {
        return Bare.of(read(project, id, outline -> outline.place(item) == null ? List.of() : List.of(item), 1)
                .thenApply(found -> found == null || found.items().isEmpty()
                        ? null
                        : found.items().getFirst()));
    }

    /** An item that a conversation named, found by its id alone. */
    public CompletionStage<@Nullable ObjectNode> getItem(String project, String item) {
        var owner = ItemIds.owner(item);
        return owner != null && owner.startsWith(PREFIX)
                ? getItem(project, owner, item)
                : CompletableFuture.completedStage(null);
    }

    /** The conversation as it is without the item; null also where there is no such item. */
    public CompletionStage<@Nullable ObjectNode> deleteItem(String project, String id, String item) {
        var place = new AtomicReference<Outline.@Nullable Place>();
        return Bare.of(change(project, id, outline -> without(outline, item, place))
                .thenCompose(outline -> {
                    var left = place.get();
                    return outline == null || left == null
                            ? CompletableFuture.completedStage(null)
                            : blocks.clear(left).thenApply(any -> outline.shown(id));
                }));
    }

    private static @Nullable Outline without(
            Outline outline, String item, AtomicReference<Outline.@Nullable Place> place) {
        var there = outline.place(item);
        if (there == null) {
            // not there any more: an earlier try took it out, and its answer was lost
            return place.get() == null ? null : outline;
        }
        place.set(there);
        return outline.without(item);
    }

    private CompletionStage<@Nullable Held<Outline>> find(String project, String id) {
        return outlines.get(id)
                .thenApply(held -> held != null && held.value().project().equals(project) ? held : null);
    }

    private CompletionStage<ObjectNode> put(String id, Outline outline) {
        // false only where the answer to a first try was lost: nobody else has this id
        return outlines.putIfAbsent(id, outline, retention).thenApply(any -> outline.shown(id));
    }

    private CompletionStage<@Nullable List<ObjectNode>> add(
            String project, String id, @Nullable String turn, List<ObjectNode> items) {
        return find(project, id)
                .thenCompose(
                        held -> held == null || turn != null && held.value().hasTurn(turn)
                                ? CompletableFuture.completedStage(null)
                                : blocks.put(items).thenApply(block -> (@Nullable String) block))
                .thenCompose(block -> block == null
                        ? items(project, id, turn)
                        : change(project, id, outline -> plus(outline, id, block, turn, items))
                                .thenCompose(outline -> added(project, id, outline, block, turn, items)));
    }

    private Outline plus(Outline outline, String id, String block, @Nullable String turn, List<ObjectNode> items) {
        // in it already: the answer to an earlier try was lost, or another gateway did the same turn
        return outline.blocks().contains(block) || turn != null && outline.hasTurn(turn)
                ? outline
                : outline.plus(id, block, clock.millis(), turn, items);
    }

    private CompletionStage<@Nullable List<ObjectNode>> added(
            String project,
            String id,
            @Nullable Outline outline,
            String block,
            @Nullable String turn,
            List<ObjectNode> items) {
        if (outline != null) {
            for (var part : outline.parts()) {
                if (part.block().equals(block)) {
                    var given = new ArrayList<ObjectNode>();
                    for (var i = 0; i < items.size(); i++) {
                        var name = part.ids().get(i);
                        if (name != null) {
                            given.add(KeptItem.of(items.get(i), name));
                        }
                    }
                    return CompletableFuture.completedStage(given);
                }
            }
        }
        return blocks.drop(List.of(block)).thenCompose(any -> items(project, id, turn));
    }

    /** What is there of a turn. */
    private CompletionStage<@Nullable List<ObjectNode>> items(String project, String id, @Nullable String turn) {
        return read(
                        project,
                        id,
                        outline -> outline.parts().stream()
                                .filter(part -> turn != null && turn.equals(part.turn()))
                                .flatMap(Outline.Part::there)
                                .toList(),
                        1)
                .thenApply(found -> found == null ? null : found.items());
    }

    // reading: the outline, then the blocks

    private record Found(Outline outline, List<ObjectNode> items) {}

    private interface Choice {
        /** Ids of items that are in it, in the order that is wanted. */
        List<String> of(Outline outline);
    }

    private CompletionStage<@Nullable Found> read(String project, String id, Choice choice, int tries) {
        return find(project, id).thenCompose(held -> {
            if (held == null) {
                return CompletableFuture.completedStage(null);
            }
            var outline = held.value();
            var all = outline.places();
            var places = new LinkedHashMap<String, Outline.Place>();
            choice.of(outline).forEach(item -> places.put(item, Objects.requireNonNull(all.get(item))));
            // where one is missing, somebody deleted it meanwhile, and the outline says so by now
            return blocks.items(places)
                    .thenCompose(items -> items == null
                            ? read(project, id, choice, Tries.another(id, tries))
                            : CompletableFuture.completedStage(new Found(outline, items)));
        });
    }

    // changing: compare and set, until it was set

    private interface Change {
        /** The same where there is nothing to change, null where there is nothing that could be changed. */
        @Nullable
        Outline of(Outline outline);
    }

    /** As it is after the change. */
    private CompletionStage<@Nullable Outline> change(String project, String id, Change change) {
        return changes.start(id, () -> change(project, id, change, 1));
    }

    private CompletionStage<@Nullable Outline> change(String project, String id, Change change, int tries) {
        return find(project, id).thenCompose(held -> {
            var after = held == null ? null : change.of(held.value());
            if (held == null || after == null || after.changes() == held.value().changes()) {
                return CompletableFuture.completedStage(after);
            }
            return renewed(after)
                    .thenCompose(fresh -> outlines.replace(id, held, fresh, retention)
                            .thenCompose(done -> done
                                    ? CompletableFuture.completedStage(fresh)
                                    : change(project, id, change, Tries.another(id, tries))));
        });
    }

    /** With blocks that will outlive it, now that its own life begins anew. */
    private CompletionStage<Outline> renewed(Outline outline) {
        var now = clock.millis();
        var stale = outline.stale(now - blocks.fresh().toMillis());
        return stale.isEmpty()
                ? CompletableFuture.completedStage(outline)
                : blocks.renew(stale).thenApply(renewed -> outline.fresh(renewed, now));
    }

    /** @param before what an earlier try found, whose answer may have been lost */
    private CompletionStage<Boolean> remove(String project, String id, @Nullable Outline before, int tries) {
        return find(project, id).thenCompose(held -> {
            if (held == null) {
                return before == null ? CompletableFuture.completedStage(false) : dropped(before);
            }
            return outlines.remove(id, held)
                    .thenCompose(done ->
                            done ? dropped(held.value()) : remove(project, id, held.value(), Tries.another(id, tries)));
        });
    }

    private CompletionStage<Boolean> dropped(Outline outline) {
        return blocks.drop(outline.blocks()).thenApply(any -> true);
    }
}
