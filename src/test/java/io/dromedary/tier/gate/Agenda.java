package io.dromedary.tier.gate;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.Executor;

/** Time that passes from one thing to the next, and an event loop on it. */
final class Agenda implements Alarm {
    private record Item(long at, long number, Runnable what) {}

    private final PriorityQueue<Item> items =
            new PriorityQueue<>(Comparator.comparingLong(Item::at).thenComparingLong(Item::number));
    private long now = Duration.ofDays(1).toNanos();
    private long number;

    long now() {
        return now;
    }

    @Override
    public Runnable after(Duration wait, Runnable what) {
        var item = new Item(now + wait.toNanos(), number++, what);
        items.add(item);
        return () -> items.remove(item);
    }

    /** What is given to it runs a little later, as on a loop that has other things to do. */
    Executor loop(Duration hop) {
        return what -> after(hop, what);
    }

    /** Runs what is due within that time, and ends after it. */
    void pass(Duration time) {
        var end = now + time.toNanos();
        for (var next = items.peek(); next != null && next.at() <= end; next = items.peek()) {
            items.remove();
            now = next.at();
            next.what().run();
        }
        now = end;
    }

    /** Runs all that is there, and what comes of it. */
    void passAll() {
        for (var next = items.poll(); next != null; next = items.poll()) {
            now = next.at();
            next.what().run();
        }
    }
}
