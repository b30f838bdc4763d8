package io.dromedary.routing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.config.Lane;
import io.dromedary.tier.gate.Gate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** How full it is in front of the models of one page: a gate is looked at once, however many models are behind it. */
final class Crowds {
    private final Map<Gate, Gate.Crowd> seen = new HashMap<>();

    /**
     * Adds up the gates in front of a model's own backends.
     *
     * @param lanes that are shown
     */
    void show(PublicModel model, Set<Lane> lanes, ObjectNode json) {
        var crowds = of(model);
        json.put("id", model.name().value());
        var limit = limit(crowds);
        if (limit < 0) {
            json.putNull("concurrency");
        } else {
            json.put("concurrency", limit);
        }
        json.put("in_flight", crowds.stream().mapToLong(Gate.Crowd::inFlight).sum());
        var list = json.putArray("lanes");
        for (var lane : lanes) {
            var inFlight = 0L;
            var queued = 0L;
            var oldest = 0L;
            for (var crowd : crowds) {
                var share = crowd.of(lane);
                inFlight += share.inFlight();
                queued += share.queued();
                oldest = Math.max(oldest, share.oldestWaitNanos());
            }
            list.addObject()
                    .put("lane", lane.word())
                    .put("in_flight", inFlight)
                    .put("queued", queued)
                    .put("oldest_wait_ms", TimeUnit.NANOSECONDS.toMillis(oldest));
        }
    }

    private List<Gate.Crowd> of(PublicModel model) {
        var gates = new HashSet<Gate>();
        model.candidates().forEach(candidate -> gates.add(candidate.gate()));
        return gates.stream()
                .map(gate -> seen.computeIfAbsent(gate, Gate::crowd))
                .toList();
    }

    /** Of all together, or -1 where one of them has none. */
    private static long limit(List<Gate.Crowd> crowds) {
        var sum = 0L;
        for (var crowd : crowds) {
            if (!crowd.isLimited()) {
                return -1;
            }
            sum += crowd.limit();
        }
        return sum;
    }
}
