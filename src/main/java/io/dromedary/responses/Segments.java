package io.dromedary.responses;

import io.dromedary.store.Held;
import io.dromedary.store.Shelf;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The shelf of events: the segments of a stream stand under its response's id and their number, from 0.
 *
 * @param lifespan of a segment
 */
record Segments(Shelf<Segment> shelf, Supplier<Duration> lifespan) {
    /** Taken away at once. */
    private static final int BATCH = 64;

    /** Readers of other gateways say so often that they are still there. */
    static final Duration READER = Duration.ofSeconds(15);

    private static final CompletionStage<Boolean> PUT = CompletableFuture.completedStage(true);

    private static final String READERS = "/readers";

    /** The same with a longer life. */
    Segments lasting(Duration more) {
        return new Segments(shelf, () -> lifespan.get().plus(more));
    }

    CompletionStage<@Nullable Segment> get(String id, int number) {
        return shelf.get(key(id, number)).thenApply(held -> held == null ? null : held.value());
    }

    /** @return false where there is another one of this number */
    CompletionStage<Boolean> put(String id, int number, Segment segment) {
        return shelf.putIfAbsent(key(id, number), segment, lifespan.get())
                .thenCompose(put -> put ? PUT : get(id, number).thenApply(there -> segment.equals(there)));
    }

    /**
     * Those from a number on, without a gap, and no more than are read at once.
     *
     * @return none where there are no more
     */
    CompletionStage<List<Segment>> from(String id, int number) {
        List<String> keys = new ArrayList<>(BATCH);
        for (var each = number; each < number + BATCH; each++) {
            keys.add(key(id, each));
        }
        return shelf.getAll(keys).thenApply(found -> {
            List<Segment> segments = new ArrayList<>(found.size());
            for (var key : keys) {
                var held = found.get(key);
                if (held == null) {
                    break;
                }
                segments.add(held.value());
            }
            return segments;
        });
    }

    /** All of a stream; the last ones first, so that whoever comes later finds what is left of it from the first one on. */
    CompletionStage<@Nullable Void> remove(String id) {
        return remove(id, 0);
    }

    private CompletionStage<@Nullable Void> remove(String id, int from) {
        List<String> keys = new ArrayList<>(BATCH);
        for (var number = from; number < from + BATCH; number++) {
            keys.add(key(id, number));
        }
        return shelf.getAll(keys)
                .thenCompose(found -> found.isEmpty()
                        ? CompletableFuture.completedStage(null)
                        : remove(id, from + BATCH).thenCompose(nothing -> removed(found)));
    }

    private CompletionStage<Void> removed(Map<String, Held<Segment>> found) {
        return CompletableFuture.allOf(found.entrySet().stream()
                .map(each -> shelf.remove(each.getKey(), each.getValue()).toCompletableFuture())
                .toArray(CompletableFuture[]::new));
    }

    /** Somebody reads it, in another process than writes it. */
    CompletionStage<Boolean> isRead(String id) {
        return shelf.get(id + READERS).thenApply(held -> held != null);
    }

    /** Says so, for a while. */
    CompletionStage<Boolean> read(String id) {
        var key = id + READERS;
        return shelf.get(key)
                .thenCompose(held -> held == null
                        ? shelf.putIfAbsent(key, Segment.MARK, READER)
                        : shelf.replace(key, held, Segment.MARK, READER));
    }

    private static String key(String id, int number) {
        return id + "/" + number;
    }
}
