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
 * together. It never does while a request or a socket is open on it, for the next word of an upstream must not wait for a
 * rest to end; and it stops where requests come more slowly for it: their callers ask again only once they are answered.
 *
 * <p>Lives on the loop, as everything in here but its making.
 */
final class LoopRest implements SelectStrategy {
    /** What a request may wait that comes to a resting loop: nothing to a person, and nothing to a time-out. */
    static final Duration LENGTH = Duration.ofMillis(1);

    /** Requests that must come in that time for a rest to spare more than it costs. */
    static final int TOGETHER = 4;

    /** Requests whose pace is taken without rests: so many that chance says little. */
    static final int TIMED = 256;

    /** After so long the pace with rests is looked at. */
    static final Duration JUDGED = Duration.ofMillis(50);

    /** After so long without a fault the pace is taken again without rests: other callers may have come. */
    static final Duration STRETCH = Duration.ofSeconds(1);

    /** Before the next try where rests have slowed the callers down. */
    static final Duration RELUCTANCE = Duration.ofSeconds(5);

    private static final FastThreadLocal<@Nullable LoopRest> OF_THIS_LOOP = new FastThreadLocal<>();

    private final LongSupplier nanos;
    private final LongConsumer pause;
    private boolean known;

    private int open;
    private boolean resting;

    /** A request has come since the loop waited last. */
    private boolean came;

    /** That have come since the pace is being taken. */
    private int requests;

    /** When the first of them came. */
    private long since;

    /** From one request to the next, without rests. */
    private long gap;

    /** When the pace is taken again. */
    private long stretchEnd;

    /** When the next try may be. */
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

    /** A request has come, or a socket stands. */
    void opened() {
        open++;
        came = true;
        if (requests++ == 0) {
            since = nanos.getAsLong();
        }
    }

    /** It is over: nobody waits for it any more. */
    void closed() {
        open--;
    }

    boolean isWaitedFor() {
        return open > 0;
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
            resting = false;
            requests = 0;
        } else if (resting) {
            goOn();
        } else if (requests >= TIMED) {
            begin(nanos.getAsLong());
        }
        came = false;
        return resting ? rested(ready) : SELECT;
    }

    private void begin(long now) {
        gap = (now - since) / requests;
        requests = 0;
        if (gap <= LENGTH.toNanos() / TOGETHER && now - notBefore >= 0) {
            resting = true;
            stretchEnd = now + STRETCH.toNanos();
        }
    }

    private void goOn() {
        if (!came) {
            resting = false;
            requests = 0;
            return;
        }
        var now = nanos.getAsLong();
        var took = now - since;
        if (took < JUDGED.toNanos()) {
            return;
        }
        // a quarter more: less than that is chance, or no more than the rests themselves
        if (4 * took > 5 * gap * requests) {
            resting = false;
            notBefore = now + RELUCTANCE.toNanos();
        } else if (now - stretchEnd >= 0) {
            resting = false;
        }
        requests = 0;
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
            requests = 0;
            return SELECT;
        }
        return arrived;
    }
}
