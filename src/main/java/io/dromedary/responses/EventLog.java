package io.dromedary.responses;

import io.dromedary.api.EventSource;
import java.time.Duration;
import java.util.Map;
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
     */
    record Pace(int bytes, @Nullable Duration longest) {
        private static final int BYTES = 32 << 10;

        /** Other processes read them. */
        static final Pace SHARED = new Pace(BYTES, Duration.ofMillis(200));

        static final Pace ALONE = new Pace(BYTES, null);
    }

    private final Records records;
    private final Segments segments;
    private final Pace pace;
    private final Timer timer;
    private final Map<String, Recording> recordings = new ConcurrentHashMap<>();
    private final Map<String, Integer> readers = new ConcurrentHashMap<>();

    EventLog(Records records, Segments segments, Pace pace, Timer timer) {
        this.records = records;
        this.segments = segments;
        this.pace = pace;
        this.timer = timer;
    }

    /** Begins to write down the stream of a response. Whoever begins ends it, or abandons the response. */
    public Recording record(String id) {
        var recording = new Recording(id, segments, pace, timer, closed -> recordings.remove(closed.id(), closed));
        recordings.put(id, recording);
        return recording;
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
                    new Follower.Stream(this, segments, timer, project, id, recordings.get(id)), startingAfter, loop);
            if (follower.isLive() || response.isRunning()) {
                return CompletableFuture.completedStage(follower);
            }
            return segments.get(id, 0).thenApply(begin -> begin == null ? null : follower);
        });
    }

    /** How many follow a response here at this moment. */
    public int readers(String id) {
        return readers.getOrDefault(id, 0);
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

    void arrived(String id) {
        readers.merge(id, 1, Integer::sum);
    }

    void left(String id) {
        readers.computeIfPresent(id, (any, count) -> count > 1 ? count - 1 : null);
    }
}
