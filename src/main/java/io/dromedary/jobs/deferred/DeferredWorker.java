package io.dromedary.jobs.deferred;

import io.dromedary.api.error.Refusal;
import io.dromedary.call.InnerCalls;
import io.dromedary.jobs.Attempt;
import io.dromedary.jobs.Job;
import io.dromedary.jobs.Outcome;
import io.dromedary.jobs.Worker;
import io.dromedary.responses.Timer;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Keeps promises of completions: asks for each as its caller would have, and puts what comes of it. */
public final class DeferredWorker implements Worker {
    private final DeferredCompletions completions;
    private final InnerCalls calls;
    private final Timer timer;
    private final InstantSource clock;

    public DeferredWorker(DeferredCompletions completions, InnerCalls calls, Timer timer, InstantSource clock) {
        this.completions = completions;
        this.calls = calls;
        this.timer = timer;
        this.clock = clock;
    }

    @Override
    public CompletionStage<Outcome> work(Attempt attempt) {
        return completions.isWaitedFor(attempt.job().id()).thenCompose(waited -> {
            // an attempt before this one may have put the result and died, and the caller may have it
            if (!waited || attempt.job().cancelled()) {
                return CompletableFuture.completedStage(Outcome.DONE);
            }
            return new DeferredRun(completions, attempt, timer, clock).begin(calls);
        });
    }

    @Override
    public CompletionStage<?> giveUp(Job job) {
        return completions.end(
                job.id(),
                Result.of(new Refusal.Http(
                        500,
                        "The completion could not be made: each attempt at it was cut short. Ask for it again.",
                        "deferred_completion_failed")));
    }
}
