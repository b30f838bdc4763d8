package io.dromedary.jobs.deferred;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whose completions were still to come when the store was asked last, for a little while. Callers ask again and again, some
 * of them ten times a second: the store is asked for each of them once in that time. An end that this gateway puts is known
 * at once, one that another puts when the time is over.
 */
final class Remembered {
    private static final int MANY = 10_000;

    private record Owner(String project, long until) {}

    private final Map<String, Owner> owners = new ConcurrentHashMap<>();
    private final AtomicLong ends = new AtomicLong();
    private final long length;
    private final LongSupplier nanos;

    /**
     * @param length of the little while
     * @param nanos a clock that never goes back
     */
    Remembered(Duration length, LongSupplier nanos) {
        this.length = length.toNanos();
        this.nanos = nanos;
    }

    /** The project that waits for it, or null where the store has to be asked. */
    @Nullable
    String waitingFor(String id) {
        var owner = owners.get(id);
        return owner == null || owner.until - nanos.getAsLong() <= 0 ? null : owner.project;
    }

    /** Taken before the store is asked: what ended since is not remembered as still to come. */
    long mark() {
        return ends.get();
    }

    void waits(String id, String project, long mark) {
        var now = nanos.getAsLong();
        if (owners.size() >= MANY) {
            owners.values().removeIf(owner -> owner.until - now <= 0);
        }
        owners.put(id, new Owner(project, now + length));
        if (ends.get() != mark) {
            owners.remove(id);
        }
    }

    void ended(String id) {
        ends.incrementAndGet();
        owners.remove(id);
    }
}
