package io.dromedary.tier.ledger;

import io.dromedary.store.Held;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The turn at a key: round after round, until nobody waits. A round decides on all its postings by what is remembered or
 * read, writes what comes out, and begins again where somebody else was faster. It never refuses by what is remembered.
 */
final class Turn {
    private static final int MOST_LOSSES = 1000;
    private static final int MOST_FAILURES = 2;

    private enum Step {
        BEGIN,
        READ,
        WRITE,
        END,
        OVER
    }

    private final Book book;
    private final Slot slot;
    private Step step = Step.BEGIN;

    // of the round
    private Posting first;
    private Posting last;
    private @Nullable Held<Entry> held;
    private boolean fresh;
    private int losses;
    private int failures;
    private Entry.@Nullable Mark mark;
    private @Nullable Entry draft;
    private Movement drafted = Movement.NOTHING;

    /** Of rounds that are over. They hear of it only when the turn is passed on or has to wait: they may take their time. */
    private @Nullable Posting decided;

    private @Nullable Posting decidedLast;

    Turn(Book book, Slot slot, Posting first) {
        this.book = book;
        this.slot = slot;
        this.first = first;
        this.last = first;
    }

    /** Goes on until the store has to be waited for, or nobody waits. */
    void run() {
        while (step != Step.OVER) {
            switch (step) {
                case BEGIN -> begin();
                case END -> end();
                case READ, WRITE -> {
                    var asked = step == Step.READ ? read() : write();
                    if (!asked.isDone()) {
                        var those = takeDecided();
                        CompletionStage<?> later = asked;
                        later.whenComplete((answer, failure) -> {
                            hear(answer, failure);
                            run();
                        });
                        tell(those);
                        return;
                    }
                    if (asked.isCompletedExceptionally()) {
                        hear(null, asked.exceptionNow());
                    } else {
                        hear(asked.resultNow(), null);
                    }
                }
                case OVER -> {}
            }
        }
        tell(takeDecided());
    }

    private void begin() {
        losses = 0;
        failures = 0;
        fresh = false;
        held = slot.remembered();
        if (held == null) {
            step = Step.READ;
            return;
        }
        try {
            decide();
        } catch (RuntimeException e) {
            giveUp(e);
        }
    }

    private CompletableFuture<?> read() {
        try {
            return book.shelf().get(slot.key).toCompletableFuture();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private CompletableFuture<?> write() {
        var entry = Objects.requireNonNull(draft);
        var lifespan = entry.allowance().lifespan(slot.limits(first));
        try {
            return (held == null
                            ? book.shelf().putIfAbsent(slot.key, entry, lifespan)
                            : book.shelf().replace(slot.key, held, entry, lifespan))
                    .toCompletableFuture();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Whatever goes wrong, those who wait hear of it: a turn that did not end would hold its key for good. */
    private void hear(@Nullable Object answer, @Nullable Throwable failure) {
        try {
            heard(answer, failure);
        } catch (RuntimeException e) {
            giveUp(e);
        }
    }

    @SuppressWarnings("unchecked")
    private void heard(@Nullable Object answer, @Nullable Throwable failure) {
        if (failure != null) {
            failed(failure);
            return;
        }
        book.answered();
        if (step == Step.READ) {
            held = (Held<Entry>) answer;
            fresh = true;
            slot.read(held);
            decide();
        } else if (Boolean.TRUE.equals(answer)) {
            slot.written(Objects.requireNonNull(draft));
            step = Step.END;
        } else {
            slot.lost(!fresh);
            if (++losses > MOST_LOSSES) {
                giveUp(new IllegalStateException("no write to " + slot.key + " takes place"));
            } else {
                step = Step.READ;
            }
        }
    }

    private void failed(Throwable failure) {
        if (step == Step.WRITE) {
            slot.doubted(Objects.requireNonNull(mark), drafted);
            if (++failures < MOST_FAILURES) {
                step = Step.READ;
                return;
            }
        }
        giveUp(failure);
    }

    /** Lets each posting do what it may with what is held, and drafts what is to be written. */
    private void decide() {
        var now = book.now();
        var limits = slot.limits(first);
        var allowance =
                held == null ? Allowance.full(limits, now) : held.value().allowance();
        var movement = slot.owed;
        var changed = !movement.isNothing();
        var looked = false;
        if (changed) {
            allowance = allowance.at(limits, now).moved(limits, movement);
        }
        for (var posting = first; posting != null; posting = posting.next) {
            limits = slot.limits(posting);
            allowance = allowance.at(limits, now);
            var moves = switch (posting.act) {
                case TAKE -> allowance.lacks(limits, posting.amount) == null;
                case GIVE -> true;
                case LOOK -> false;
            };
            if (moves) {
                allowance = allowance.moved(limits, posting.movement);
                movement = movement.plus(posting.movement);
                changed |= !posting.movement.isNothing();
            }
            looked |= !moves;
            posting.outcome = new Outcome(moves, allowance);
            last = posting;
        }
        if (looked && !fresh) {
            step = Step.READ;
        } else if (changed) {
            mark = book.mark();
            drafted = movement;
            draft = held == null
                    ? Entry.after(List.of(), allowance, mark)
                    : Entry.after(held.value().marks(), allowance, mark);
            step = Step.WRITE;
        } else {
            step = Step.END;
        }
    }

    /** The store cannot be used: what was to be settled is owed, the rest hears so. */
    private void giveUp(Throwable failure) {
        var late = 0;
        for (var posting = first; posting != null; posting = posting.next) {
            if (posting.act == Posting.Act.GIVE) {
                slot.owed = slot.owed.plus(posting.movement);
                late++;
            }
            posting.outcome = Outcome.UNREACHABLE;
            last = posting;
        }
        book.failed(failure, late);
        step = Step.END;
    }

    private void end() {
        if (decidedLast == null) {
            decided = first;
        } else {
            decidedLast.next = first;
        }
        decidedLast = last;
        var next = slot.next();
        if (next == null) {
            step = Step.OVER;
        } else {
            first = next;
            step = Step.BEGIN;
        }
    }

    private @Nullable Posting takeDecided() {
        var those = decided;
        decided = null;
        decidedLast = null;
        return those;
    }

    private static void tell(@Nullable Posting those) {
        for (var posting = those; posting != null; ) {
            var next = posting.next;
            posting.next = null;
            posting.told.complete(posting.outcome);
            posting = next;
        }
    }
}
