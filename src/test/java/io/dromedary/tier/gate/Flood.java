package io.dromedary.tier.gate;

import io.dromedary.config.Lane;
import io.dromedary.config.TierSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** A backend for eight calls that default uses to the half, with or without ten times its capacity in flex on top. */
final class Flood {
    static final int CAPACITY = 8;
    private static final Duration HOP = Duration.ofNanos(200_000);
    private static final Duration LENGTH = Duration.ofMinutes(10);
    private static final Duration CALM = Duration.ofSeconds(30);

    /**
     * One kind of call.
     *
     * @param offered how many would be in flight on average if each got in at once
     * @param gap of one call to the next, as a multiple of the mean
     */
    record Traffic(
            Lane lane,
            double offered,
            Duration firstByte,
            Duration stream,
            ToDoubleFunction<SplittableRandom> gap,
            ToDoubleFunction<SplittableRandom> length) {}

    final Agenda agenda = new Agenda();
    final Gate gate = new Gate("alpha", agenda::now, agenda);

    /** Of default, in nanoseconds. */
    final List<Long> waits = new ArrayList<>();

    /** By how many nanoseconds flex was refused after its deadline. */
    final List<Long> lateness = new ArrayList<>();

    /** Before default ended. */
    int flexServed;

    int mostInFlight;
    int overtakings;
    private final long end = agenda.now() + LENGTH.toNanos();

    Flood(Traffic entitled, @Nullable Traffic flex, long seed) {
        gate.configure(CAPACITY, TierSettings.DEFAULT.lanes());
        var random = new SplittableRandom(seed);
        arrive(entitled, random.split());
        agenda.pass(CALM);
        if (flex != null) {
            arrive(flex, random.split());
        }
        agenda.passAll();
    }

    private void arrive(Traffic traffic, SplittableRandom random) {
        var mean = traffic.firstByte().plus(traffic.stream()).toNanos() / traffic.offered();
        var gap = (long) (mean * traffic.gap().applyAsDouble(random));
        if (agenda.now() + gap > end) {
            return;
        }
        agenda.after(Duration.ofNanos(gap), () -> {
            new Call(traffic, random).come();
            arrive(traffic, random);
        });
    }

    private final class Call implements Guest {
        private final Traffic traffic;
        private final long came = agenda.now();
        private final long deadline;
        private final double length;

        Call(Traffic traffic, SplittableRandom random) {
            this.traffic = traffic;
            this.length = traffic.length().applyAsDouble(random);
            this.deadline = gate.deadline(traffic.lane());
        }

        void come() {
            on(gate.enter(new Visit(traffic.lane(), "p", deadline, this)));
        }

        private void on(Entry entry) {
            switch (entry) {
                case Ticket ticket -> admitted(ticket);
                case Waiting waiting -> {}
                case Refused why -> refused(why);
            }
        }

        @Override
        public Executor loop() {
            return agenda.loop(HOP);
        }

        @Override
        public void admitted(Ticket ticket) {
            if (traffic.lane() == Lane.DEFAULT) {
                waits.add(agenda.now() - came);
            }
            var crowd = gate.crowd();
            mostInFlight = Math.max(mostInFlight, crowd.inFlight());
            if (traffic.lane() == Lane.FLEX && crowd.of(Lane.DEFAULT).queued() > 0) {
                overtakings++;
            }
            agenda.after(scaled(traffic.firstByte()), () -> {
                if (ticket.begun()) {
                    agenda.after(scaled(traffic.stream()), () -> {
                        flexServed += traffic.lane() == Lane.FLEX && agenda.now() < end ? 1 : 0;
                        ticket.leave(Ticket.Outcome.OK);
                    });
                }
            });
        }

        private Duration scaled(Duration mean) {
            return Duration.ofNanos((long) (mean.toNanos() * length));
        }

        @Override
        public void refused(Refused why) {
            if (traffic.lane() == Lane.DEFAULT) {
                throw new AssertionError("default is refused: " + why);
            }
            if (why == Refused.DEADLINE) {
                lateness.add(agenda.now() - deadline);
            }
        }

        @Override
        public void preempted(Ticket ticket) {
            // refused here, it was in at its deadline, and did not wait
            if (ticket.again() instanceof Ticket) {
                throw new AssertionError("who was preempted is in again at once");
            }
        }
    }
}
