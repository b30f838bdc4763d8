package io.dromedary.files.url;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * So many things at once. Where more are wanted, the project that has the fewest is next, and of those that have as many
 * whoever waits for longest. Used by threads that may wait.
 */
final class Places {
    /** Of one who waits. */
    private static final class Ticket {
        final String project;

        Ticket(String project) {
            this.project = project;
        }
    }

    private final int each;
    private final Map<String, Integer> taken = new HashMap<>();
    private final List<Ticket> line = new ArrayList<>();
    private int free;

    /** @param each as many at once of one project */
    Places(int all, int each) {
        this.free = all;
        this.each = each;
    }

    /** Waits for a place. */
    synchronized void enter(String project) throws InterruptedException {
        var own = new Ticket(project);
        line.add(own);
        try {
            while (next() != own) {
                wait();
            }
            taken.merge(project, 1, Integer::sum);
            free--;
        } finally {
            line.remove(own);
            notifyAll();
        }
    }

    synchronized void leave(String project) {
        taken.merge(project, -1, (before, less) -> before + less == 0 ? null : before + less);
        free++;
        notifyAll();
    }

    private @Nullable Ticket next() {
        Ticket next = null;
        var least = free > 0 ? each : 0;
        for (var waiting : line) {
            var there = taken.getOrDefault(waiting.project, 0);
            if (there < least) {
                least = there;
                next = waiting;
            }
        }
        return next;
    }

    /** How many wait. */
    synchronized int waiting() {
        return line.size();
    }
}
