package io.dromedary.jobs.batch;

import io.dromedary.call.InnerCalls.Told;
import io.dromedary.jobs.Attempt;
import io.dromedary.jobs.Shortage;
import io.dromedary.jobs.batch.LineRoute.Line;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the lines of a batch, a few at a time, until each has its line in the output or in the errors. Lives in one virtual
 * thread, which waits for whatever happens next.
 *
 * <p>A line is under way until its result is written and the work of the job says so: no more than those under way are run a
 * second time where the gateway dies.
 */
final class LineRun {
    private static final Logger LOG = LoggerFactory.getLogger(LineRun.class);

    /** Lines that are read beyond the first one that is not done, for each that may be under way. */
    private static final int SPAN = 64;

    private static final int MUCH = 1 << 20;

    /** Failures of a line, while others are answered, after which the line is to blame. */
    private static final int MOST_STRIKES = 3;

    private static final Duration LONGEST_RETRY_AFTER = Duration.ofMinutes(5);

    /** Something has happened: a line has its answer, or (both null) there is something to look at. */
    private record Event(@Nullable LineTask task, @Nullable Told told) {}

    private static final Event WOKEN = new Event(null, null);

    private final BatchRooms rooms;
    private final Attempt attempt;
    private final Stops stops;
    private final LineAsks asks;
    private final InputLines lines;
    private final int slots;
    private final ResultFile output;
    private final ResultFile errors;
    private final Marks marks;
    private final BlockingQueue<Event> inbox = new LinkedBlockingQueue<>();
    private final Set<LineTask> tasks = new LinkedHashSet<>();
    private final Queue<LineTask> waiting = new PriorityQueue<>(Comparator.comparingLong(task -> task.due));
    private final List<LineTask> finished = new ArrayList<>();
    private Work work;
    private Counts counts;
    private @Nullable Closing closing;
    private long closingSince;
    private int read;
    private boolean allRead;

    /** Somebody has failed since a line was answered. */
    private boolean failing;

    private boolean idle;
    private long answers;
    private final long began = System.nanoTime();
    private long lastAnswer = began;
    private int running;
    private long lastCommit = System.nanoTime();
    private long lastShown = System.nanoTime();

    /**
     * @param work of a batch whose input is sound
     * @param lines of the input, from where that has come to
     * @param closing why the lines that are left are not run; null where they are
     */
    LineRun(BatchRooms rooms, Attempt attempt, Stops stops, Work work, InputLines lines, @Nullable Closing closing) {
        this.rooms = rooms;
        this.attempt = attempt;
        this.stops = stops;
        this.work = work;
        this.lines = lines;
        this.closing = closing;
        var progress = work.progress();
        this.slots = rooms.settings().get().jobs().batchLines();
        this.asks = new LineAsks(
                attempt.job(),
                attempt::asks,
                work,
                rooms.settings().get().jobs().tiers());
        this.output = new ResultFile(rooms.files().blobs(), progress.output());
        this.errors = new ResultFile(rooms.files().blobs(), progress.errors());
        this.marks = new Marks(progress.line(), progress.offset(), progress.done());
        this.counts = progress.counts();
        this.read = progress.line();
        stops.wake(() -> inbox.add(WOKEN));
    }

    /**
     * Runs them.
     *
     * @return true where each has its result; false where it was stopped before
     * @throws io.dromedary.store.StoreException where the store cannot be used
     */
    boolean run() throws InterruptedException {
        try {
            while (true) {
                look();
                if (stops.lost()) {
                    return false;
                }
                retry();
                fill();
                if (isTimeToCommit() && !commit()) {
                    return false;
                }
                show();
                if (allRead && tasks.isEmpty()) {
                    return true;
                }
                if (stops.draining() && running == 0 && finished.isEmpty()) {
                    return false;
                }
                take(inbox.poll(pause(), TimeUnit.NANOSECONDS));
            }
        } finally {
            leaveAll();
            output.close();
            errors.close();
        }
    }

    /** How far it has come. */
    Work work() {
        return work;
    }

    /** Why the lines that were left were not run, or null. */
    @Nullable
    Closing closing() {
        return closing;
    }

    /** Is there a reason to end? */
    private void look() {
        if (closing == null && stops.cancelled()) {
            close(Closing.CANCELLED);
        }
        if (closing == null && !rooms.clock().instant().isBefore(Instant.ofEpochSecond(work.expiresAt()))) {
            close(Closing.EXPIRED);
        }
        if (closing != null
                && running > 0
                && System.nanoTime() - closingSince >= nanos(rooms.paces().grace())) {
            leaveAll();
            List.copyOf(tasks).stream().filter(task -> !task.over).forEach(this::endUnrun);
        }
    }

    private void close(Closing why) {
        closing = why;
        closingSince = System.nanoTime();
        waiting.forEach(this::endUnrun);
        waiting.clear();
    }

    private void leaveAll() {
        for (var task : tasks) {
            if (task.running != null) {
                task.running.leave();
                task.running = null;
                running--;
            }
        }
    }

    // beginning with lines

    private void retry() {
        if (stops.draining()) {
            return;
        }
        for (var next = waiting.peek(); next != null && next.due - System.nanoTime() <= 0; next = waiting.peek()) {
            begin(waiting.remove());
        }
    }

    private void fill() {
        while (!allRead && !stops.draining() && hasRoom()) {
            var line = lines.next();
            if (line == null) {
                allRead = true;
                return;
            }
            read = line.number();
            if (marks.wasDone(line.number(), line.end())) {
                continue;
            }
            var text = line.text();
            if (text == null) {
                throw new IllegalStateException("line " + line.position() + " was sound and is too long now");
            }
            var sound = BatchLine.read(text, work.endpoint());
            var task = new LineTask(line.number(), line.end(), sound.customId(), asks.body(sound));
            tasks.add(task);
            if (closing == null) {
                begin(task);
            } else {
                endUnrun(task);
            }
        }
    }

    private boolean hasRoom() {
        return closing == null
                ? tasks.size() < slots && read - marks.line() < SPAN * slots
                : output.pending() + errors.pending() < MUCH;
    }

    private void begin(LineTask task) {
        if (task.tries++ == 0) {
            task.since = System.nanoTime();
            task.answersBefore = answers;
        }
        task.requestId = rooms.ids().next("req_");
        running++;
        var line = new Line(work.id(), task.number, task.customId, asks.ask(task));
        try {
            task.running = rooms.lines().begin(line, told -> inbox.add(new Event(task, told)));
        } catch (RuntimeException e) {
            running--;
            later(task, rooms.paces().retry(task.tries));
        }
    }

    // ending with them

    private void take(@Nullable Event event) {
        for (var next = event; next != null; next = inbox.poll()) {
            if (next.task() != null && next.told() != null) {
                told(next.task(), next.told());
            }
        }
    }

    private void told(LineTask task, Told told) {
        if (task.running == null || task.over) {
            return;
        }
        task.running = null;
        running--;
        switch (Verdict.of(told)) {
            case ANSWERED -> {
                answered();
                counts = counts.answered(ResultLines.usage(told.body()), ResultLines.seconds(told.body()));
                output.add(line(task, told));
                end(task);
            }
            case REFUSED -> {
                answered();
                refused(task, told);
            }
            case LATER -> again(task, told);
            case FAILED -> {
                failing = true;
                task.strikes += answers > task.answersBefore ? 1 : 0;
                task.answersBefore = answers;
                if (task.strikes >= MOST_STRIKES || isHopeless(task)) {
                    refused(task, told);
                } else {
                    again(task, told);
                }
            }
        }
    }

    /**
     * While nobody is answered at all, backends are to blame rather than the line, and the batch waits. But a last line that
     * nobody ever answers must not keep it from ending.
     */
    private boolean isHopeless(LineTask task) {
        var since = Math.max(task.since - lastAnswer, 0) + lastAnswer;
        return allRead && System.nanoTime() - since >= nanos(rooms.paces().patience());
    }

    private void answered() {
        answers++;
        failing = false;
        lastAnswer = System.nanoTime();
    }

    private void refused(LineTask task, Told told) {
        counts = counts.refused();
        errors.add(line(task, told));
        end(task);
    }

    private byte[] line(LineTask task, Told told) {
        return ResultLines.answered(
                rooms.ids().next("batch_req_"), task.customId, told.status(), task.requestId, json(told));
    }

    /** A text may look like JSON, and is none all the same. */
    private static byte[] json(Told told) {
        var type = told.headers().get("content-type");
        return type != null && type.startsWith("text/") ? ResultLines.text(told.body()) : told.body();
    }

    private void endUnrun(LineTask task) {
        if (closing == null) {
            throw new IllegalStateException("the batch goes on");
        }
        counts = counts.refused();
        errors.add(closing.line(rooms.ids().next("batch_req_"), task.customId));
        end(task);
    }

    private void end(LineTask task) {
        task.over = true;
        finished.add(task);
    }

    private void again(LineTask task, Told told) {
        if (closing != null) {
            endUnrun(task);
            return;
        }
        var pause = rooms.paces().retry(task.tries);
        var wanted = shorter(Shortage.retryAfter(told), LONGEST_RETRY_AFTER);
        later(task, wanted.compareTo(pause) > 0 ? wanted : pause);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private void later(LineTask task, Duration pause) {
        // lines that failed together are not tried again together
        var half = nanos(pause) / 2;
        task.due = System.nanoTime() + half + (long) (half * rooms.random().nextDouble());
        waiting.add(task);
    }

    // writing what they came to

    private boolean isTimeToCommit() {
        return !finished.isEmpty()
                && (2 * finished.size() >= slots
                        || allRead && finished.size() == tasks.size()
                        || stops.draining()
                        || System.nanoTime() - lastCommit >= nanos(rooms.paces().commit()));
    }

    /** False where somebody else has the batch now. */
    private boolean commit() {
        output.write();
        errors.write();
        finished.forEach(task -> marks.done(task.number, task.end));
        work = work.at(new Work.Progress(
                marks.line(), marks.offset(), marks.beyond(), output.parts(), errors.parts(), counts));
        if (!Stages.await(attempt.save(work.text()))) {
            return false;
        }
        if (LOG.isDebugEnabled()) {
            LOG.debug(
                    "{}: lines written: {}",
                    work.id(),
                    finished.stream().map(task -> String.valueOf(task.number)).collect(Collectors.joining(" ")));
        }
        finished.forEach(tasks::remove);
        finished.clear();
        lastCommit = System.nanoTime();
        return true;
    }

    /** Lets callers see how far it is, and sees whether they want it to go on. */
    private void show() {
        if (System.nanoTime() - lastShown < nanos(rooms.paces().counts())) {
            return;
        }
        lastShown = System.nanoTime();
        var sound = work.sound();
        var total = sound == null ? 0 : sound.lines();
        var counted = work.progress().counts();
        var batch = Stages.await(rooms.records().change(work.id(), is -> is.counted(null, total, counted)));
        if (batch != null && batch.status() == BatchStatus.CANCELLING) {
            stops.cancel();
        }
        giveWay();
    }

    /**
     * A long batch is not to keep others from theirs, nor one that gets no answers anybody. Its last lines, where they fail,
     * come to their end here, since how long they have been failing is not known anywhere else.
     */
    private void giveWay() {
        var now = System.nanoTime();
        var turn = nanos(rooms.paces().turn());
        if (closing != null || stops.draining() || now - began < turn) {
            return;
        }
        idle = now - lastAnswer >= turn && !(allRead && failing);
        if (!Stages.await(attempt.mayStay(idle))) {
            stops.giveWay();
        }
    }

    /** Until the batch is to be taken up again, where it has left its place to others. */
    Duration rest() {
        return stops.givesWay() && idle ? rooms.paces().longestRetry() : Duration.ZERO;
    }

    /** How long nothing has to be looked at where nothing happens. */
    private long pause() {
        var now = System.nanoTime();
        var pause = nanos(rooms.paces().counts()) - (now - lastShown);
        if (!finished.isEmpty()) {
            pause = Math.min(pause, nanos(rooms.paces().commit()) - (now - lastCommit));
        }
        // while it drains none of them is begun, so that one that is due is nothing to wake up for
        var next = stops.draining() ? null : waiting.peek();
        if (next != null) {
            pause = Math.min(pause, next.due - now);
        }
        return allRead || closing == null || stops.draining() ? pause : 0;
    }

    private static long nanos(Duration duration) {
        return duration.toNanos();
    }
}
