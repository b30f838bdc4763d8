package io.dromedary.tier.gate;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** A level, and the highest that it was of late. */
final class RecentPeak {
    private record High(int level, long leftAt) {}

    /** Ever lower, ever later. */
    private final ArrayDeque<High> highs = new ArrayDeque<>();

    private int level;
    private long span;

    /** @param span nanoseconds for which it remembers */
    RecentPeak(long span) {
        this.span = span;
    }

    /** What was forgotten by then stays forgotten. */
    void remember(long longer) {
        span = longer;
    }

    void rise() {
        level++;
    }

    void fall(long now) {
        note(level, now);
        level--;
    }

    /** One more just for a moment. */
    void touch(long now) {
        note(level + 1, now);
    }

    int at(long now) {
        var highest = highest(now);
        return highest == null ? level : Math.max(level, highest.level());
    }

    /** Nanoseconds until the peak may be lower, if nothing else happens; {@link Long#MAX_VALUE} where time changes nothing. */
    long untilLower(long now) {
        var highest = highest(now);
        return highest == null || highest.level() <= level ? Long.MAX_VALUE : span - (now - highest.leftAt());
    }

    private void note(int high, long now) {
        for (var last = highs.peekLast(); last != null && last.level() <= high; last = highs.peekLast()) {
            highs.removeLast();
        }
        highs.addLast(new High(high, now));
    }

    private @Nullable High highest(long now) {
        for (var first = highs.peekFirst(); first != null && now - first.leftAt() >= span; first = highs.peekFirst()) {
            highs.removeFirst();
        }
        return highs.peekFirst();
    }
}
