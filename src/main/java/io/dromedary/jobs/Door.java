package io.dromedary.jobs;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Where attempts go out to ask backends, a few at a time. What is on its way between the word in its record and its
 * connection counts as an attempt although nobody has heard of it yet: where a gateway dies with hundreds of jobs that are
 * about to begin, those are to be few. Everything here runs in turn.
 */
final class Door {
    private static final int AT_ONCE = 2;

    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private int passing;

    /** @param go is to say when it is {@linkplain #passed through} */
    void pass(Runnable go) {
        if (passing < AT_ONCE) {
            passing++;
            go.run();
        } else {
            waiting.add(go);
        }
    }

    void passed() {
        var next = waiting.poll();
        if (next == null) {
            passing--;
        } else {
            next.run();
        }
    }
}
