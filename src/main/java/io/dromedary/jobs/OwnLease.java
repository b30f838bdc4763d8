package io.dromedary.jobs;

import io.dromedary.store.Held;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lease of this gateway on a store that it shares. Others take it away when it has not changed for long; then the jobs
 * under it are theirs, and this gateway goes on under another run.
 */
final class OwnLease {
    private static final Logger LOG = LoggerFactory.getLogger(OwnLease.class);

    private final JobShelf shelf;
    private final OneByOne turns;
    private final Supplier<String> runs;
    private final LongSupplier nanos;
    private final Pace pace;
    private final Runnable held;
    private final Consumer<String> lost;
    private volatile String run;
    private @Nullable Held<Lease> lease;
    private long confirmed;
    private boolean over;

    /**
     * @param held told when claims can be made, at every beat
     * @param lost told the run that was given up, when there is a new one
     */
    OwnLease(
            JobShelf shelf,
            OneByOne turns,
            Supplier<String> runs,
            LongSupplier nanos,
            Pace pace,
            Runnable held,
            Consumer<String> lost) {
        this.shelf = shelf;
        this.turns = turns;
        this.runs = runs;
        this.nanos = nanos;
        this.pace = pace;
        this.held = held;
        this.lost = lost;
        this.run = runs.get();
    }

    String run() {
        return run;
    }

    /** Nobody can have given it up yet, by this gateway's own clock. */
    boolean holds() {
        return lease != null && nanos.getAsLong() - confirmed < pace.safe().toNanos();
    }

    /** Puts it, and keeps it. */
    void begin() {
        if (over) {
            return;
        }
        var fresh = new Lease(run, 0);
        var sent = nanos.getAsLong();
        turns.when(shelf.putLease(fresh), (put, failed) -> {
            if (failed != null) {
                turns.after(pace.look(), this::begin);
            } else if (put) {
                beaten(new Held<>(fresh, Lease.CODEC.encode(fresh)), sent);
            } else {
                // nobody else has this run: an answer was lost
                look();
            }
        });
    }

    private void beat() {
        var old = lease;
        if (over || old == null) {
            return;
        }
        var next = old.value().next();
        var sent = nanos.getAsLong();
        turns.when(shelf.replaceLease(old, next), (done, failed) -> {
            if (failed != null) {
                turns.after(pace.look(), this::beat);
            } else if (done) {
                beaten(new Held<>(next, Lease.CODEC.encode(next)), sent);
            } else {
                look();
            }
        });
    }

    private void beaten(Held<Lease> now, long sent) {
        lease = now;
        confirmed = sent;
        turns.after(pace.beat(), this::beat);
        held.run();
    }

    /** A change was refused: it is gone, or an earlier change has taken place after all. */
    private void look() {
        turns.when(shelf.lease(run), (found, failed) -> {
            if (failed != null) {
                turns.after(pace.look(), this::look);
            } else if (found != null) {
                lease = found;
                beat();
            } else if (!over) {
                giveUp();
            }
        });
    }

    private void giveUp() {
        var before = run;
        LOG.warn("this gateway did not answer for so long that others have its jobs now");
        run = runs.get();
        lease = null;
        lost.accept(before);
        begin();
    }

    /** The jobs under it are nobody's from here on. */
    void end(Runnable ended) {
        over = true;
        // read, since a beat may be under way
        turns.when(shelf.lease(run), (found, failed) -> {
            if (found == null) {
                ended.run();
            } else {
                turns.when(shelf.removeLease(found), (removed, wrong) -> ended.run());
            }
        });
    }

    /** How often things are done, for a lease of some length. */
    record Pace(Duration length) {
        private static final int BEATS = 4;
        private static final int LOOKS = 12;

        Duration beat() {
            return length.dividedBy(BEATS);
        }

        Duration look() {
            return length.dividedBy(LOOKS);
        }

        /** A lease that has not changed for so long is given up: the rest of its length is for finding that out. */
        Duration silence() {
            return length.multipliedBy(2).dividedBy(3);
        }

        /** For so long after a beat claims are made: well before others give it up. */
        Duration safe() {
            return length.dividedBy(2);
        }
    }
}
