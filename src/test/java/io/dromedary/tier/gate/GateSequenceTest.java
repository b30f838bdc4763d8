package io.dromedary.tier.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.config.Lane;
import io.dromedary.config.TierSettings.LaneSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ten thousand things happen at a gate, in an order that a seed decides. */
final class GateSequenceTest {
    private static final int CONCURRENCY = 6;

    private final Agenda agenda = new Agenda();
    private final Gate gate = new Gate("alpha", agenda::now, agenda);
    private final List<Visitor> here = new ArrayList<>();
    private final Map<Lane, LaneSettings> lanes = new EnumMap<>(Lane.class);

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 20_260_101, 4_711, 77})
    void whatever_happens_slots_are_used_nobody_is_told_twice_and_all_come_back(long seed) {
        var random = new SplittableRandom(seed);
        for (var lane : Lane.values()) {
            lanes.put(lane, new LaneSettings(5, Duration.ofSeconds(2), lane == Lane.FLEX ? 0.1 : 0));
        }
        gate.configure(CONCURRENCY, lanes);
        var preemptions = 0;
        var deadlines = 0;
        for (var step = 0; step < 10_000; step++) {
            agenda.pass(Duration.ofNanos(random.nextLong(random.nextInt(10) == 0 ? 500_000_000 : 300_000)));
            // looks at everything again
            gate.configure(CONCURRENCY, lanes);
            var before = gate.crowd();
            act(random);
            var after = gate.crowd();
            gate.configure(CONCURRENCY, lanes);
            assertThat(gate.crowd())
                    .as("seed %d, step %d: there was nothing left to do", seed, step)
                    .isEqualTo(after);
            for (var visitor : here) {
                assertThat(visitor.answers).as("seed %d, step %d", seed, step).isLessThanOrEqualTo(1);
                preemptions += visitor.preempted ? 1 : 0;
                deadlines += visitor.refused == Refused.DEADLINE ? 1 : 0;
            }
            here.removeIf(visitor -> visitor.refused != null);
            holds(before, after, "seed %d, step %d".formatted(seed, step));
        }
        assertThat(preemptions).isPositive();
        assertThat(deadlines).isPositive();
        here.forEach(Visitor::leave);
        agenda.passAll();
        assertThat(gate.crowd().inFlight()).isZero();
        assertThat(gate.crowd().queued()).isZero();
    }

    private void act(SplittableRandom random) {
        var lane = Lane.values()[random.nextInt(4)];
        switch (random.nextInt(11)) {
            case 0, 1, 2, 3 -> {
                var patience = random.nextLong(Duration.ofSeconds(2).toNanos());
                var visitor = new Visitor(lane, agenda.loop(Duration.ofNanos(100_000)));
                here.add(visitor.enter(gate, "p" + random.nextInt(3), agenda.now() + patience));
            }
            case 4 -> {
                var visitor = new Visitor(lane, agenda.loop(Duration.ofNanos(100_000))).tryEnter(gate);
                if (visitor.isIn()) {
                    here.add(visitor);
                }
            }
            default -> {
                if (!here.isEmpty()) {
                    act(here.get(random.nextInt(here.size())), random);
                }
            }
        }
    }

    private void act(Visitor visitor, SplittableRandom random) {
        if (visitor.preempted && random.nextBoolean()) {
            visitor.again();
            return;
        }
        var fate = random.nextInt(8);
        if (fate < 3 && visitor.isIn()) {
            var begun = visitor.ticket().begun();
            // told in a moment, where it was not told yet
            assertThat(begun && visitor.preempted).isFalse();
            return;
        }
        if (visitor.isIn()) {
            visitor.ticket().leave(fate == 7 ? Ticket.Outcome.OVERLOADED : Ticket.Outcome.OK);
        }
        visitor.leave();
        here.remove(visitor);
    }

    private static void holds(Gate.Crowd before, Gate.Crowd after, String when) {
        assertThat(after.inFlight()).as(when).isLessThanOrEqualTo(Math.max(after.limit(), before.inFlight()));
        var entitled = after.of(Lane.PRIORITY).queued() + after.of(Lane.DEFAULT).queued();
        assertThat(entitled > 0 && after.inFlight() < after.limit())
                .as("%s: somebody waits beside a free slot", when)
                .isFalse();
        assertThat(after.of(Lane.FLEX).inFlight())
                .as("%s: flex keeps a tenth free, but one", when)
                .isLessThanOrEqualTo(Math.max(
                        Math.max(1, after.limit() - 1), before.of(Lane.FLEX).inFlight()));
        assertThat(after.limit()).as(when).isBetween(1, CONCURRENCY);
    }
}
