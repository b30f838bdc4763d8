package io.dromedary.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.Ids;
import io.dromedary.api.responses.ItemIds;
import io.dromedary.config.GatewaySettings.Responses;
import io.dromedary.responses.Records.Outcome;
import io.dromedary.store.Shelf;
import io.dromedary.store.ShelfName;
import io.dromedary.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Stored responses, for any number of gateways. What is unknown, deleted, expired or another project's cannot be told
 * apart: it is not there.
 *
 * <p>Stages complete on any thread, and fail with {@link io.dromedary.store.StoreException} while the store cannot be used.
 * A write that is complete is durable.
 */
public final class ResponseMemory {
    /** No call runs for longer. */
    private static final Duration DELETED = Duration.ofDays(1);

    private final Records records;
    private final EventLog events;
    private final Supplier<Responses> settings;
    private final Timer timer;
    private final Map<String, Heartbeat> running = new ConcurrentHashMap<>();

    /** @param pace how often the events of a stream are put on their shelf */
    ResponseMemory(
            Shelf<Kept> responses,
            Shelf<Segment> events,
            EventLog.Pace pace,
            Supplier<Responses> settings,
            Timer timer) {
        this.records = new Records(responses);
        this.events =
                new EventLog(records, new Segments(events, () -> settings.get().events()), pace, timer);
        this.settings = settings;
        this.timer = timer;
    }

    /**
     * The memory in a store.
     *
     * @param shared other gateways read it, too, and follow streams that run here
     * @param settings asked at each write
     */
    public static ResponseMemory in(Store store, boolean shared, Supplier<Responses> settings, Timer timer) {
        return new ResponseMemory(
                store.shelf(ShelfName.RESPONSES, Kept.CODEC),
                store.shelf(ShelfName.EVENTS, Segment.CODEC),
                shared ? EventLog.Pace.SHARED : EventLog.Pace.ALONE,
                settings,
                timer);
    }

    /** Those that nobody waits for. */
    BackgroundResponses background(Conversations conversations, Ids ids) {
        return new BackgroundResponses(
                records, events, conversations, ids, () -> settings.get().retention());
    }

    /** What was streamed, and is. */
    public EventLog events() {
        return events;
    }

    /** The response, or null. */
    public CompletionStage<@Nullable StoredResponse> find(String project, String id) {
        return records.find(project, id);
    }

    /**
     * All that was said up to and in a response. Costs two reads, or three where it is long, however long.
     *
     * @return null where the response or one of its ancestors is not there, and while it runs
     */
    public CompletionStage<@Nullable History> history(String project, String previousId) {
        return find(project, previousId).thenCompose(previous -> {
            if (previous == null || previous.isRunning()) {
                return CompletableFuture.completedStage(null);
            }
            var lineage = previous.lineage();
            return records.told(project, lineage.named()).thenCompose(named -> {
                List<String> all = new ArrayList<>();
                List<String> others = new ArrayList<>();
                for (var id : lineage.ends()) {
                    var end = named.get(id);
                    if (end == null) {
                        return CompletableFuture.completedStage(null);
                    }
                    others.addAll(end.lineage().block());
                    all.addAll(end.lineage().block());
                    all.add(id);
                }
                all.addAll(lineage.near());
                all.add(previousId);
                return records.told(project, others).thenApply(found -> {
                    found.putAll(named);
                    found.put(previousId, Told.of(previous));
                    return history(all, found);
                });
            });
        });
    }

    private static @Nullable History history(List<String> ids, Map<String, Told> found) {
        List<ObjectNode> items = new ArrayList<>();
        for (var id : ids) {
            var turn = found.get(id);
            if (turn == null) {
                return null;
            }
            items.addAll(turn.items());
        }
        return new History(ids, items);
    }

    /** An item of the input or output of a response that is there, by its own id; null where there is none. */
    public CompletionStage<@Nullable ObjectNode> item(String project, String itemId) {
        var owner = ItemIds.owner(itemId);
        if (owner == null) {
            return CompletableFuture.completedStage(null);
        }
        return find(project, owner).thenApply(response -> response == null ? null : item(response, itemId));
    }

    private static @Nullable ObjectNode item(StoredResponse response, String id) {
        for (var items : List.of(response.input(), response.output())) {
            for (var item : items) {
                if (item.path("id").asText().equals(id)) {
                    return item;
                }
            }
        }
        return null;
    }

    /**
     * Lets others find and follow a response while it runs. It is there for a minute, and for as long as it runs: until
     * {@link #store}, {@link #abandon}, or the end of this process.
     */
    public CompletionStage<Void> begin(StoredResponse run) {
        var id = run.id();
        var beat = new Heartbeat(records.shelf(), id, Kept.of(run), timer, () -> deletedElsewhere(id));
        running.put(id, beat);
        return beat.begin()
                .whenComplete((begun, failed) -> {
                    if (failed != null || !begun) {
                        running.remove(id, beat);
                    }
                })
                .thenAccept(begun -> {
                    if (!begun) {
                        throw new IllegalStateException(id + " is there already");
                    }
                });
    }

    private void deletedElsewhere(String id) {
        running.remove(id);
        events.discard(id);
    }

    /**
     * Keeps a response that has ended, in the place of the one that ran, if {@link #begin} was complete. The first end holds.
     *
     * @return false where it is not kept, for it was deleted while it ran or has ended otherwise
     */
    public CompletionStage<Boolean> store(StoredResponse ended) {
        var id = ended.id();
        var kept = Kept.of(ended);
        var lifespan = settings.get().retention();
        var beat = stopped(id);
        var stored = beat == null ? records.end(id, kept, lifespan) : records.end(id, beat.run(), kept, lifespan);
        return stored.thenApply(outcome -> {
            if (outcome == Outcome.DELETED) {
                events.discard(id);
            }
            return outcome == Outcome.KEPT;
        });
    }

    /**
     * Keeps a response of which nobody has heard before: it was never begun.
     *
     * @param json the text of its object, where that is known already
     */
    public CompletionStage<Boolean> storeNew(StoredResponse ended, byte @Nullable [] json) {
        var kept = json == null ? Kept.of(ended) : Kept.of(ended, json);
        return records.endNew(ended.id(), kept, settings.get().retention())
                .thenApply(outcome -> outcome == Outcome.KEPT);
    }

    /** A response that ran has no end that is kept. It is gone within a minute, and its followers are told at once. */
    public void abandon(String id) {
        stopped(id);
        events.discard(id);
    }

    private @Nullable Heartbeat stopped(String id) {
        var beat = running.remove(id);
        if (beat != null) {
            beat.stop();
        }
        return beat;
    }

    /**
     * Takes a response and its events away for good.
     *
     * @return false where it is not there
     */
    public CompletionStage<Boolean> delete(String project, String id) {
        return take(project, id).thenApply(taken -> taken != null);
    }

    /**
     * The same.
     *
     * @return the response as it was, or null
     */
    public CompletionStage<@Nullable StoredResponse> take(String project, String id) {
        return records.get(id).thenCompose(held -> {
            var there = Records.own(project, held);
            if (held == null || there == null) {
                return CompletableFuture.completedStage(null);
            }
            return events.discard(id)
                    .thenCompose(nothing -> records.remove(id, held, DELETED))
                    .thenCompose(removed -> {
                        if (!removed) {
                            return take(project, id);
                        }
                        stopped(id);
                        return CompletableFuture.completedStage(there);
                    });
        });
    }
}
