package io.dromedary.routing;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A time for which a backend is left alone, because it asked for that or because trying again does not help. */
final class Hold {
    /**
     * One such time.
     *
     * @param reason that the backend gave
     * @param until on the clock of {@link System#nanoTime()}
     */
    record Term(String reason, long until) {}

    private final AtomicReference<@Nullable Term> current = new AtomicReference<>();

    /** The latest term, which may be over, or null after it was lifted. */
    @Nullable
    Term latest() {
        return current.get();
    }

    static boolean runs(@Nullable Term term, long now) {
        return term != null && term.until() - now > 0;
    }

    /** Begins a term, unless one runs that ends later. */
    void begin(Term term) {
        current.updateAndGet(before -> before != null && before.until() - term.until() > 0 ? before : term);
    }

    void lift() {
        if (current.get() != null) {
            current.set(null);
        }
    }

    /** Lifts this term, and none that began after it. */
    void lift(@Nullable Term term) {
        if (term != null) {
            current.compareAndSet(term, null);
        }
    }
}
