package io.dromedary.jobs;

import io.dromedary.store.Held;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What a claim is good for: changes to the record of a job by whoever has it, one after the other. Where the store does not
 * say what became of one it is asked until it does. Everything here runs in turn, and so do those that are told.
 */
final class Hold {
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(250);
    private static final int DOUBLINGS = 4;

    /** Who wants to know. */
    interface Told {
        /** Somebody else has the job now. */
        void lost();

        void cancelled();
    }

    /** What a record is to become. */
    @FunctionalInterface
    interface Next {
        /** Null for nothing. The same record where there is nothing to write: then it is looked whether it still is so. */
        @Nullable
        JobRecord of(JobRecord now);
    }

    private record Change(Next next, CompletableFuture<Boolean> done) {}

    private final JobShelf shelf;
    private final OneByOne turns;
    private final Told told;
    private final String token;
    private final Queue<Change> changes = new ArrayDeque<>();
    private Held<JobRecord> held;
    private boolean busy;
    private boolean over;

    Hold(JobShelf shelf, OneByOne turns, Held<JobRecord> claimed, Told told) {
        this.shelf = shelf;
        this.turns = turns;
        this.held = claimed;
        this.token = Objects.requireNonNull(claimed.value().claim()).token();
        this.told = told;
    }

    /** As it was last seen. */
    JobRecord record() {
        return held.value();
    }

    /** It was lost, released or removed. */
    boolean isOver() {
        return over;
    }

    /** @return true once the record is so; false where the hold was over before */
    CompletionStage<Boolean> change(Next next) {
        var change = new Change(next, new CompletableFuture<>());
        changes.add(change);
        move();
        return change.done();
    }

    /** Looks whether it still is what it seems to be. */
    void check() {
        var _ = change(record -> record);
    }

    /** Others have looked, and found this. */
    void seen(@Nullable JobRecord found) {
        if (found == null || !found.isClaimedWith(token) || found.cancelled() != record().cancelled()) {
            check();
        }
    }

    private void move() {
        if (busy) {
            return;
        }
        for (var change = changes.peek(); change != null; change = changes.peek()) {
            if (!over) {
                busy = true;
                write(change, 0);
                return;
            }
            changes.remove();
            change.done().complete(false);
        }
    }

    private void write(Change change, int tries) {
        var from = record();
        var to = change.next().of(from);
        if (from.equals(to)) {
            look(change, from, tries);
            return;
        }
        var written = to == null ? shelf.remove(held) : shelf.replace(held, to);
        turns.when(written, (done, failed) -> {
            if (failed != null) {
                turns.after(pause(tries), () -> look(change, to, tries + 1));
            } else if (done) {
                took(change, to);
            } else {
                look(change, to, tries);
            }
        });
    }

    private void look(Change change, @Nullable JobRecord to, int tries) {
        turns.when(shelf.job(record().id()), (found, failed) -> {
            if (failed != null) {
                turns.after(pause(tries), () -> look(change, to, tries + 1));
            } else if (found == null) {
                // nobody else removes it but who has it: where that was the aim it has taken place
                lostUnless(to == null, change, to);
            } else if (!found.value().isClaimedWith(token)) {
                lostUnless(to != null && found.text().equals(JobShelf.held(to).text()), change, to);
            } else if (record().equals(to)) {
                adopt(found);
                ended(change, true);
            } else {
                adopt(found);
                write(change, tries);
            }
        });
    }

    private void adopt(Held<JobRecord> found) {
        var news = found.value().cancelled() && !record().cancelled();
        held = found;
        if (news) {
            told.cancelled();
        }
    }

    private void lostUnless(boolean took, Change change, @Nullable JobRecord to) {
        if (took) {
            took(change, to);
            return;
        }
        over = true;
        told.lost();
        ended(change, false);
    }

    private void took(Change change, @Nullable JobRecord to) {
        var before = record();
        if (to == null || to.claim() == null) {
            over = true;
        }
        if (to != null) {
            adopt(JobShelf.held(to));
        }
        var text = to == null ? null : to.text();
        if (!before.text().equals(text)) {
            shelf.removeWork(before.id(), before.text());
        }
        ended(change, true);
    }

    private void ended(Change change, boolean done) {
        changes.remove();
        busy = false;
        change.done().complete(done);
        move();
    }

    private static Duration pause(int tries) {
        return SHORTEST_PAUSE.multipliedBy(1L << Math.min(tries, DOUBLINGS));
    }
}
