package io.dromedary.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.config.Lane;
import io.dromedary.tier.gate.Refused;
import java.util.ArrayList;
import java.util.List;

/** Keeps what is told of queues, a line each, e.g. {@code flex preempted}. */
final class QueueLog implements GateObserver {
    final List<String> lines = new ArrayList<>();

    @Override
    public void waited(Lane lane, long nanos, End end) {
        assertThat(nanos).isNotNegative();
        lines.add(lane.word() + " " + end.word());
    }

    @Override
    public void turnedAway(Lane lane, Refused why) {
        lines.add(lane.word() + " " + why.word());
    }

    @Override
    public void preempted(Lane lane) {
        lines.add(lane.word() + " preempted");
    }
}
