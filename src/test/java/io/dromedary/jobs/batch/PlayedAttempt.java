package io.dromedary.jobs.batch;

import io.dromedary.jobs.Attempt;
import io.dromedary.jobs.Job;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An attempt that a test holds: it sees what is saved, and takes the job away when it says so. */
final class PlayedAttempt implements Attempt {
    private final Job job;
    private volatile @Nullable Consumer<Stop> told;
    private volatile @Nullable Stop stopped;

    /** What was saved last. */
    volatile String work;

    /** It may keep its place, unless it comes no further. */
    volatile boolean stays = true;

    /** Somebody waits for its place. */
    volatile boolean waitedFor;

    final AtomicInteger saves = new AtomicInteger();

    /** So many saves succeed; then somebody else has the job. */
    volatile int before = Integer.MAX_VALUE;

    PlayedAttempt(Job job) {
        this.job = job;
        this.work = job.work();
    }

    void stop(Stop stop) {
        stopped = stop;
        var tell = told;
        if (tell != null) {
            tell.accept(stop);
        }
    }

    @Override
    public Job job() {
        return job;
    }

    @Override
    public synchronized CompletionStage<Boolean> save(String saved) {
        if (saves.incrementAndGet() > before) {
            stop(Stop.LOST);
            return CompletableFuture.completedStage(false);
        }
        work = saved;
        return CompletableFuture.completedStage(true);
    }

    @Override
    public CompletionStage<Boolean> mayStay(boolean idle) {
        return CompletableFuture.completedStage(idle ? !waitedFor : stays);
    }

    @Override
    public void whenStopped(Consumer<Stop> tell) {
        told = tell;
        var already = stopped;
        if (already != null) {
            tell.accept(already);
        }
    }
}
