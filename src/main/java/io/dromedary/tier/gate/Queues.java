package io.dromedary.tier.gate;

import io.dromedary.config.Lane;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Those who wait in front of a backend: by lane, and by deadline. */
final class Queues {
    private static final List<Lane> HIGHEST_FIRST = List.of(Lane.values());

    /** Who gets a slot that it may have to give up has at least that much time left to wait for another one. */
    static final long SPARE_TIME = TimeUnit.MILLISECONDS.toNanos(50);

    private final Map<Lane, LaneQueue> lanes = new EnumMap<>(Lane.class);
    private final TreeSet<Waiting> byDeadline = new TreeSet<>(Waiting::byDeadline);

    Queues() {
        for (var lane : Lane.values()) {
            lanes.put(lane, new LaneQueue());
        }
    }

    LaneQueue of(Lane lane) {
        var queue = lanes.get(lane);
        if (queue == null) {
            throw new IllegalStateException("each lane has a queue");
        }
        return queue;
    }

    boolean isEmpty() {
        return byDeadline.isEmpty();
    }

    void add(Waiting last) {
        of(last.visit().lane()).add(last);
        byDeadline.add(last);
    }

    void addFirst(Waiting first) {
        of(first.visit().lane()).addFirst(first);
        byDeadline.add(first);
    }

    /** Who goes next. In a lane that has to give way that is nobody who could then only be turned away, if it can be helped. */
    Waiting removeNext(Lane lane, long now) {
        var queue = of(lane);
        var next = lane.isSpare() ? queue.removeNext(now, SPARE_TIME) : queue.removeNext();
        byDeadline.remove(next);
        return next;
    }

    void remove(Waiting gone) {
        of(gone.visit().lane()).remove(gone);
        byDeadline.remove(gone);
    }

    /** The highest lane in which somebody waits, or null. */
    @Nullable
    Lane highest() {
        if (byDeadline.isEmpty()) {
            return null;
        }
        for (var lane : HIGHEST_FIRST) {
            if (of(lane).size() > 0) {
                return lane;
            }
        }
        return null;
    }

    /** Somebody waits in this lane or above it. */
    boolean anyFrom(Lane lane) {
        var highest = highest();
        return highest != null && highest.compareTo(lane) <= 0;
    }

    /** Who wait in lanes that need not content themselves with what is left. */
    int entitled() {
        return of(Lane.PRIORITY).size() + of(Lane.DEFAULT).size();
    }

    /** Out of the queue, one whose deadline has passed, or null. */
    @Nullable
    Waiting removeExpired(long now) {
        if (byDeadline.isEmpty() || untilDeadline(now) > 0) {
            return null;
        }
        var expired = byDeadline.getFirst();
        remove(expired);
        return expired;
    }

    /** Nanoseconds until the earliest deadline; {@link Long#MAX_VALUE} where nobody waits. */
    long untilDeadline(long now) {
        return byDeadline.isEmpty()
                ? Long.MAX_VALUE
                : byDeadline.getFirst().visit().deadline() - now;
    }
}
