package io.dromedary.jobs.batch;

import io.dromedary.jobs.Attempt;
import io.dromedary.jobs.Job;
import io.dromedary.jobs.Outcome;
import io.dromedary.jobs.Worker;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Works on batches, each in a virtual thread of its own. */
final class BatchWorker implements Worker {
    private final BatchRooms rooms;

    BatchWorker(BatchRooms rooms) {
        this.rooms = rooms;
    }

    @Override
    public CompletionStage<Outcome> work(Attempt attempt) {
        return start(attempt, null);
    }

    /** What was not run gets an error for each line: the caller has a result for everything that was asked. */
    @Override
    public CompletionStage<?> giveUp(Job job) {
        if (job.work().isEmpty()) {
            var lost = List.of(new Fault("server_error", "What was to be done is not known any more.", null, null));
            var now = rooms.clock().instant();
            return rooms.records().change(job.id(), is -> is.ended(BatchStatus.FAILED, now, null, null, lost));
        }
        return start(new LastAttempt(job), Closing.GIVEN_UP).thenApply(outcome -> {
            if (outcome instanceof Outcome.Again) {
                throw new IllegalStateException("batch " + job.id() + " could not be given up");
            }
            return outcome;
        });
    }

    private CompletionStage<Outcome> start(Attempt attempt, @Nullable Closing why) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return new BatchRun(rooms, attempt).run(why);
                    } catch (InterruptedException e) {
                        throw new CompletionException(e);
                    }
                },
                task -> Thread.ofVirtual().name("batch-" + attempt.job().id()).start(task));
    }

    /** Nobody else has the job, and nothing of it is saved any more. */
    private record LastAttempt(Job job) implements Attempt {
        @Override
        public CompletionStage<Boolean> save(String work) {
            return CompletableFuture.completedStage(true);
        }

        @Override
        public void whenStopped(Consumer<Stop> told) {
            // nobody stops it
        }
    }
}
