package io.dromedary.responses;

import io.dromedary.testing.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;

/** A timer whose time passes when a test says so, and its clock's with it. */
final class ManualTimer implements Timer {
    private record Task(Instant due, Runnable what) {}

    final SettableClock clock = new SettableClock();
    private final Queue<Task> tasks = new PriorityQueue<>(Comparator.comparing(Task::due));

    @Override
    public Runnable after(Duration wait, Runnable what) {
        var task = new Task(clock.instant().plus(wait), what);
        tasks.add(task);
        return () -> tasks.remove(task);
    }

    void advance(Duration by) {
        var end = clock.instant().plus(by);
        for (var next = tasks.peek(); next != null && !next.due().isAfter(end); next = tasks.peek()) {
            tasks.remove(next);
            clock.set(next.due());
            next.what().run();
        }
        clock.set(end);
    }

    int waiting() {
        return tasks.size();
    }
}
