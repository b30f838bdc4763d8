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
 * How an event loop waits. To sleep and to be woken costs it as much as many an answer, and callers who ask ten times a
 * second whether their completions are there wake it for each of their questions. So where all that comes is answered at
 * once and comes in quick succession, the loop rests a little when it has nothing to do, and finds several requests
 * together. It never does while somebody waits for an answer of it, for the next word of an upstream must not wait for a
 * rest to end; and it stops where rests slow the callers down, who ask again only when they are answered.
 *
 * <p>Lives on the loop, as everything in here but its making.
 */
final class LoopRest implements SelectStrategy {
    /** What a request may wait that comes to a resting loop: nothing to a person, and nothing to a time-out. */
    static final Duration LENGTH = Duration.ofMillis(1);

    /** Requests that must come in that time for a rest to spare more than it costs. */
    static final int TOGETHER = 4;

    /** Requests that are timed together, so that a pause between two of them says little. */
    static final int TIMED = 64;

    /** Before the next try where rests have slowed the callers down. */
    static final Duration RELUCTANCE = Duration.ofSeconds(1);

    private static final FastThreadLocal<@Nullable LoopRest> OF_THIS_LOOP = new FastThreadLocal<>();

    private final LongSupplier nanos;
    private final LongConsumer pause;
    private boolean known;

    private int waiting;
    private int requests;
    private long since;
    private boolean resting;

    /** Between two requests, before the first rest. */
    private long gap;

    private long notBefore;

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
        this.notBefore = nanos.getAsLong();
    }

    /** Of the loop that is running; one of no loop where that one does not rest. */
    static LoopRest ofThisLoop() {
        var rest = OF_THIS_LOOP.get();
        return rest == null ? new LoopRest() : rest;
    }

    /** A request has come, and waits for its answer. */
    void waits() {
        waiting++;
        requests++;
    }

    /** It no longer does. */
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
        if (isWaitedFor()) {
            requests = 0;
            resting = false;
        } else if (requests == 0) {
            since = nanos.getAsLong();
        } else if (resting) {
            goOn(nanos.getAsLong());
        } else if (requests >= TIMED) {
            begin(nanos.getAsLong());
        }
        return resting ? rested(ready) : SELECT;
    }

    private void begin(long now) {
        gap = (now - since) / requests;
        resting = gap <= LENGTH.toNanos() / TOGETHER && now - notBefore >= 0;
        count(now);
    }

    private void goOn(long now) {
        if (now - since > 2 * gap * requests + LENGTH.toNanos()) {
            resting = false;
            notBefore = now + RELUCTANCE.toNanos();
            count(now);
        } else if (requests >= TIMED) {
            count(now);
        }
    }

    private void count(long now) {
        requests = 0;
        since = now;
    }

    private int rested(IntSupplier ready) throws Exception {
        // a loop that has its hands full finds the next request here, and does not rest
        var arrived = ready.get();
        if (arrived == 0) {
            pause.accept(LENGTH.toNanos());
            arrived = ready.get();
        }
        if (arrived == 0) {
            resting = false;
            return SELECT;
        }
        return arrived;
    }
}
