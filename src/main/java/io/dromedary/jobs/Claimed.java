package io.dromedary.jobs;

import io.dromedary.jobs.JobObserver.End;
import io.dromedary.jobs.JobRecord.Text;
import io.dromedary.store.Held;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A job that this gateway has claimed, from then until it has left it. Everything but the worker's calls runs in turn. */
final class Claimed implements Attempt {
    private static final Logger LOG = LoggerFactory.getLogger(Claimed.class);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
    private static final int DOUBLINGS = 6;

    /** How it was left. */
    sealed interface Left {
        /** There is no such job any more. */
        record Ended() implements Left {}

        /** Nobody has it. */
        record Released(JobRecord record, Duration pause) implements Left {}

        /** Its record says who has it. */
        record Lost() implements Left {}
    }

    /** What an attempt needs of the engine. */
    record Desk(
            JobShelf shelf,
            OneByOne turns,
            Door door,
            Means means,
            JobObserver observer,
            Consumer<Claimed> left,
            BiPredicate<Claimed, Boolean> mayStay) {}

    private final Desk desk;
    private final Worker worker;
    private final Hold hold;
    private final Stops stops = new Stops();
    private final long begun;
    private volatile @Nullable Job job;
    private @Nullable Left left;

    /** Whether backends may be asked; null while nobody wants to. */
    private final AtomicReference<@Nullable CompletableFuture<Boolean>> cleared = new AtomicReference<>();

    private boolean givingUp;
    private boolean leaving;

    Claimed(Desk desk, Worker worker, Held<JobRecord> claimed) {
        this.desk = desk;
        this.worker = worker;
        this.begun = desk.means().nanos().getAsLong();
        this.hold = new Hold(desk.shelf(), desk.turns(), claimed, new Hold.Told() {
            @Override
            public void lost() {
                stops.tell(Stop.LOST);
            }

            @Override
            public void cancelled() {
                unwanted();
            }
        });
    }

    private void unwanted() {
        var now = job;
        if (now != null) {
            job = hold.record().job(now.work());
        }
        stops.tell(Stop.CANCELLED);
    }

    String id() {
        return hold.record().id();
    }

    Hold hold() {
        return hold;
    }

    JobRecord record() {
        return hold.record();
    }

    Duration age() {
        return Duration.ofNanos(desk.means().nanos().getAsLong() - begun);
    }

    /** When it is out of the engine's hands. */
    Left left() {
        return left == null ? new Left.Lost() : left;
    }

    void begin() {
        work(0);
    }

    private void work(int tries) {
        if (hold.isOver()) {
            leave(new Left.Lost(), End.LOST);
            return;
        }
        if (leaving) {
            return;
        }
        desk.turns().when(desk.shelf().work(record()), (work, failed) -> {
            if (failed != null) {
                desk.turns().after(pause(tries), () -> work(tries + 1));
            } else if (!leaving) {
                begin(work);
            }
        });
    }

    private void begin(@Nullable String work) {
        job = record().job(work == null ? "" : work);
        if (record().cancelled()) {
            stops.tell(Stop.CANCELLED);
        }
        if (work == null) {
            LOG.error("{}: what was to be done is not in the store any more", id());
        }
        if (record().spent() || work == null) {
            giveUp(0);
        } else {
            desk.turns().when(onThread(() -> worker.work(this)), this::ended);
        }
    }

    private void ended(Outcome outcome, @Nullable Throwable failed) {
        if (hold.isOver()) {
            leave(new Left.Lost(), End.LOST);
        } else if (leaving) {
            // what becomes of it is being written
        } else if (stops.has(Stop.LOST)) {
            // its run was given up, and nobody has claimed it yet; whatever it says, nothing may have been written
            release(Duration.ZERO, record().begun(), End.LOST);
        } else if (failed != null) {
            LOG.warn("{}: attempt {} failed", id(), record().attempts(), failed);
            again(AFTER_FAILURE, true, End.FAILED);
        } else {
            switch (outcome) {
                case Outcome.Done done -> finish(End.DONE);
                case Outcome.Again again ->
                    again(again.pause(), again.counted(), again.counted() ? End.AGAIN : End.PAUSED);
            }
        }
    }

    private void again(Duration pause, boolean counts, End end) {
        if (stops.has(Stop.DRAINING)) {
            release(counts ? Duration.ZERO : shortened(pause), false, End.RELEASED);
        } else if (counts && record().attempts() >= JobRecord.MOST_ATTEMPTS) {
            desk.observer().ended(record().kind(), end);
            giveUp(0);
        } else {
            release(shortened(pause), counts, end);
        }
    }

    /** Whoever does not want it any more is not to wait for that. */
    private Duration shortened(Duration pause) {
        return stops.has(Stop.CANCELLED) && pause.compareTo(AFTER_FAILURE) > 0 ? AFTER_FAILURE : pause;
    }

    private void giveUp(int tries) {
        givingUp = true;
        var given = job;
        if (hold.isOver()) {
            leave(new Left.Lost(), End.LOST);
            return;
        }
        if (leaving || given == null) {
            return;
        }
        desk.turns().when(onThread(() -> worker.giveUp(given)), (done, failed) -> {
            if (failed == null) {
                if (hold.isOver()) {
                    leave(new Left.Lost(), End.LOST);
                } else if (!leaving) {
                    finish(End.GIVEN_UP);
                }
                return;
            }
            LOG.warn("{}: it was not written that it failed; this is tried again", id(), failed);
            if (stops.has(Stop.DRAINING)) {
                release(Duration.ZERO, true, End.RELEASED);
            } else {
                desk.turns().after(pause(tries), () -> giveUp(tries + 1));
            }
        });
    }

    private void finish(End end) {
        leaving = true;
        desk.turns().when(hold.change(record -> null), (removed, failed) -> {
            if (removed) {
                LOG.debug("{}: ended", id());
            }
            leave(removed ? new Left.Ended() : new Left.Lost(), removed ? end : End.LOST);
        });
    }

    private void release(Duration pause, boolean counted, End end) {
        if (leaving) {
            return;
        }
        leaving = true;
        var until = desk.means().clock().instant().plus(pause);
        // who gives up has had all attempts, whatever they count
        var counts = counted || givingUp;
        desk.turns().when(hold.change(record -> record.released(counts, until, pause)), (done, failed) -> {
            Left how = done ? new Left.Released(record(), pause) : new Left.Lost();
            leave(how, done ? end : End.LOST);
        });
    }

    /** The gateway stops: what is under way may end. */
    void drain() {
        stops.tell(Stop.DRAINING);
    }

    /** The gateway has stopped: nothing of this attempt counts any more, and others may begin. */
    void abandon() {
        stops.tell(Stop.LOST);
        release(Duration.ZERO, false, End.RELEASED);
    }

    /** Others may have it, and have given up the run that claimed it. */
    void lose() {
        stops.tell(Stop.LOST);
    }

    private void leave(Left how, End end) {
        if (left != null) {
            return;
        }
        left = how;
        if (how instanceof Left.Lost) {
            stops.tell(Stop.LOST);
        }
        desk.observer().ended(record().kind(), end);
        desk.left().accept(this);
    }

    private interface Call<A extends @Nullable Object> {
        CompletionStage<A> make();
    }

    /** Workers are to begin without the engine waiting for them. */
    private <A extends @Nullable Object> CompletionStage<A> onThread(Call<A> call) {
        return CompletableFuture.supplyAsync(call::make, desk.means().threads()).thenCompose(stage -> stage);
    }

    private static Duration pause(int tries) {
        return AFTER_FAILURE.multipliedBy(1L << Math.min(tries, DOUBLINGS));
    }

    @Override
    public Job job() {
        var now = job;
        if (now == null) {
            throw new IllegalStateException("the attempt has not begun");
        }
        return now;
    }

    @Override
    public CompletionStage<Boolean> asks(Executor loop) {
        var before = cleared.get();
        if (before != null) {
            return before;
        }
        var told = new CompletableFuture<Boolean>();
        var other = cleared.compareAndExchange(null, told);
        if (other != null) {
            return other;
        }
        desk.turns().execute(() -> desk.door().pass(() -> clear(told, loop)));
        return told;
    }

    private void clear(CompletableFuture<Boolean> told, Executor loop) {
        if (leaving || hold.isOver()) {
            clear(told, false, loop);
        } else {
            desk.turns().when(hold.change(JobRecord::begin), (written, failed) -> clear(told, written, loop));
        }
    }

    private void clear(CompletableFuture<Boolean> told, boolean written, Executor loop) {
        if (written) {
            LOG.debug("{}: asks", id());
        }
        loop.execute(() -> {
            told.complete(written);
            desk.turns().execute(desk.door()::passed);
        });
    }

    @Override
    public CompletionStage<Boolean> mayStay(boolean idle) {
        var told = new CompletableFuture<Boolean>();
        desk.turns().execute(() -> tell(told, desk.mayStay().test(this, idle)));
        return told;
    }

    @Override
    public CompletionStage<Boolean> save(String work) {
        var told = new CompletableFuture<Boolean>();
        desk.turns().execute(() -> save(work, 0, told));
        return told;
    }

    private void save(String work, int tries, CompletableFuture<Boolean> told) {
        if (leaving || hold.isOver()) {
            tell(told, false);
            return;
        }
        var put = desk.shelf().putWork(id(), work, () -> desk.means().ids().next(""));
        desk.turns().when(put, (text, failed) -> {
            if (failed != null) {
                desk.turns().after(pause(tries), () -> save(work, tries + 1, told));
            } else {
                write(work, text, told);
            }
        });
    }

    private void write(String work, Text text, CompletableFuture<Boolean> told) {
        desk.turns().when(hold.change(record -> record.saved(text)), (saved, failed) -> {
            if (saved) {
                job = record().job(work);
            } else {
                desk.shelf().removeWork(id(), text);
            }
            tell(told, saved);
        });
    }

    /** The worker goes on with it on a thread of its own, since it may take its time. */
    private void tell(CompletableFuture<Boolean> told, boolean saved) {
        var _ = told.completeAsync(() -> saved, desk.means().threads());
    }

    @Override
    public void whenStopped(Consumer<Stop> told) {
        stops.add(told);
    }
}
