package io.dromedary.jobs;

import io.dromedary.jobs.OwnLease.Pace;
import io.dromedary.store.Held;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What this gateway knows of the others. It judges by its own clock, and only by time in which it could look: neither its
 * own silence nor the store's is taken for theirs. Used in turn.
 */
final class OtherRuns {
    private static final int MOST_REMEMBERED = 1024;

    /** Looks that come later than this count as if they had not. */
    private static final int MOST_LOOKS = 2;

    private record Watched(Held<Lease> lease, long looked, long silence) {}

    private final Pace pace;
    private final LongSupplier nanos;
    private final Map<String, Watched> watched = new HashMap<>();
    private final Set<String> gone = new LinkedHashSet<>();

    OtherRuns(Pace pace, LongSupplier nanos) {
        this.pace = pace;
        this.nanos = nanos;
    }

    /**
     * Notes what there is now.
     *
     * @return those that have been silent for too long
     */
    List<Held<Lease>> look(Map<String, Held<Lease>> found) {
        var now = nanos.getAsLong();
        watched.keySet().retainAll(found.keySet());
        List<Held<Lease>> silent = new ArrayList<>();
        found.forEach((run, lease) -> {
            var next = next(watched.get(run), lease, now);
            watched.put(run, next);
            if (next.silence() >= pace.silence().toNanos()) {
                silent.add(lease);
            }
        });
        return silent;
    }

    private Watched next(@Nullable Watched before, Held<Lease> lease, long now) {
        if (before == null || !before.lease().text().equals(lease.text())) {
            return new Watched(lease, now, 0);
        }
        var passed = Math.min(now - before.looked(), MOST_LOOKS * pace.look().toNanos());
        return new Watched(lease, now, before.silence() + passed);
    }

    /** It has no lease any more, or never comes back for another reason. */
    void gone(String run) {
        watched.remove(run);
        if (gone.add(run) && gone.size() > MOST_REMEMBERED) {
            gone.remove(gone.iterator().next());
        }
    }

    boolean isGone(String run) {
        return gone.contains(run);
    }

    /** How long each has been silent. */
    Map<String, Duration> silences() {
        Map<String, Duration> silences = new HashMap<>();
        watched.forEach((run, one) -> silences.put(run, Duration.ofNanos(one.silence())));
        return silences;
    }
}
