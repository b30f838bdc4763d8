package io.dromedary.responses;

import io.dromedary.responses.EventLog.Pace;
import io.dromedary.store.StoreException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes down what is sent to a client, for others who follow it now or later. In memory is what has come together since
 * the last segment, and that segment until it is on its shelf: one is written at a time, and takes all that has come.
 *
 * <p>May be used on any thread, and holds none.
 */
public final class Recording {
    /** What a reader gets next. */
    sealed interface Next {
        /**
         * Events, or none yet.
         *
         * @param sealed nothing more comes into their segment
         * @param end they are the last
         */
        record Events(byte[] bytes, int next, boolean sealed, boolean end) implements Next {}

        /** The segment is on its shelf. */
        record Shelved() implements Next {}

        /** Nothing more will come, though there was no end. */
        record Lost() implements Next {}
    }

    private static final Next SHELVED = new Next.Shelved();
    private static final Next LOST = new Next.Lost();
    private static final byte[] NOTHING = {};

    private final String id;
    private final Segments segments;
    private final Pace pace;
    private final Timer timer;
    private final Consumer<Recording> closed;
    private final List<Runnable> readers = new CopyOnWriteArrayList<>();
    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
    private final CompletableFuture<@Nullable Void> quiet = new CompletableFuture<>();

    private final EventBuffer open;
    private int number;
    private @Nullable CompletableFuture<@Nullable Void> flushed;
    private @Nullable Segment writing;
    private @Nullable Segment last;
    private byte @Nullable [] terminal;
    private int withheld;
    private boolean due;
    private @Nullable Runnable alarm;
    private boolean over;

    /**
     * One that begins.
     *
     * @param begin where its first segment is to be
     * @param closed told when nothing is written down any more
     */
    Recording(String id, Segments segments, LogEnd begin, Pace pace, Timer timer, Consumer<Recording> closed) {
        this.id = id;
        this.number = begin.number();
        this.open = new EventBuffer(begin.sequence());
        this.segments = segments;
        this.pace = pace;
        this.timer = timer;
        this.closed = closed;
    }

    String id() {
        return id;
    }

    /** Who follows sees an event when it is on its shelf, and not before. */
    boolean unseen() {
        return pace.unseen();
    }

    /**
     * What is sent to the client now. Who follows gets it at once, unless the pace says otherwise.
     *
     * @param events whole ones, in the order of their sequence numbers from 0 on, without {@code [DONE]}
     */
    public void append(byte[] events) {
        synchronized (this) {
            if (over || terminal != null || events.length == 0) {
                return;
            }
            open.add(events);
            due |= open.size() >= pace.bytes();
            arm();
        }
        write();
        if (!pace.unseen()) {
            wake();
        }
    }

    /**
     * Writes down the rest, and then lets followers have the end. The client gets it when this is complete; the response was
     * stored before.
     *
     * @param events the last ones, such as {@code response.completed}
     * @return fails with {@link StoreException} where they could not be written; followers are told that the stream is lost
     */
    public CompletionStage<@Nullable Void> end(byte[] events) {
        synchronized (this) {
            if (over || terminal != null) {
                return ended;
            }
            terminal = events;
        }
        write();
        return ended;
    }

    /**
     * Puts all that has come on the shelf. Nothing more comes.
     *
     * @return where the end is to be; fails where something could not be written
     */
    CompletionStage<LogEnd> flush() {
        var waiting = new CompletableFuture<@Nullable Void>();
        synchronized (this) {
            flushed = waiting;
            due = open.size() > 0;
        }
        write();
        tellFlushed();
        return waiting.thenApply(nothing -> end());
    }

    private synchronized LogEnd end() {
        return new LogEnd(number, open.next());
    }

    private void tellFlushed() {
        CompletableFuture<@Nullable Void> told;
        boolean lost;
        synchronized (this) {
            lost = over;
            told = over || open.size() == 0 && writing == null ? flushed : null;
        }
        if (told == null) {
            return;
        }
        if (lost) {
            told.completeExceptionally(new StoreException(id + ": nothing is written any more"));
        } else {
            told.complete(null);
        }
    }

    /** Fails when something could not be written. */
    CompletionStage<@Nullable Void> ended() {
        return ended;
    }

    private void arm() {
        var longest = pace.longest();
        if (alarm == null && longest != null) {
            alarm = timer.after(longest, this::late);
        }
    }

    private void late() {
        synchronized (this) {
            alarm = null;
            due = open.size() > 0;
        }
        write();
    }

    private void write() {
        int place;
        Segment segment;
        synchronized (this) {
            if (over || writing != null || terminal == null && !due) {
                return;
            }
            segment = taken();
            writing = segment;
            place = number++;
        }
        segments.put(id, place, segment).whenComplete((put, failed) -> {
            if (failed != null || !put) {
                broke(failed != null ? failed : new StoreException(id + ": segment " + place + " is there already"));
            } else {
                written(segment);
            }
        });
    }

    private Segment taken() {
        due = false;
        disarm();
        var end = terminal;
        if (end == null) {
            return open.take(false);
        }
        withheld = open.next();
        open.add(end);
        return open.take(true);
    }

    private void disarm() {
        if (alarm != null) {
            alarm.run();
            alarm = null;
        }
    }

    private void written(Segment segment) {
        synchronized (this) {
            writing = null;
            if (over) {
                quiet.complete(null);
                return;
            }
            if (segment.end()) {
                last = segment;
                over = true;
            }
        }
        if (!segment.end()) {
            write();
            tellFlushed();
            if (pace.unseen()) {
                wake();
            }
            return;
        }
        closed.accept(this);
        ended.complete(null);
        wake();
    }

    private void broke(Throwable failure) {
        synchronized (this) {
            writing = null;
            over = true;
            disarm();
            quiet.complete(null);
        }
        closed.accept(this);
        ended.completeExceptionally(failure);
        tellFlushed();
        wake();
    }

    /**
     * Writes no more, and forgets.
     *
     * @return complete when no write is under way
     */
    CompletionStage<@Nullable Void> discard() {
        synchronized (this) {
            if (last == null) {
                over = true;
                disarm();
            }
            if (writing == null) {
                quiet.complete(null);
            }
        }
        closed.accept(this);
        ended.complete(null);
        tellFlushed();
        wake();
        return quiet;
    }

    /** Bytes of events that are held in memory. */
    synchronized int held() {
        return open.size() + (writing == null ? 0 : writing.events().length());
    }

    /**
     * What there is from a sequence number on.
     *
     * @param place number of the segment that the reader is at
     */
    synchronized Next read(int place, int sequence) {
        if (last != null) {
            return place == number - 1 ? events(last, sequence) : SHELVED;
        }
        if (over) {
            return LOST;
        }
        if (pace.unseen()) {
            return place < number - (writing == null ? 0 : 1)
                    ? SHELVED
                    : new Next.Events(NOTHING, sequence, false, false);
        }
        var under = writing;
        if (under != null && place == number - 1) {
            // the end is not shown before it is written
            return under.end() ? withoutEnd(under, sequence) : events(under, sequence);
        }
        return place == number
                ? new Next.Events(open.from(sequence), Math.max(sequence, open.next()), false, false)
                : SHELVED;
    }

    private Next withoutEnd(Segment segment, int sequence) {
        var events = segment.from(sequence);
        var hidden = terminal == null || sequence >= withheld ? events.length : terminal.length;
        return new Next.Events(
                Arrays.copyOf(events, events.length - hidden), Math.max(sequence, withheld), false, false);
    }

    private static Next events(Segment segment, int sequence) {
        return new Next.Events(segment.from(sequence), Math.max(sequence, segment.next()), true, segment.end());
    }

    void arrive(Runnable reader) {
        readers.add(reader);
    }

    void leave(Runnable reader) {
        readers.remove(reader);
    }

    private void wake() {
        readers.forEach(Runnable::run);
    }
}
