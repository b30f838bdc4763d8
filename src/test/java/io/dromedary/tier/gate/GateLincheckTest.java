package io.dromedary.tier.gate;

import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import io.dromedary.config.Lane;
import io.dromedary.config.TierSettings.LaneSettings;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jetbrains.lincheck.datastructures.BooleanGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every order in which threads may meet at a gate, up to a number of them. The class and what it does have to be public. */
@Tag("lincheck")
public class GateLincheckTest {
    private static final int THREADS = 2;

    /** What is only used under the lock, if the lock is right: that a thread may be stopped within one of them adds nothing. */
    private static final String[] ALONE = Stream.of(
                    AdaptiveLimit.class,
                    Demand.class,
                    LaneQueue.class,
                    Queues.class,
                    RecentPeak.class,
                    Slots.class,
                    Trickle.class,
                    ArrayDeque.class,
                    ArrayList.class,
                    EnumMap.class,
                    HashMap.class,
                    LinkedHashMap.class,
                    LinkedHashSet.class,
                    TreeMap.class,
                    TreeSet.class)
            .map(Class::getName)
            .toArray(String[]::new);

    private final Gate gate = gate();

    /** One of each thread, so that only the gate is shared. */
    private final @Nullable Visitor[] visitors = new Visitor[THREADS + 2];

    private static Gate gate() {
        var gate = new Gate("alpha", () -> 0, (wait, what) -> () -> {});
        var settings = new LaneSettings(2, Duration.ofSeconds(1), 0);
        gate.configure(
                1,
                Map.of(
                        Lane.PRIORITY, settings,
                        Lane.DEFAULT, settings,
                        Lane.OVER_LIMIT, settings,
                        Lane.FLEX, settings));
        return gate;
    }

    @Operation
    public String enter(@Param(gen = ThreadIdGen.class) int thread, @Param(gen = BooleanGen.class) boolean spare) {
        if (visitors[thread] != null) {
            return "is there";
        }
        var visitor = new Visitor(spare ? Lane.FLEX : Lane.DEFAULT, Runnable::run);
        visitors[thread] = visitor;
        var entry = gate.enter(new Visit(visitor.lane, "p", 1_000, visitor));
        switch (entry) {
            case Ticket ticket -> visitor.ticket = ticket;
            case Waiting waiting -> visitor.waiting = waiting;
            case Refused why -> visitors[thread] = null;
        }
        return entry.getClass().getSimpleName();
    }

    @Operation
    public void leave(@Param(gen = ThreadIdGen.class) int thread) {
        var visitor = visitors[thread];
        visitors[thread] = null;
        if (visitor != null) {
            visitor.leave();
        }
    }

    @Operation
    public String crowd() {
        var crowd = gate.crowd();
        return crowd.inFlight() + " in, " + crowd.queued() + " wait";
    }

    @Test
    void what_threads_see_of_a_gate_is_what_one_after_the_other_would() {
        new ModelCheckingOptions()
                .threads(THREADS)
                .actorsPerThread(2)
                .actorsBefore(0)
                .actorsAfter(0)
                .addGuarantee(forClasses(ALONE).allMethods().treatAsAtomic())
                .iterations(8)
                .invocationsPerIteration(60)
                .check(getClass());
    }
}
