package io.dromedary.jobs;

import io.dromedary.jobs.Board.Turn;
import io.dromedary.jobs.Job.Claim;
import io.dromedary.jobs.Known.Phase;
import io.dromedary.store.Held;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** Takes jobs up, for as long as there is room, and notes what becomes of them. Everything here runs in turn. */
final class Claims {
    /** After the store has not answered. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final JobShelf shelf;
    private final OneByOne turns;
    private final Means means;
    private final Board board;
    private final Map<Kind, Worker> workers;
    private final IntSupplier room;
    private final Duration grace;
    private final JobObserver observer;
    private final Claimed.Desk desk;

    /** Jobs that were cancelled while they were being claimed. */
    private final Set<String> changed = new HashSet<>();

    /** Of a kind, the job whose place others are to get. */
    private final Map<Kind, String> going = new EnumMap<>(Kind.class);

    private @Nullable Runs runs;
    private Runnable idle = () -> {};
    private boolean open;

    /**
     * @param room for jobs of each kind; a long batch is not to keep others waiting
     * @param grace for whoever put a job off to take it up again, before others do
     */
    Claims(
            JobShelf shelf,
            OneByOne turns,
            Means means,
            Board board,
            Map<Kind, Worker> workers,
            IntSupplier room,
            Duration grace,
            JobObserver observer) {
        this.shelf = shelf;
        this.turns = turns;
        this.means = means;
        this.board = board;
        this.workers = workers;
        this.room = room;
        this.grace = grace;
        this.observer = observer;
        this.desk = new Claimed.Desk(shelf, turns, new Door(), means, observer, this::left, this::mayStay);
    }

    /** Before anything else. */
    void under(Runs all) {
        runs = all;
    }

    private Runs runs() {
        return Objects.requireNonNull(runs);
    }

    void open() {
        open = true;
        pump();
    }

    /** None is made any more. */
    void shut() {
        open = false;
    }

    /** Told once there is nothing left that this gateway is at. */
    void whenIdle(Runnable told) {
        idle = told;
        lookIdle();
    }

    /** This gateway may be at fewer jobs than before. */
    void moved() {
        pump();
        lookIdle();
    }

    private void lookIdle() {
        for (var kind : Kind.values()) {
            if (board.busy(kind) > 0) {
                return;
            }
        }
        idle.run();
        idle = () -> {};
    }

    /** Null where a job that comes now has to wait. */
    @Nullable
    Claim claimFor(Kind kind) {
        return open && runs().holds() && hasRoom(kind) ? fresh() : null;
    }

    private Claim fresh() {
        return new Claim(runs().own(), means.ids().next(""));
    }

    private boolean hasRoom(Kind kind) {
        return workers.containsKey(kind) && board.busy(kind) < room.getAsInt();
    }

    void pump() {
        if (!open || !runs().holds()) {
            return;
        }
        for (var next = board.nextUrgent(); next != null; next = board.nextUrgent()) {
            claim(next);
        }
        for (var kind : Kind.values()) {
            while (hasRoom(kind)) {
                var next = board.next(kind);
                if (next == null) {
                    break;
                }
                claim(next);
            }
        }
    }

    /** What is remembered follows a record that was read, unless this gateway is at the job itself. */
    void learn(JobRecord job) {
        var known = board.get(job.id());
        if (known != null && known.isBusy()) {
            if (known.phase() instanceof Phase.Here here) {
                here.attempt().hold().seen(job);
            } else if (job.cancelled()) {
                changed.add(job.id());
            }
            return;
        }
        var claim = job.claim();
        if (claim == null) {
            waiting(job, known);
        } else if (claim.run().equals(runs().own()) || runs().isGone(claim.run())) {
            // this gateway's own, and it does not know of it: an answer was lost
            if (known == null || known.phase() instanceof Phase.Elsewhere) {
                wait(board.enter(job, new Phase.Waiting(job.notBefore(), false)), Duration.ZERO, turn(job, Turn.FIRST));
            }
        } else if (known == null || !known.phase().equals(new Phase.Elsewhere(claim.run()))) {
            board.enter(job, new Phase.Elsewhere(claim.run()));
        }
    }

    private void waiting(JobRecord job, @Nullable Known known) {
        var next = new Phase.Waiting(job.notBefore(), false);
        if (known != null
                && known.phase() instanceof Phase.Waiting before
                && before.notBefore().equals(job.notBefore())) {
            return;
        }
        var left = left(job);
        wait(board.enter(job, next), left.isZero() ? left : left.plus(grace), turn(job, Turn.LAST));
    }

    /** By this gateway's clock, and never more than was to be waited at all. */
    private Duration left(JobRecord job) {
        var left = Duration.between(means.clock().instant(), job.notBefore());
        if (left.isNegative() || job.cancelled()) {
            return Duration.ZERO;
        }
        return left.compareTo(job.pause()) > 0 ? job.pause() : left;
    }

    /** Whoever does not want it any more is not to wait for that. */
    private static Turn turn(JobRecord job, Turn otherwise) {
        return job.cancelled() ? Turn.NOW : otherwise;
    }

    private void wait(Known waiting, Duration wait, Turn turn) {
        if (wait.isZero()) {
            due(waiting, turn);
            pump();
            return;
        }
        turns.after(wait, () -> {
            if (isStill(waiting)) {
                due(waiting, turn);
                pump();
            }
        });
    }

    private boolean isStill(Known job) {
        var now = board.get(job.id());
        return now != null && now.stamp() == job.stamp();
    }

    private void due(Known waiting, Turn turn) {
        var notBefore = waiting.phase() instanceof Phase.Waiting before ? before.notBefore() : Instant.MIN;
        board.queue(board.enter(waiting, new Phase.Waiting(notBefore, true)), turn);
    }

    /** Whoever had it is gone. */
    void orphaned(Known job) {
        wait(board.enter(job, new Phase.Waiting(Instant.MIN, false)), Duration.ZERO, Turn.FIRST);
    }

    private void claim(Known due) {
        var waitedFor = due.phase() instanceof Phase.Waiting waiting ? waiting.notBefore() : Instant.MIN;
        var claiming = board.enter(due, new Phase.Claiming());
        turns.when(shelf.job(due.id()), (found, failed) -> {
            if (failed != null) {
                putOff(claiming);
            } else if (found == null) {
                forget(claiming);
            } else {
                claim(claiming, found, waitedFor);
            }
        });
    }

    private void claim(Known claiming, Held<JobRecord> found, Instant waitedFor) {
        var job = found.value();
        var claim = job.claim();
        if (!workers.containsKey(job.kind())) {
            // cancelled, and this gateway cannot do it
            board.enter(claiming, new Phase.Elsewhere(""));
            moved();
        } else if (claim == null) {
            // the clock may have been set back: what was waited for once is not waited for again
            var left = job.notBefore().equals(waitedFor) ? Duration.ZERO : left(job);
            if (left.isZero()) {
                write(claiming, found, false);
            } else {
                wait(board.enter(job, new Phase.Waiting(job.notBefore(), false)), left, turn(job, Turn.LAST));
                moved();
            }
        } else if (claim.run().equals(runs().own())) {
            write(claiming, found, false);
        } else {
            turns.when(runs().ask(claim.run()), (gone, failed) -> {
                if (failed != null) {
                    putOff(claiming);
                } else if (gone) {
                    write(claiming, found, true);
                } else {
                    board.enter(claiming, new Phase.Elsewhere(claim.run()));
                    moved();
                }
            });
        }
    }

    private void write(Known claiming, Held<JobRecord> found, boolean takenOver) {
        var claim = fresh();
        var before = found.value().claim();
        var own = before != null && before.run().equals(claim.run());
        var next = own ? found.value().claimedAgain(claim) : found.value().claimed(claim);
        turns.when(shelf.replace(found, next), (done, failed) -> {
            if (failed != null) {
                putOff(claiming);
            } else if (done) {
                claimed(claiming, JobShelf.held(next), takenOver);
            } else {
                look(claiming, claim, takenOver);
            }
        });
    }

    /** Somebody else was faster, or an answer was lost. */
    private void look(Known claiming, Claim claim, boolean takenOver) {
        turns.when(shelf.job(claiming.id()), (found, failed) -> {
            if (failed != null) {
                putOff(claiming);
            } else if (found == null) {
                forget(claiming);
            } else if (found.value().isClaimedWith(claim.token())) {
                claimed(claiming, found, takenOver);
            } else {
                board.enter(claiming, new Phase.Elsewhere(""));
                learn(found.value());
                moved();
            }
        });
    }

    private void claimed(Known claiming, Held<JobRecord> held, boolean takenOver) {
        if (takenOver) {
            observer.takenOver(claiming.kind());
        }
        begin(claiming, held);
    }

    /** It is this gateway's. */
    void begin(Known claiming, Held<JobRecord> held) {
        var attempt = new Claimed(desk, Objects.requireNonNull(workers.get(claiming.kind())), held);
        board.enter(claiming, new Phase.Here(attempt));
        var run = Objects.requireNonNull(held.value().claim()).run();
        if (!open || !run.equals(runs().own())) {
            attempt.abandon();
            return;
        }
        attempt.begin();
        if (changed.remove(claiming.id())) {
            attempt.hold().check();
        }
    }

    /** The store does not answer: whether it is this gateway's will be seen. */
    private void putOff(Known claiming) {
        wait(board.enter(claiming, new Phase.Waiting(Instant.MIN, false)), PAUSE, Turn.LAST);
        lookIdle();
    }

    private void forget(Known claiming) {
        board.forget(claiming.id());
        changed.remove(claiming.id());
        moved();
    }

    /** One at a time: who has gone may be enough. */
    private boolean mayStay(Claimed attempt, boolean idle) {
        var kind = attempt.record().kind();
        var project = attempt.record().project();
        var wanted = idle ? board.isWaitedFor(kind) : board.isInTheWay(kind, project);
        if (!wanted || hasRoom(kind)) {
            return true;
        }
        return !attempt.id().equals(going.computeIfAbsent(kind, any -> attempt.id()));
    }

    private void left(Claimed attempt) {
        var id = attempt.id();
        going.remove(attempt.record().kind(), id);
        switch (attempt.left()) {
            case Claimed.Left.Ended ended -> board.forget(id);
            case Claimed.Left.Released released ->
                wait(
                        board.enter(
                                released.record(),
                                new Phase.Waiting(released.record().notBefore(), false)),
                        released.pause(),
                        turn(released.record(), Turn.LAST));
            case Claimed.Left.Lost lost -> {
                board.enter(attempt.record(), new Phase.Elsewhere(""));
                find(id);
            }
        }
        changed.remove(id);
        moved();
    }

    /** Who has it now. Where the store does not say, a look at the whole shelf does later. */
    private void find(String id) {
        turns.when(shelf.job(id), (found, failed) -> {
            var known = board.get(id);
            if (failed != null || known == null || known.isBusy()) {
                return;
            }
            if (found == null) {
                board.forget(id);
            } else {
                learn(found.value());
            }
        });
    }
}
