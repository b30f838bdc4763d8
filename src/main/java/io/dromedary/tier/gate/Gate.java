package io.dromedary.tier.gate;

import io.dromedary.config.Lane;
import io.dromedary.config.TierSettings.LaneSettings;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * In front of one backend, over all of its models: who may ask it now, who waits, and who has to give way. See
 * docs/adr/0009.
 *
 * <p>A slot that is free goes to the highest lane in which somebody waits; within a lane projects take turns, and within a
 * project the first comes first. Spare lanes use what the lanes above leave, and of late have left: some seconds of a peak are
 * remembered, since an answer that has begun cannot be taken back. Who has not begun gives way.
 *
 * <p>May be used on any thread, and holds none: the lock is held for a few sums, and guests are told outside of it.
 */
public final class Gate {
    private static final long NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    /**
     * Who is in and who waits, at one moment.
     *
     * @param limit as it is now, or {@link Integer#MAX_VALUE} where there is none
     * @param lanes all of them
     */
    public record Crowd(int limit, Map<Lane, Share> lanes) {
        public Crowd {
            lanes = Collections.unmodifiableMap(new EnumMap<>(lanes));
        }

        /** As many as {@link #limit()} says, and not as many as come. */
        public boolean isLimited() {
            return limit != AdaptiveLimit.NONE;
        }

        public Share of(Lane lane) {
            return lanes.getOrDefault(lane, Share.NOBODY);
        }

        /** Over all lanes. */
        public int inFlight() {
            return lanes.values().stream().mapToInt(Share::inFlight).sum();
        }

        /** Over all lanes. */
        public int queued() {
            return lanes.values().stream().mapToInt(Share::queued).sum();
        }
    }

    /**
     * A lane's part of it.
     *
     * @param oldestWaitNanos of those who wait, how long the one has who came first; 0 where nobody does
     */
    public record Share(int inFlight, int queued, long oldestWaitNanos) {
        static final Share NOBODY = new Share(0, 0, 0);
    }

    private static final class SetAlarm {
        final long at;
        Runnable cancel = () -> {};

        SetAlarm(long at) {
            this.at = at;
        }
    }

    private final String backend;
    private final LongSupplier nanos;
    private final Alarm alarm;
    private final Object lock = new Object();
    private final Floor floor = new Floor(this);

    private @Nullable SetAlarm set;

    /** Has no limit, and the lanes that hold where nothing is said, until it is configured. */
    public Gate(String backend, LongSupplier nanos, Alarm alarm) {
        this.backend = backend;
        this.nanos = nanos;
        this.alarm = alarm;
    }

    /**
     * Takes effect at once, for those who wait too; but nobody is sent away.
     *
     * @param concurrency calls in flight; no limit where it is 0 or {@link Integer#MAX_VALUE}
     * @param lanes all of them
     */
    public void configure(int concurrency, Map<Lane, LaneSettings> lanes) {
        List<Telling> tellings;
        synchronized (lock) {
            var now = begin();
            floor.configure(concurrency, lanes);
            tellings = end(now);
        }
        tell(tellings);
    }

    /** Until when a visit that comes now may wait in this lane, at most. */
    public long deadline(Lane lane) {
        return nanos.getAsLong() + floor.settings(lane).deadline().toNanos();
    }

    /** Lets it in at once, or says null: nobody overtakes those who wait in the same lane or above. */
    public @Nullable Ticket tryEnter(Visit visit) {
        Ticket ticket;
        List<Telling> tellings;
        synchronized (lock) {
            var now = begin();
            ticket = floor.take(visit, now);
            tellings = end(now);
        }
        tell(tellings);
        return ticket;
    }

    /**
     * Lets it in, beyond the limit if need be: for who goes on with what has begun elsewhere, and cannot wait.
     */
    public Ticket insist(Visit visit) {
        Ticket ticket;
        List<Telling> tellings;
        synchronized (lock) {
            var now = begin();
            ticket = floor.insist(visit, now);
            tellings = end(now);
        }
        tell(tellings);
        return ticket;
    }

    /** Lets it in, or has it wait. Only one who waits is told later what became of it: exactly once, unless it leaves before. */
    public Entry enter(Visit visit) {
        Entry entry;
        List<Telling> tellings;
        synchronized (lock) {
            var now = begin();
            entry = floor.enter(visit, now);
            tellings = end(now);
        }
        tell(tellings);
        return entry;
    }

    /** A look that changes nothing. */
    public Crowd crowd() {
        synchronized (lock) {
            return floor.crowd(nanos.getAsLong());
        }
    }

    @Override
    public String toString() {
        return "the gate of " + backend;
    }

    boolean begun(Ticket ticket) {
        boolean begun;
        List<Telling> tellings;
        synchronized (lock) {
            var now = begin();
            begun = floor.begun(ticket, now);
            tellings = end(now);
        }
        tell(tellings);
        return begun;
    }

    void leave(Ticket ticket, Ticket.Outcome outcome) {
        List<Telling> tellings;
        synchronized (lock) {
            var now = begin();
            floor.judge(ticket, outcome, now);
            floor.free(ticket, now);
            tellings = end(now);
        }
        tell(tellings);
    }

    Entry again(Ticket ticket) {
        Entry entry;
        List<Telling> tellings;
        synchronized (lock) {
            var now = begin();
            entry = floor.again(ticket, now);
            tellings = end(now);
        }
        tell(tellings);
        return entry;
    }

    void leave(Waiting waiting) {
        List<Telling> tellings;
        synchronized (lock) {
            var now = begin();
            floor.leave(waiting, now);
            tellings = end(now);
        }
        tell(tellings);
    }

    private void ring(SetAlarm rung) {
        List<Telling> tellings;
        synchronized (lock) {
            if (set == rung) {
                set = null;
            }
            tellings = end(begin());
        }
        tell(tellings);
    }

    private long begin() {
        var now = nanos.getAsLong();
        floor.pass(now);
        return now;
    }

    private List<Telling> end(long now) {
        floor.settle(now);
        setAlarm(now);
        return floor.drain();
    }

    /** One that is set for sooner stays, though nothing may come of it: that is cheaper than to set it anew each time. */
    private void setAlarm(long now) {
        var until = floor.untilChange(now);
        if (until == Long.MAX_VALUE || set != null && set.at - (now + until) <= 0) {
            return;
        }
        if (set != null) {
            set.cancel.run();
        }
        var next = new SetAlarm(now + until);
        set = next;
        // up to the next millisecond, so that it is not early by a part of one and has to be set again
        next.cancel = alarm.after(Duration.ofMillis((until + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI), () -> ring(next));
    }

    private void tell(List<Telling> tellings) {
        for (var telling : tellings) {
            try {
                telling.guest().loop().execute(() -> tell(telling));
            } catch (RuntimeException e) {
                // its loop is closed, so there is nobody who could give a ticket back
                giveBack(telling);
            }
        }
    }

    private void tell(Telling telling) {
        boolean stands;
        synchronized (lock) {
            stands = floor.stands(telling);
        }
        if (!stands) {
            return;
        }
        try {
            switch (telling) {
                case Telling.Admitted admitted -> telling.guest().admitted(admitted.ticket());
                case Telling.TurnedAway refused -> telling.guest().refused(refused.why());
                case Telling.Preempted preempted -> telling.guest().preempted(preempted.ticket());
            }
        } catch (RuntimeException e) {
            giveBack(telling);
            throw e;
        }
    }

    private void giveBack(Telling telling) {
        switch (telling) {
            case Telling.Admitted admitted -> admitted.ticket().leave();
            case Telling.TurnedAway refused -> {}
            case Telling.Preempted preempted -> preempted.ticket().leave();
        }
    }
}
