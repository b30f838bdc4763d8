package io.dromedary.jobs;

import io.dromedary.jobs.Attempt.Stop;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells whoever works on a job why it is to stop: everybody every reason, once. */
final class Stops {
    private static final Logger LOG = LoggerFactory.getLogger(Stops.class);

    private final List<Consumer<Stop>> listeners = new ArrayList<>();
    private final Set<Stop> reasons = EnumSet.noneOf(Stop.class);

    void tell(Stop reason) {
        List<Consumer<Stop>> all;
        synchronized (this) {
            if (!reasons.add(reason)) {
                return;
            }
            all = List.copyOf(listeners);
        }
        all.forEach(listener -> tell(listener, reason));
    }

    void add(Consumer<Stop> listener) {
        Set<Stop> before;
        synchronized (this) {
            listeners.add(listener);
            before = EnumSet.copyOf(reasons);
        }
        before.forEach(reason -> tell(listener, reason));
    }

    synchronized boolean has(Stop reason) {
        return reasons.contains(reason);
    }

    private static void tell(Consumer<Stop> listener, Stop reason) {
        try {
            listener.accept(reason);
        } catch (RuntimeException e) {
            LOG.error("a worker did not take that it is to stop", e);
        }
    }
}
