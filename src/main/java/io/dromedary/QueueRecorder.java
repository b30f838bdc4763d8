package io.dromedary;

import io.dromedary.config.Lane;
import io.dromedary.observe.TierMeters;
import io.dromedary.routing.GateObserver;
import io.dromedary.tier.gate.Refused;

/** Tells the metrics what becomes of calls in front of backends, when it does. */
record QueueRecorder(TierMeters meters) implements GateObserver {
    @Override
    public void waited(Lane lane, long nanos, End end) {
        meters.waited(lane.word(), end.word(), nanos);
    }

    @Override
    public void turnedAway(Lane lane, Refused why) {
        meters.turnedAway(lane.word(), why.word());
    }

    @Override
    public void preempted(Lane lane) {
        meters.preempted(lane.word());
    }
}
