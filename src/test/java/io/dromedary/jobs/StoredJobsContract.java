package io.dromedary.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dromedary.api.Ids;
import io.dromedary.jobs.Jobs.Order;
import io.dromedary.store.Store;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Engines on a real store, in real time, that stop as a kill would stop them, and come back. */
@Timeout(120)
abstract class StoredJobsContract {
    private static final int JOBS = 240;
    private static final int KILLS = 10;
    private static final Duration LEASE = Duration.ofMillis(1500);

    private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
    private final SplittableRandom random = new SplittableRandom(7);
    private final Map<String, String> results = new ConcurrentHashMap<>();
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger interrupted = new AtomicInteger();

    /** A store for a process that begins. */
    abstract Store open();

    /** Processes at once. */
    abstract int gateways();

    private final class Peer implements Worker {
        final Store store = open();
        final AtomicInteger underWay = new AtomicInteger();
        final LeasedJobs jobs = new LeasedJobs(
                JobShelf.in(store, Thread::startVirtualThread),
                gateways() > 1,
                LEASE,
                () -> 16,
                () -> Integer.MAX_VALUE,
                new Means(
                        (wait, what) -> {
                            var task = later.schedule(what, wait.toMillis(), TimeUnit.MILLISECONDS);
                            return () -> task.cancel(false);
                        },
                        Thread::startVirtualThread,
                        Ids.random(random.split(), InstantSource.system()),
                        InstantSource.system(),
                        System::nanoTime),
                JobObserver.NONE);
        volatile boolean killed;

        Peer start() {
            for (var kind : Kind.values()) {
                jobs.serve(kind, this);
            }
            jobs.recall().toCompletableFuture().join();
            jobs.start();
            return this;
        }

        @Override
        public CompletionStage<Outcome> work(Attempt attempt) {
            begun.incrementAndGet();
            underWay.incrementAndGet();
            var id = attempt.job().id();
            var outcome = new CompletableFuture<Outcome>();
            later.schedule(
                    () -> end(id, attempt.job().work(), outcome), 20 + id.hashCode() % 20, TimeUnit.MILLISECONDS);
            return outcome;
        }

        private void end(String id, String work, CompletableFuture<Outcome> outcome) {
            if (!killed) {
                results.putIfAbsent(id, work);
                underWay.decrementAndGet();
                outcome.complete(Outcome.DONE);
            }
        }

        @Override
        public CompletionStage<?> giveUp(Job job) {
            results.putIfAbsent(job.id(), "failed");
            return CompletableFuture.completedStage(true);
        }

        void kill() {
            killed = true;
            // also those whose end was not written: each may be begun once more
            interrupted.addAndGet(jobs.figures().all().stream()
                    .filter(figure -> figure.state() == JobFigures.State.RUNNING)
                    .mapToInt(JobFigures.Figure::count)
                    .sum());
            jobs.abandon();
            store.close();
        }
    }

    @AfterEach
    void stop() {
        later.shutdownNow();
    }

    @Test
    void every_job_ends_once_though_gateways_die() {
        List<Peer> processes = new ArrayList<>();
        for (var i = 0; i < gateways(); i++) {
            processes.add(new Peer().start());
        }
        for (var i = 0; i < JOBS; i++) {
            var work = i % 20 == 0 ? "x".repeat(2 * JobShelf.LONG) : "work " + i;
            processes
                    .get(i % gateways())
                    .jobs
                    .submit(new Order("job" + i, Kind.values()[i % 3], "acme", "ci", work))
                    .toCompletableFuture()
                    .join();
            if (i % (JOBS / KILLS) == 0) {
                var at = random.nextInt(gateways());
                processes.get(at).kill();
                processes.set(at, new Peer().start());
            }
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> results.size() == JOBS);
        var shelf = JobShelf.in(processes.getFirst().store, Thread::startVirtualThread);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> shelf.keys().toCompletableFuture().join().jobs().isEmpty());
        assertThat(results)
                .allSatisfy((id, result) -> assertThat(result)
                        .matches(text -> text.equals("failed")
                                || text.equals("work " + id.substring(3))
                                || text.startsWith("xx")));
        assertThat(begun.get() - JOBS).isLessThanOrEqualTo(interrupted.get());
        for (var process : processes) {
            process.jobs.drain();
            process.jobs.close().toCompletableFuture().join();
            process.store.close();
        }
    }
}
