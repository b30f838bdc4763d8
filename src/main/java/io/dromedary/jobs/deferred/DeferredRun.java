package io.dromedary.jobs.deferred;

import io.dromedary.call.InnerCalls;
import io.dromedary.call.InnerCalls.Ask;
import io.dromedary.call.InnerCalls.Running;
import io.dromedary.call.InnerCalls.Told;
import io.dromedary.jobs.Attempt;
import io.dromedary.jobs.Attempt.Stop;
import io.dromedary.jobs.Outcome;
import io.dromedary.responses.Timer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One attempt at a deferred completion: a call, and then its result, which is put for as long as it takes. */
final class DeferredRun {
    private static final Logger LOG = LoggerFactory.getLogger(DeferredRun.class);
    private static final String ENDPOINT = "/v1/chat/completions";
    private static final Outcome STOPPED = new Outcome.Again(Duration.ZERO, false);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final DeferredCompletions completions;
    private final Attempt attempt;
    private final Timer timer;
    private final InstantSource clock;
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private volatile boolean stopped;

    /** Its call, once that has begun. */
    private volatile @Nullable Running running;

    DeferredRun(DeferredCompletions completions, Attempt attempt, Timer timer, InstantSource clock) {
        this.completions = completions;
        this.attempt = attempt;
        this.timer = timer;
        this.clock = clock;
    }

    CompletionStage<Outcome> begin(InnerCalls calls) {
        var job = attempt.job();
        var body = job.work().getBytes(StandardCharsets.UTF_8);
        attempt.whenStopped(this::stop);
        if (stopped) {
            // nobody is asked for what nobody wants any more
            outcome.complete(STOPPED);
            return outcome;
        }
        var begun = calls.begin(
                new Ask(job.id(), ENDPOINT, body, job.project(), job.key(), null, attempt::asks), this::told);
        running = begun;
        if (stopped) {
            begun.leave();
        }
        return outcome;
    }

    private void stop(Stop why) {
        switch (why) {
            case CANCELLED, LOST -> {
                stopped = true;
                var now = running;
                if (now != null) {
                    now.leave();
                }
            }
            // what is under way may end
            case DRAINING -> {}
        }
    }

    private void told(Told told) {
        if (stopped || told.status() == 0) {
            outcome.complete(STOPPED);
            return;
        }
        var age = Duration.between(attempt.job().created(), clock.instant());
        var judged = Judgement.of(told, attempt.number(), age);
        switch (judged) {
            case Outcome.Again again -> outcome.complete(again);
            case Outcome.Done done -> put(Result.of(told), FIRST_PAUSE);
        }
    }

    /** What a model took a while for is not asked for again because the store cannot be used. */
    private void put(Result result, Duration pause) {
        completions.end(attempt.job().id(), result).whenComplete((put, failure) -> {
            if (failure == null) {
                outcome.complete(Outcome.DONE);
            } else if (stopped) {
                outcome.complete(STOPPED);
            } else {
                LOG.warn("{}: its result cannot be kept yet: {}", attempt.job().id(), failure.toString());
                var longer = pause.multipliedBy(2);
                timer.after(pause, () -> put(result, longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE));
            }
        });
    }
}
