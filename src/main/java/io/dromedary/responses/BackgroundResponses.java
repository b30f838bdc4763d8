package io.dromedary.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.Ids;
import io.dromedary.api.responses.PlayedEvents;
import io.dromedary.api.responses.ResponseError;
import io.dromedary.api.responses.ResponseEvents;
import io.dromedary.api.responses.ResponseObject;
import io.dromedary.store.Held;
import io.dromedary.store.Shelf;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Responses that nobody waits for: from queued to their end, written by one attempt after the other, each of which may be
 * another gateway's.
 *
 * <p>Two things are written, and each can be written by whoever comes first, and by nobody else after that: the record of a
 * response, which ends once, and the segments of its stream, of which each number is taken once. An attempt takes the next
 * number before it writes anything; whoever wrote until then finds that out when it writes again, and stops. All events
 * but the last are on the shelf before the response ends, and the last one is what the record then says: whoever finds it
 * missing writes it.
 *
 * <p>Stages complete on any thread, and fail with {@link io.dromedary.store.StoreException} while the store cannot be used.
 */
public final class BackgroundResponses {
    private static final CompletionStage<Boolean> YES = CompletableFuture.completedStage(true);
    private static final CompletionStage<Boolean> NO = CompletableFuture.completedStage(false);
    private static final CompletionStage<@Nullable Begun> OVER = CompletableFuture.completedStage(null);

    private final Records records;
    private final EventLog log;
    private final Conversations conversations;
    private final Ids ids;
    private final Supplier<Duration> retention;

    BackgroundResponses(
            Records records, EventLog log, Conversations conversations, Ids ids, Supplier<Duration> retention) {
        this.records = records;
        this.log = log;
        this.conversations = conversations;
        this.ids = ids;
        this.retention = retention;
    }

    private Shelf<Kept> shelf() {
        return records.shelf();
    }

    /** Keeps a response that is queued, with its first events. It can be fetched and followed when this is complete. */
    CompletionStage<?> queue(StoredResponse queued) {
        var events = ResponseEvents.queued(queued.response());
        var first = new Segment(0, 2, false, new String(events, StandardCharsets.UTF_8));
        return shelf().putIfAbsent(queued.id(), Kept.of(queued), retention.get())
                .thenCombine(log.lasting().put(queued.id(), 0, first), (kept, told) -> {
                    if (!kept || !told) {
                        throw new IllegalStateException(queued.id() + " is there already");
                    }
                    return true;
                });
    }

    /**
     * Begins an attempt.
     *
     * @return null where there is nothing left to do: the response has ended, and its stream with it, or is not there any
     *     more
     */
    public CompletionStage<@Nullable BackgroundRun> attempt(String project, String id) {
        return records.get(id).thenCompose(held -> {
            var there = Records.own(project, held);
            if (held == null || there == null) {
                return gone(id, held);
            }
            return there.isRunning()
                    ? CompletableFuture.completedStage(new BackgroundRun(there, held))
                    : finished(there, LogEnd.NOTHING).thenApply(done -> null);
        });
    }

    /**
     * Ends a response as cancelled, with what there is of it. One that has ended stays as it is.
     *
     * @return as it is then; null where it is not there
     */
    public CompletionStage<@Nullable StoredResponse> cancel(String project, String id) {
        return stop(project, id, null);
    }

    /** Ends a response as failed, with what there is of it. The same otherwise as {@link #cancel}. */
    public CompletionStage<@Nullable StoredResponse> fail(String project, String id, ResponseError error) {
        return stop(project, id, error);
    }

    private CompletionStage<@Nullable StoredResponse> stop(String project, String id, @Nullable ResponseError error) {
        return records.get(id).thenCompose(held -> {
            var there = Records.own(project, held);
            if (held == null || there == null) {
                return gone(id, held);
            }
            if (!there.isRunning()) {
                return finished(there, LogEnd.NOTHING).thenApply(done -> there);
            }
            return taken(there).thenCompose(story -> {
                if (story == null) {
                    // it has ended since it was read
                    return records.find(project, id);
                }
                var output = story.played.output();
                var ended = with(there, ResponseObject.stopped(there.response(), error, output));
                return shelf().replace(id, held, Kept.of(ended), retention.get())
                        // somebody else was first: with an end, or with the news that it is in progress
                        .thenCompose(put ->
                                put ? finished(ended, story.end).thenApply(done -> ended) : stop(project, id, error));
            });
        });
    }

    /** Not there, or another's: of what was deleted, nothing stays that was told of it since. */
    private <T> CompletionStage<@Nullable T> gone(String id, @Nullable Held<Kept> held) {
        return held != null && held.value().response() != null
                ? CompletableFuture.completedStage(null)
                : log.discard(id).thenApply(nothing -> null);
    }

    private static StoredResponse with(StoredResponse there, ObjectNode response) {
        return new StoredResponse(
                there.id(), there.project(), there.lineage(), there.conversation(), there.input(), response);
    }

    /**
     * What has been told of a response.
     *
     * @param end where the next segment is to be
     */
    record Story(PlayedEvents played, LogEnd end) {}

    /** The stream of an attempt that has begun. */
    record Begun(Recording recording, ResponseEvents.Begin begin) {}

    /**
     * Begins the stream of an attempt, and says that the response is in progress where nobody has said so.
     *
     * @param inProgress as the record is to be from now on
     * @return null where it has ended meanwhile, or is not there any more; {@link BackgroundRun#end} says which
     */
    CompletionStage<@Nullable Begun> begin(BackgroundRun run, StoredResponse inProgress) {
        return taken(inProgress).thenCompose(story -> story == null ? OVER : begin(run, inProgress, story));
    }

    private CompletionStage<@Nullable Begun> begin(BackgroundRun run, StoredResponse inProgress, Story story) {
        return started(run, inProgress, run.held()).thenCompose(running -> {
            if (!running) {
                return OVER;
            }
            var id = inProgress.id();
            if (story.played.running()) {
                return CompletableFuture.completedStage(begun(id, story.end, story.played.items()));
            }
            var frame = ResponseEvents.inProgress(story.end.sequence(), inProgress.response());
            var segment = new Segment(story.end.sequence(), 1, false, new String(frame, StandardCharsets.UTF_8));
            return log.lasting()
                    .put(id, story.end.number(), segment)
                    .thenApply(put -> put ? begun(id, story.end.after(segment), story.played.items()) : null);
        });
    }

    private Begun begun(String id, LogEnd end, int items) {
        return new Begun(log.recordOn(id, end), new ResponseEvents.Begin(end.sequence(), items));
    }

    /**
     * The record changes when a number was taken: whoever has taken one before that, and is about to end the response, finds
     * that out, and takes what has been written since into account.
     */
    private CompletionStage<Boolean> started(BackgroundRun run, StoredResponse inProgress, Held<Kept> from) {
        var there = from.value().response();
        if (there == null || !there.isRunning()) {
            return NO;
        }
        var kept = Kept.begun(there.status().equals("queued") ? inProgress : there, ids.next("run_"));
        return shelf().replace(inProgress.id(), from, kept, retention.get()).thenCompose(put -> {
            if (put) {
                run.held(kept.held());
                return YES;
            }
            return records.get(inProgress.id()).thenCompose(held -> held == null ? NO : started(run, inProgress, held));
        });
    }

    /**
     * Takes the next number, so that nobody who has written before goes on, and closes what is open.
     *
     * @return null where the stream has its end
     */
    private CompletionStage<@Nullable Story> taken(StoredResponse response) {
        return taken(response, new PlayedEvents(), LogEnd.NOTHING);
    }

    private CompletionStage<@Nullable Story> taken(StoredResponse response, PlayedEvents played, LogEnd from) {
        return told(response.id(), played, from).thenCompose(end -> {
            if (end == null) {
                return CompletableFuture.completedStage(null);
            }
            List<byte[]> frames = new ArrayList<>();
            if (end.number() == 0) {
                // whoever queued it has died in between
                frames.add(ResponseEvents.queued(response.response()));
                played.add(text(frames));
            }
            frames.add(played.close());
            var text = text(frames);
            var first = end.sequence();
            var segment = new Segment(first, played.next() - first, false, text, ids.next("run_"));
            return log.lasting()
                    .put(response.id(), end.number(), segment)
                    // what was closed here was not: it is to be read once more
                    .thenCompose(put -> put
                            ? CompletableFuture.completedStage(new Story(played, end.after(segment)))
                            : taken(response));
        });
    }

    private static String text(List<byte[]> frames) {
        var text = new StringBuilder();
        frames.forEach(frame -> text.append(new String(frame, StandardCharsets.UTF_8)));
        return text.toString();
    }

    /** Null where it has come to its end. */
    private CompletionStage<@Nullable LogEnd> told(String id, PlayedEvents played, LogEnd from) {
        return log.lasting().from(id, from.number()).thenCompose(more -> {
            var end = from;
            for (var segment : more) {
                if (segment.end()) {
                    return CompletableFuture.completedStage(null);
                }
                played.add(segment.events());
                if (segment.by() != null) {
                    played.supersede();
                }
                end = end.after(segment);
            }
            return more.isEmpty() ? CompletableFuture.completedStage(end) : told(id, played, end);
        });
    }

    /**
     * Keeps how an attempt ended, if nobody was first.
     *
     * @param end of its stream, where the last event is to be
     * @return false where the response is not there any more
     */
    CompletionStage<Boolean> ended(BackgroundRun run, ObjectNode response, LogEnd end) {
        var ended = with(run.response(), response);
        var id = ended.id();
        return records.end(id, run.held(), Kept.of(ended), retention.get()).thenCompose(outcome -> switch (outcome) {
            case KEPT -> finished(ended, end);
            case ENDED ->
                records.find(ended.project(), id)
                        .thenCompose(there ->
                                there == null ? log.discard(id).thenApply(nothing -> false) : finished(there, end));
            case DELETED -> log.discard(id).thenApply(nothing -> false);
        });
    }

    /** What is to be done when a response has ended, by whoever comes to it. */
    private CompletionStage<Boolean> finished(StoredResponse ended, LogEnd end) {
        var conversation = ended.conversation();
        CompletionStage<?> said = CompletableFuture.completedStage(null);
        if (conversation != null && ended.status().equals("completed")) {
            var items = new ArrayList<>(ended.input());
            items.addAll(ended.output());
            said = conversations.append(ended.project(), conversation, ended.id(), items);
        }
        return said.thenCompose(any -> log.end(ended, end)).thenApply(any -> true);
    }
}
