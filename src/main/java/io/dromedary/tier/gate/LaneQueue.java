package io.dromedary.tier.gate;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.NoSuchElementException;
import java.util.SequencedSet;
import java.util.function.Function;

/** Those who wait in one lane: projects take turns, and within a project the first comes first. */
final class LaneQueue {
    /** In the order of their turns; none is empty. */
    private final LinkedHashMap<String, LinkedHashSet<Waiting>> projects = new LinkedHashMap<>();

    private int size;

    int size() {
        return size;
    }

    void add(Waiting last) {
        projects.computeIfAbsent(last.visit().project(), any -> new LinkedHashSet<>())
                .add(last);
        size++;
    }

    /** Before all others. */
    void addFirst(Waiting first) {
        var project = first.visit().project();
        var line = projects.get(project);
        var its = line == null ? new LinkedHashSet<Waiting>() : line;
        its.addFirst(first);
        projects.putFirst(project, its);
        size++;
    }

    /** Whose turn it is. */
    Waiting removeNext() {
        return removeNext(SequencedSet::getFirst);
    }

    /**
     * The same, but of those of the project whose turn it is, the first one that may still wait for so long: that one can give
     * way and wait on. Where there is none, the first of all.
     */
    Waiting removeNext(long now, long atLeast) {
        return removeNext(line -> {
            for (var waiting : line) {
                if (waiting.visit().deadline() - now >= atLeast) {
                    return waiting;
                }
            }
            return line.getFirst();
        });
    }

    private Waiting removeNext(Function<SequencedSet<Waiting>, Waiting> choice) {
        var turn = projects.pollFirstEntry();
        if (turn == null) {
            throw new NoSuchElementException("nobody waits");
        }
        var next = choice.apply(turn.getValue());
        turn.getValue().remove(next);
        if (!turn.getValue().isEmpty()) {
            projects.putLast(turn.getKey(), turn.getValue());
        }
        size--;
        return next;
    }

    void remove(Waiting gone) {
        var project = gone.visit().project();
        var line = projects.get(project);
        if (line == null || !line.remove(gone)) {
            return;
        }
        if (line.isEmpty()) {
            projects.remove(project);
        }
        size--;
    }

    /** Nanoseconds that the one has waited who came first; 0 where nobody waits. */
    long oldestWait(long now) {
        var oldest = 0L;
        for (var line : projects.values()) {
            oldest = Math.max(oldest, now - line.getFirst().since());
        }
        return oldest;
    }
}
