package io.dromedary.jobs;

import io.dromedary.jobs.Attempt.Stop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A worker who does what a test says, when it says so. */
final class Desk implements Worker {
    /** An attempt that has begun. */
    static final class Task {
        final Attempt attempt;
        final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        final List<Stop> stops = new ArrayList<>();
        final int number;

        Task(Attempt attempt) {
            this.attempt = attempt;
            this.number = attempt.number();
            attempt.whenStopped(stops::add);
        }

        void done() {
            outcome.complete(Outcome.DONE);
        }

        void again(Outcome.Again again) {
            outcome.complete(again);
        }
    }

    final List<Task> tasks = new ArrayList<>();
    final List<Job> givenUp = new ArrayList<>();

    /** It comes to ask nobody. */
    boolean idle;

    /** So many times it cannot be written that a job has failed. */
    int failures;

    @Override
    public CompletionStage<Outcome> work(Attempt attempt) {
        var task = new Task(attempt);
        tasks.add(task);
        if (!idle) {
            var _ = attempt.asks(Runnable::run);
        }
        return task.outcome;
    }

    @Override
    public CompletionStage<?> giveUp(Job job) {
        if (failures > 0) {
            failures--;
            return CompletableFuture.failedStage(new IllegalStateException("not now"));
        }
        givenUp.add(job);
        return CompletableFuture.completedStage(true);
    }

    List<String> ids() {
        return tasks.stream().map(task -> task.attempt.job().id()).toList();
    }

    Task last() {
        return tasks.getLast();
    }
}
