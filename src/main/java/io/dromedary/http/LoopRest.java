package io.dromedary.http;

import io.netty.channel.SelectStrategy;
import io.netty.util.IntSupplier;
import io.netty.util.concurrent.FastThreadLocal;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How an event loop waits. To sleep and to be woken costs it as much as many an answer; callers who ask ten times a second
 * whether their completions are there wake it for each of their questions. So where all that comes is answered at once, and
 * it comes in quick succession, the loop rests a little when it has nothing to do, and finds several requests together. It
 * never does while somebody waits for an answer of it: the next word of an upstream must not wait for a rest to end.
 *
 * <p>Lives on the loop, as everything in here but its making.
 */
final class LoopRest implements SelectStrategy {
    /** Longer than a request needs to come after the other to be worth it, and too short for a person or a time-out. */
    static final Duration LENGTH = Duration.ofNanos(500_000);

    /** Turns in succession that were quick, before the first rest: a burst is over by then. */
    static final int QUICK_TURNS = 8;

    private static final FastThreadLocal<@Nullable LoopRest> OF_THIS_LOOP = new FastThreadLocal<>();

    private final LongSupplier nanos;
    private final LongConsumer pause;
    private long lastTurn;
    private int quick;
    private int waiting;
    private boolean known;

    LoopRest() {
        this(System::nanoTime, LockSupport::parkNanos);
    }

    /**
     * @param nanos a clock that never goes back
     * @param pause lets the thread sleep for so many nanoseconds
     */
    LoopRest(LongSupplier nanos, LongConsumer pause) {
        this.nanos = nanos;
        this.pause = pause;
        this.lastTurn = nanos.getAsLong();
    }

    /** Of the loop that is running; one of no loop where that one does not rest. */
    static LoopRest ofThisLoop() {
        var rest = OF_THIS_LOOP.get();
        return rest == null ? new LoopRest() : rest;
    }

    /** Somebody waits for this loop. */
    void somebodyWaits() {
        waiting++;
    }

    /** One of them no longer does. */
    void waitsNoMore() {
        waiting--;
    }

    boolean isWaitedFor() {
        return waiting > 0;
    }

    @Override
    public int calculateStrategy(IntSupplier ready, boolean hasTasks) throws Exception {
        if (!known) {
            known = true;
            OF_THIS_LOOP.set(this);
        }
        if (hasTasks) {
            return ready.get();
        }
        if (!isQuick()) {
            return SELECT;
        }
        // a loop that has its hands full finds the next request here, and does not rest
        var arrived = ready.get();
        if (arrived == 0) {
            arrived = rest(ready);
        }
        return arrived > 0 ? arrived : SELECT;
    }

    private boolean isQuick() {
        if (isWaitedFor()) {
            quick = 0;
            return false;
        }
        var now = nanos.getAsLong();
        quick = now - lastTurn < LENGTH.toNanos() ? quick + 1 : 0;
        lastTurn = now;
        return quick > QUICK_TURNS;
    }

    private int rest(IntSupplier ready) throws Exception {
        pause.accept(LENGTH.toNanos());
        lastTurn = nanos.getAsLong();
        var arrived = ready.get();
        if (arrived < 2) {
            // it spares nothing
            quick = 0;
        }
        return arrived;
    }
}
