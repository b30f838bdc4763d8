package io.dromedary.responses;

import io.dromedary.store.Held;
import io.dromedary.store.Shelf;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the record of a response that runs from running out. Where it ran out all the same, since the store could not be
 * reached for so long, it puts it back.
 */
final class Heartbeat {
    /** As long as a killed gateway's responses look as if they ran. */
    static final Duration LIFESPAN = Duration.ofSeconds(60);

    /** A third of it: two beats may fail. */
    static final Duration EVERY = Duration.ofSeconds(20);

    private final Shelf<Kept> shelf;
    private final String id;
    private final Held<Kept> run;
    private final Timer timer;
    private final Runnable deleted;
    private Runnable alarm = () -> {};
    private boolean over;

    /** @param deleted told when somebody has deleted the response */
    Heartbeat(Shelf<Kept> shelf, String id, Kept run, Timer timer, Runnable deleted) {
        this.shelf = shelf;
        this.id = id;
        this.run = run.held();
        this.timer = timer;
        this.deleted = deleted;
    }

    Held<Kept> run() {
        return run;
    }

    /** False where the id is taken. */
    CompletionStage<Boolean> begin() {
        return shelf.putNew(id, run.value(), LIFESPAN).thenApply(put -> {
            if (put) {
                again();
            }
            return put;
        });
    }

    synchronized void stop() {
        over = true;
        alarm.run();
    }

    private synchronized void again() {
        if (!over) {
            alarm = timer.after(EVERY, this::beat);
        }
    }

    private void beat() {
        shelf.replace(id, run, run.value(), LIFESPAN).whenComplete((renewed, failed) -> {
            if (failed != null || renewed) {
                again();
            } else {
                look();
            }
        });
    }

    private void look() {
        shelf.get(id).whenComplete((held, failed) -> {
            if (failed != null) {
                again();
            } else {
                found(held);
            }
        });
    }

    private void found(@Nullable Held<Kept> held) {
        if (held == null) {
            shelf.putIfAbsent(id, run.value(), LIFESPAN).whenComplete((put, failed) -> again());
        } else if (held.value().response() == null) {
            stop();
            deleted.run();
        } else if (held.text().equals(run.text())) {
            again();
        }
    }
}
