package io.dromedary.jobs.batch;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which lines are done: the first ones, up to a mark, and some beyond it. */
final class Marks {
    private int line;
    private long offset;

    /** Lines beyond the mark, by number, and where each ends. */
    private final TreeMap<Integer, Long> beyond = new TreeMap<>();

    /** Lines beyond the mark that earlier attempts have done, and that were not met again yet. */
    private final TreeSet<Integer> before;

    Marks(int line, long offset, Collection<Integer> before) {
        this.line = line;
        this.offset = offset;
        this.before = new TreeSet<>(before);
    }

    /** An earlier attempt has done it. Asked once, when it is met. */
    boolean wasDone(int number, long end) {
        if (!before.remove(number)) {
            return false;
        }
        done(number, end);
        return true;
    }

    /** @param end where the line after it begins */
    void done(int number, long end) {
        beyond.put(number, end);
        for (var next = beyond.firstEntry(); next != null && next.getKey() == line + 1; next = beyond.firstEntry()) {
            line++;
            offset = next.getValue();
            beyond.pollFirstEntry();
        }
    }

    /** So many lines from the first on are done. */
    int line() {
        return line;
    }

    /** Where the line after them begins. */
    long offset() {
        return offset;
    }

    /** The others that are done, in order. */
    List<Integer> beyond() {
        var all = new TreeSet<>(before);
        all.addAll(beyond.keySet());
        return new ArrayList<>(all);
    }
}
