package io.dromedary.observe;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One JSON line per call. A caller renders its own line and hands the bytes over; one thread writes them, many at a
 * time. A caller never waits: when the reader of the log is too slow, lines are dropped, counted, and the log itself
 * says how many.
 */
public final class AccessLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);
    private static final int BATCH_BYTES = 64 * 1024;

    /**
     * How long the writer lets lines gather after a write. While calls come more often than this nobody has to wake it,
     * and waking a thread costs a caller more than rendering its line.
     */
    private static final long GATHER_NANOS = Duration.ofMillis(10).toNanos();

    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

    private final OutputStream out;
    private final int capacity;
    private final ConcurrentLinkedQueue<byte[]> lines = new ConcurrentLinkedQueue<>();
    private final AtomicInteger queued = new AtomicInteger();
    private final LongAdder dropped = new LongAdder();
    private final ThreadLocal<AccessLineWriter> writers = ThreadLocal.withInitial(AccessLineWriter::new);
    private final ByteArrayOutputStream batch = new ByteArrayOutputStream(BATCH_BYTES * 2);
    private final Thread thread;
    private long reported;
    private boolean broken;
    /** When the call came that was handed over last: the time of a report of lost lines, which stands among them. */
    private volatile long latest;

    private volatile boolean asleep;
    private volatile boolean closed;

    /**
     * @param out where the lines go; written by one thread, flushed after each write, and not closed
     * @param capacity lines that may wait
     */
    public AccessLog(OutputStream out, int capacity) {
        this.out = out;
        this.capacity = capacity;
        this.thread = Thread.ofPlatform().name("access-log").daemon().start(this::run);
    }

    /** Hands one line over. Never waits. */
    public void write(AccessLine line) {
        latest = line.time();
        if (closed) {
            dropped.increment();
            return;
        }
        if (queued.incrementAndGet() > capacity) {
            queued.decrementAndGet();
            dropped.increment();
            return;
        }
        lines.add(writers.get().render(line));
        if (asleep) {
            LockSupport.unpark(thread);
        }
    }

    /** Lines that were lost since the start: the queue was full, or the stream could not be written. */
    public long dropped() {
        return dropped.sum();
    }

    /** Writes what is waiting, for up to five seconds, and ends. Lines that come later are dropped. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join(CLOSE_PATIENCE);
            dropped.add(lines.size());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (true) {
            var ending = closed;
            if (writeBatch()) {
                if (!ending && queued.get() < capacity / 2) {
                    LockSupport.parkNanos(this, GATHER_NANOS);
                }
            } else if (ending) {
                return;
            } else {
                sleep();
            }
        }
    }

    private void sleep() {
        asleep = true;
        if (lines.isEmpty() && !closed) {
            LockSupport.park(this);
        }
        asleep = false;
    }

    /** Writes up to a batch; false when there was nothing. */
    private boolean writeBatch() {
        batch.reset();
        var lost = dropped.sum();
        if (lost != reported && !broken) {
            append(writers.get().dropped(latest, lost - reported));
        }
        var count = 0;
        while (batch.size() < BATCH_BYTES) {
            var line = lines.poll();
            if (line == null) {
                break;
            }
            append(line);
            count++;
        }
        if (batch.size() == 0) {
            return false;
        }
        queued.addAndGet(-count);
        try {
            batch.writeTo(out);
            out.flush();
            reported = broken ? reported : lost;
            broken = false;
        } catch (IOException e) {
            dropped.add(count);
            if (!broken) {
                LOG.warn("The access log cannot be written; lines are dropped until it can: {}", e.toString());
            }
            broken = true;
        }
        return true;
    }

    private void append(byte[] line) {
        batch.write(line, 0, line.length);
    }
}
