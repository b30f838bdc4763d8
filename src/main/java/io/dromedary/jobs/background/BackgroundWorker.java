package io.dromedary.jobs.background;

import io.dromedary.api.Headers;
import io.dromedary.api.responses.ResponseError;
import io.dromedary.call.InnerCalls;
import io.dromedary.call.InnerCalls.Ask;
import io.dromedary.call.InnerCalls.Told;
import io.dromedary.jobs.Attempt;
import io.dromedary.jobs.Attempt.Stop;
import io.dromedary.jobs.Job;
import io.dromedary.jobs.Outcome;
import io.dromedary.jobs.Worker;
import io.dromedary.responses.BackgroundResponses;
import io.dromedary.responses.BackgroundRun;
import io.dromedary.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Makes responses in the background. The work of a job is the body of its request, to be streamed; each attempt sends it
 * through the route that serves any other.
 */
public final class BackgroundWorker implements Worker {
    private static final String ENDPOINT = "/v1/responses";
    private static final ResponseError GIVEN_UP =
            ResponseError.ofServer("The response could not be made: each attempt was broken off. Ask again.");

    private static final Told NOT_ASKED = new Told(0, new Headers(), new byte[0]);

    private final InnerCalls calls;
    private final BackgroundResponses responses;
    private final InstantSource clock;

    public BackgroundWorker(InnerCalls calls, BackgroundResponses responses, InstantSource clock) {
        this.calls = calls;
        this.responses = responses;
        this.clock = clock;
    }

    @Override
    public CompletionStage<Outcome> work(Attempt attempt) {
        var job = attempt.job();
        return patiently(
                job.cancelled()
                        ? cancelled(job)
                        : responses
                                .attempt(job.project(), job.id())
                                .thenCompose(run -> run == null
                                        ? CompletableFuture.completedStage(Outcome.DONE)
                                        : called(attempt, run).thenCompose(call -> outcome(attempt, run, call))));
    }

    /** A store that cannot be used is nobody's attempt. */
    private static CompletionStage<Outcome> patiently(CompletionStage<Outcome> outcome) {
        return outcome.exceptionally(failure -> {
            var cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            if (cause instanceof StoreException) {
                return new Outcome.Again(Verdict.SHORTEST, false);
            }
            throw new CompletionException(cause);
        });
    }

    private CompletionStage<Outcome> cancelled(Job job) {
        return responses.cancel(job.project(), job.id()).thenApply(any -> Outcome.DONE);
    }

    /**
     * A call that is over.
     *
     * @param stopped why it was stopped, or null where it was not
     */
    private record Called(Told told, @Nullable Stop stopped) {}

    /** Runs the call, and stops it when the attempt is to stop; one that only has to come to its end may do so. */
    private CompletionStage<Called> called(Attempt attempt, BackgroundRun run) {
        var job = attempt.job();
        var body = job.work().getBytes(StandardCharsets.UTF_8);
        var over = new CompletableFuture<Called>();
        var stopped = new CompletableFuture<Stop>();
        attempt.whenStopped(why -> {
            if (why != Stop.DRAINING) {
                stopped.complete(why);
            }
        });
        var already = stopped.getNow(null);
        if (already != null) {
            // nobody is asked for what nobody wants any more
            return CompletableFuture.completedStage(new Called(NOT_ASKED, already));
        }
        var running = calls.begin(
                new Ask(job.id(), ENDPOINT, body, job.project(), job.key(), run, attempt::asks),
                told -> over.complete(new Called(told, stopped.getNow(null))));
        var _ = stopped.thenRun(running::leave);
        return over;
    }

    private CompletionStage<Outcome> outcome(Attempt attempt, BackgroundRun run, Called call) {
        var job = attempt.job();
        if (call.stopped == Stop.CANCELLED) {
            return cancelled(job);
        }
        if (call.stopped == Stop.LOST) {
            return CompletableFuture.completedStage(Outcome.DONE);
        }
        var verdict =
                Verdict.of(run.end(), call.told, attempt.number(), Duration.between(job.created(), clock.instant()));
        return switch (verdict) {
            case Verdict.Over() -> CompletableFuture.completedStage(Outcome.DONE);
            case Verdict.Later(Duration pause, boolean counted) ->
                CompletableFuture.completedStage(new Outcome.Again(pause, counted));
            case Verdict.Failed(ResponseError error) ->
                responses.fail(job.project(), job.id(), error).thenApply(any -> Outcome.DONE);
        };
    }

    @Override
    public CompletionStage<?> giveUp(Job job) {
        return job.cancelled() ? cancelled(job) : responses.fail(job.project(), job.id(), GIVEN_UP);
    }
}
