package io.dromedary.jobs;

import java.util.EnumMap;
import java.util.Map;

/** Counts what an engine tells. */
final class Tally implements JobObserver {
    final Map<End, Integer> ends = new EnumMap<>(End.class);
    int takenOver;
    int leasesLost;

    @Override
    public synchronized void ended(Kind kind, End end) {
        ends.merge(end, 1, Integer::sum);
    }

    @Override
    public synchronized void takenOver(Kind kind) {
        takenOver++;
    }

    @Override
    public synchronized void leaseLost() {
        leasesLost++;
    }

    synchronized int count(End end) {
        return ends.getOrDefault(end, 0);
    }
}
