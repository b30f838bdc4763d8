package io.dromedary.responses;

import io.dromedary.api.EventSource;
import io.dromedary.api.responses.PlayedEvents;
import io.dromedary.api.responses.ResponseEvents;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What was streamed to the callers of stored responses, byte for byte, for as long as {@code responses.events} says. Who
 * follows a stream that runs in this process is pushed to; one of another process is asked for every so often.
 */
public final class EventLog {
    /**
     * When events go to their shelf, whichever is first.
     *
     * @param bytes when so many have come together
     * @param longest when the first of them has waited so long; null where nobody else could read them anyway
     * @param unseen nobody sees them before they are there
     */
    record Pace(int bytes, @Nullable Duration longest, boolean unseen) {
        private static final int BYTES = 32 << 10;

        /** Other processes read them. */
        static final Pace SHARED = new Pace(BYTES, Duration.ofMillis(200), false);

        static final Pace ALONE = new Pace(BYTES, null, false);

        /** Others go on where their writer dies, and whoever has seen an event gets what comes after that one. */
        static final Pace BACKGROUND = new Pace(BYTES, Duration.ofMillis(100), true);
    }

    /** A response in the background waits and runs for no longer. */
    private static final Duration WAIT = Duration.ofDays(2);

    private final Records records;
    private final Segments segments;
    private final Segments lasting;
    private final Pace pace;
    private final Timer timer;
    private final Map<String, Recording> recordings = new ConcurrentHashMap<>();
    private final Map<String, Set<Runnable>> readers = new ConcurrentHashMap<>();

    EventLog(Records records, Segments segments, Pace pace, Timer timer) {
        this.records = records;
        this.segments = segments;
        this.lasting = segments.lasting(WAIT);
        this.pace = pace;
        this.timer = timer;
    }

    /** Begins to write down the stream of a response. Whoever begins ends it, or abandons the response. */
    public Recording record(String id) {
        return record(id, segments, LogEnd.NOTHING, pace);
    }

    /** The same for a response in the background, of which others may have written before. */
    Recording recordOn(String id, LogEnd end) {
        return record(id, lasting, end, Pace.BACKGROUND);
    }

    private Recording record(String id, Segments on, LogEnd begin, Pace at) {
        var recording = new Recording(id, on, begin, at, timer, closed -> recordings.remove(closed.id(), closed));
        recordings.put(id, recording);
        wake(id);
        return recording;
    }

    /** The segments of responses in the background. */
    Segments lasting() {
        return lasting;
    }

    /** The stream of a response that runs in this process, or null. */
    @Nullable
    Recording recording(String id) {
        return recordings.get(id);
    }

    /**
     * Writes the end of the stream of a response in the background, where all that comes before it has been written, as it
     * has when the response is kept as ended. Whoever finds it missing may do that.
     *
     * @param at where the end may be, or anything before that
     * @return false where the stream has no beginning
     */
    CompletionStage<Boolean> end(StoredResponse ended, LogEnd at) {
        if (at.number() == 0) {
            return closed(ended, new PlayedEvents(), at);
        }
        return lasting.from(ended.id(), at.number())
                .thenCompose(more -> more.isEmpty()
                        ? ended(ended, at, new byte[0], at.sequence())
                        : closed(ended, new PlayedEvents(), LogEnd.NOTHING));
    }

    /** Somebody may have written after whoever ended it, and not have come to an end: what that left open is closed. */
    private CompletionStage<Boolean> closed(StoredResponse ended, PlayedEvents played, LogEnd from) {
        return lasting.from(ended.id(), from.number()).thenCompose(more -> {
            var end = from;
            for (var segment : more) {
                if (segment.end()) {
                    over(ended.id());
                    return CompletableFuture.completedStage(true);
                }
                played.add(segment.events());
                end = end.after(segment);
            }
            if (!more.isEmpty()) {
                return closed(ended, played, end);
            }
            return end.number() == 0
                    ? CompletableFuture.completedStage(false)
                    : ended(ended, end, played.close(), played.next());
        });
    }

    /**
     * In one segment, so that nobody comes in between.
     *
     * @param closing events before the last one
     * @param sequence number of the last one
     */
    private CompletionStage<Boolean> ended(StoredResponse ended, LogEnd at, byte[] closing, int sequence) {
        var text = new String(closing, StandardCharsets.UTF_8)
                + new String(ResponseEvents.terminal(sequence, ended.response()), StandardCharsets.UTF_8);
        var last = new Segment(at.sequence(), sequence + 1 - at.sequence(), true, text);
        return lasting.put(ended.id(), at.number(), last).thenCompose(any -> end(ended, at));
    }

    /** The stream has ended: who writes it here has nothing more to say, and who follows it gets the end. */
    private void over(String id) {
        var recording = recordings.get(id);
        if (recording != null) {
            recording.discard();
        }
        wake(id);
    }

    private void wake(String id) {
        readers.getOrDefault(id, Set.of()).forEach(Runnable::run);
    }

    /**
     * The stream of a response once more: exactly the events that come after one, those that are still to come too, and
     * {@code [DONE]}. Where it was lost, as with its gateway, an error event ends it.
     *
     * @param startingAfter sequence number of the last event that the reader has seen; -1 for none
     * @param loop everything is called there, and calls back there
     * @return null where the response is not there, was not streamed, or its events have run out
     */
    public CompletionStage<@Nullable EventSource> follow(String project, String id, int startingAfter, Executor loop) {
        return records.find(project, id).thenCompose(response -> {
            if (response == null) {
                return CompletableFuture.completedStage(null);
            }
            var follower = new Follower(
                    new Follower.Stream(this, segments, timer, project, id), recordings.get(id), startingAfter, loop);
            if (follower.isLive() || response.isRunning()) {
                return CompletableFuture.completedStage(follower);
            }
            return segments.get(id, 0).thenApply(begin -> begin == null ? null : follower);
        });
    }

    /** How many follow a response here at this moment. */
    public int readers(String id) {
        return readers.getOrDefault(id, Set.of()).size();
    }

    /** Whether somebody follows a response, here or, as of the last seconds, at another gateway. */
    public CompletionStage<Boolean> isFollowed(String id) {
        return readers(id) > 0 ? CompletableFuture.completedStage(true) : segments.isRead(id);
    }

    /** Takes away what was written down; whoever writes still is told to forget, whoever follows that it is lost. */
    CompletionStage<@Nullable Void> discard(String id) {
        var recording = recordings.get(id);
        return (recording == null ? CompletableFuture.<@Nullable Void>completedStage(null) : recording.discard())
                .thenCompose(nothing -> segments.remove(id));
    }

    CompletionStage<@Nullable StoredResponse> find(String project, String id) {
        return records.find(project, id);
    }

    /** @param wake run when something may have come */
    void arrived(String id, Runnable wake) {
        readers.compute(id, (any, there) -> {
            var all = there == null ? ConcurrentHashMap.<Runnable>newKeySet() : there;
            all.add(wake);
            return all;
        });
    }

    void left(String id, Runnable wake) {
        readers.computeIfPresent(id, (any, there) -> {
            there.remove(wake);
            return there.isEmpty() ? null : there;
        });
    }
}
