package io.dromedary.jobs.batch;

import io.dromedary.api.error.RefusedException;
import io.dromedary.files.StoredFile;
import io.dromedary.files.UnsteadyException;
import io.dromedary.files.UrlFiles;
import io.dromedary.jobs.Attempt;
import io.dromedary.jobs.Outcome;
import io.dromedary.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One attempt at a batch, in one virtual thread: fetch, check, run, end. Each goes on from what is saved. */
final class BatchRun {
    private static final Logger LOG = LoggerFactory.getLogger(BatchRun.class);

    /** What a line has beside its body. */
    private static final int LINE_ROOM = 1 << 16;

    /** After that, what a URL names is not there. */
    private static final int MOST_FETCHES = 5;

    private static final Outcome STOPPED = new Outcome.Again(Duration.ZERO, false);

    private final BatchRooms rooms;
    private final Attempt attempt;
    private final Stops stops;
    private final BatchEnd end;
    private Work work;

    BatchRun(BatchRooms rooms, Attempt attempt) {
        this.rooms = rooms;
        this.attempt = attempt;
        this.work = Work.read(attempt.job().work());
        this.stops = new Stops(attempt);
        this.end = new BatchEnd(rooms, attempt);
    }

    /** @param why what is left of it is not run; null where it is */
    Outcome run(@Nullable Closing why) throws InterruptedException {
        try {
            return begun(why);
        } catch (StoreException e) {
            LOG.warn("batch {} waits until the store can be used: {}", work.id(), e.getMessage());
            return new Outcome.Again(rooms.paces().store(), false);
        }
    }

    private Outcome begun(@Nullable Closing why) throws InterruptedException {
        var batch = Stages.await(rooms.records().begin(work.id(), new Batch(project(), work.batch())));
        if (batch.status().ended()) {
            return end.clean(work, batch);
        }
        if (batch.status() == BatchStatus.CANCELLING) {
            stops.cancel();
        }
        if (work.sound() == null) {
            var instead = sound(why);
            if (instead != null) {
                return instead;
            }
        }
        var sound = work.sound();
        if (sound == null) {
            return STOPPED;
        }
        var counts = work.progress().counts();
        Stages.await(rooms.records()
                .change(
                        work.id(),
                        is -> is.reached(BatchStatus.IN_PROGRESS, now())
                                .counted(sound.model(), sound.lines(), counts)));
        return lines(stops.cancelled() ? Closing.CANCELLED : why);
    }

    // checking

    /** What the attempt comes to where it is over with that; null where the input is sound. */
    private @Nullable Outcome sound(@Nullable Closing why) {
        if (stops.cancelled()) {
            return end.end(work, BatchStatus.CANCELLED, List.of());
        }
        if (why != null) {
            return end.end(work, why.status(), List.of(end.fault(why)));
        }
        try {
            if (!fetch()) {
                return STOPPED;
            }
        } catch (RefusedException e) {
            return unfetched(e);
        } catch (UnsteadyException e) {
            work = work.unfetched();
            if (work.fetches() >= MOST_FETCHES) {
                return unfetched(e.refused());
            }
            LOG.warn("the input of batch {} cannot be fetched yet: {}", work.id(), e.getMessage());
            save();
            return new Outcome.Again(rooms.paces().fetch(work.fetches()), false);
        }
        var input = input();
        if (input == null) {
            return failed(gone());
        }
        var jobs = rooms.settings().get().jobs();
        if (input.bytes() > jobs.batchBytes()) {
            return failed(new Fault(
                    "file_too_large",
                    "The input has more than " + jobs.batchBytes() + " bytes, which is the most that a batch may have.",
                    BatchRequest.INPUT,
                    null));
        }
        var check = new InputCheck(work.endpoint(), jobs.batchMaxLines(), longest());
        var sound = check.check(new InputLines(source(input), input.bytes(), longest()), stops::any);
        if (!check.faults().isEmpty()) {
            return end.end(work, BatchStatus.FAILED, check.faults());
        }
        if (sound == null) {
            return stops.cancelled() ? end.end(work, BatchStatus.CANCELLED, List.of()) : STOPPED;
        }
        work = work.sound(sound);
        return save() ? null : STOPPED;
    }

    /** Fetches what a URL names, once. False where somebody else has the batch now. */
    private boolean fetch() {
        if (!UrlFiles.isUrl(work.input()) || work.fetched() != null) {
            return true;
        }
        work = work.fetched(Stages.await(rooms.urls()
                .forProject(project())
                .fetch(work.input(), rooms.settings().get().jobs().batchBytes())));
        return save();
    }

    private Outcome unfetched(RefusedException why) {
        var refusal = why.refusal();
        var code = refusal.code() == null ? "invalid_input_file" : refusal.code();
        return failed(new Fault(code, refusal.message(), BatchRequest.INPUT, null));
    }

    private Outcome failed(Fault fault) {
        return end.end(work, BatchStatus.FAILED, List.of(fault));
    }

    private static Fault gone() {
        return new Fault("file_not_found", "The input file is not there any more.", BatchRequest.INPUT, null);
    }

    // running

    private Outcome lines(@Nullable Closing why) throws InterruptedException {
        var input = input();
        if (input == null) {
            return failed(gone());
        }
        var progress = work.progress();
        var lines = new InputLines(source(input), input.bytes(), longest(), progress.line(), progress.offset());
        var run = new LineRun(rooms, attempt, stops, work, lines, why);
        try {
            if (!run.run()) {
                return new Outcome.Again(run.rest(), false);
            }
        } catch (StoreException | IllegalStateException e) {
            work = run.work();
            return withoutTheRest(e);
        }
        work = run.work();
        var closing = run.closing();
        if (closing == null) {
            return end.end(work, BatchStatus.COMPLETED, List.of());
        }
        return end.end(work, closing.status(), closing == Closing.GIVEN_UP ? List.of(end.fault(closing)) : List.of());
    }

    /** An input that was deleted while it was read, or is damaged, is not waited for: what is done is kept. */
    private Outcome withoutTheRest(RuntimeException failure) {
        if (input() == null) {
            return failed(gone());
        }
        if (now().isBefore(Instant.ofEpochSecond(work.expiresAt()))) {
            throw failure;
        }
        LOG.error("the input of batch {} cannot be read to its end", work.id(), failure);
        return end.end(work, BatchStatus.EXPIRED, List.of());
    }

    private @Nullable StoredFile input() {
        var fetched = work.fetched();
        return fetched == null
                ? Stages.await(rooms.files().find(project(), work.input()))
                : new StoredFile(work.id(), project(), work.id(), "batch", now(), null, List.of(fetched));
    }

    private InputLines.Source source(StoredFile input) {
        var fetched = work.fetched();
        return (from, most) -> Stages.await(
                fetched == null
                        ? rooms.files().read(input, from, most)
                        : rooms.files().blobs().read(fetched.blob(), from, most));
    }

    /** A line as long as the body of a request may be, and what is around it. */
    private int longest() {
        return rooms.settings().get().limits().jsonBytes() + LINE_ROOM;
    }

    private boolean save() {
        return Stages.await(attempt.save(work.text()));
    }

    private String project() {
        return attempt.job().project();
    }

    private Instant now() {
        return rooms.clock().instant();
    }
}
