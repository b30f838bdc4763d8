package io.dromedary.jobs;

import io.dromedary.jobs.JobRecord.Text;
import io.dromedary.store.Held;
import io.dromedary.store.Shelf;
import io.dromedary.store.ShelfName;
import io.dromedary.store.Store;
import io.dromedary.store.StoreException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shelf of jobs, with keys of three kinds: {@code <id>} for a job, {@code <id>/work/<part>} for a work that is long, so
 * that who looks through the jobs need not read it, and {@code lease/<run>}.
 */
final class JobShelf {
    private static final Logger LOG = LoggerFactory.getLogger(JobShelf.class);

    /** Until somebody takes it away. */
    private static final Duration LIFESPAN = Duration.ofDays(366);

    /** A longer work stands apart. */
    static final int LONG = 8 << 10;

    private static final String LEASE = "lease/";
    private static final String WORK = "/work/";

    private final Shelf<JobRecord> jobs;
    private final Shelf<Lease> leases;
    private final Shelf<String> works;
    private final Executor threads;
    private final Set<String> unreadable = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * What is there.
     *
     * @param works whole keys
     */
    record Keys(Set<String> jobs, Set<String> runs, Set<String> works) {
        static Keys of(Set<String> keys) {
            var sorted = new Keys(new HashSet<>(), new HashSet<>(), new HashSet<>());
            for (var key : keys) {
                if (key.startsWith(LEASE)) {
                    sorted.runs.add(key.substring(LEASE.length()));
                } else if (key.contains(WORK)) {
                    sorted.works.add(key);
                } else {
                    sorted.jobs.add(key);
                }
            }
            return sorted;
        }

        /** Of the job that a work belongs to. */
        static String id(String work) {
            return work.substring(0, work.indexOf(WORK));
        }
    }

    /**
     * Three views of one shelf.
     *
     * @param threads where long works are written and read
     */
    JobShelf(Shelf<JobRecord> jobs, Shelf<Lease> leases, Shelf<String> works, Executor threads) {
        this.jobs = jobs;
        this.leases = leases;
        this.works = works;
        this.threads = threads;
    }

    static JobShelf in(Store store, Executor threads) {
        return new JobShelf(
                store.shelf(ShelfName.JOBS, JobRecord.CODEC),
                store.shelf(ShelfName.JOBS, Lease.CODEC),
                store.shelf(ShelfName.JOBS, JobRecord.WORK),
                threads);
    }

    /** Nothing is written from here on. */
    void close() {
        closed = true;
    }

    CompletionStage<Keys> keys() {
        return jobs.keys().thenApply(Keys::of);
    }

    CompletionStage<@Nullable Held<JobRecord>> job(String id) {
        return jobs.get(id);
    }

    /** Those of them that are there and can be read: a gateway of a later version may have put others. */
    CompletionStage<Map<String, Held<JobRecord>>> jobs(Collection<String> ids) {
        var left = ids.stream().filter(id -> !unreadable.contains(id)).toList();
        return jobs.getAll(left)
                .handle((found, failed) -> {
                    if (failed == null) {
                        return CompletableFuture.completedStage(found);
                    }
                    return isUnreadable(failed)
                            ? each(left)
                            : CompletableFuture.<Map<String, Held<JobRecord>>>failedStage(failed);
                })
                .thenCompose(Function.identity());
    }

    private CompletionStage<Map<String, Held<JobRecord>>> each(List<String> ids) {
        CompletionStage<Map<String, Held<JobRecord>>> all = CompletableFuture.completedStage(new HashMap<>());
        for (var id : ids) {
            all = all.thenCombine(readable(id), (found, held) -> {
                if (held != null) {
                    found.put(id, held);
                }
                return found;
            });
        }
        return all;
    }

    private CompletionStage<@Nullable Held<JobRecord>> readable(String id) {
        return jobs.get(id).exceptionally(failed -> {
            if (isUnreadable(failed) && unreadable.add(id)) {
                LOG.error("a job is left to others, since this gateway cannot read it: {}", failed.getMessage());
            }
            return null;
        });
    }

    private static boolean isUnreadable(Throwable failed) {
        var bare = OneByOne.bare(failed);
        return bare instanceof StoreException && bare.getCause() instanceof IllegalArgumentException;
    }

    CompletionStage<Boolean> put(JobRecord job) {
        return written(job.id(), () -> jobs.putIfAbsent(job.id(), job, LIFESPAN));
    }

    CompletionStage<Boolean> replace(Held<JobRecord> old, JobRecord job) {
        return written(job.id(), () -> jobs.replace(job.id(), old, job, LIFESPAN));
    }

    CompletionStage<Boolean> remove(Held<JobRecord> old) {
        return written(old.value().id(), () -> jobs.remove(old.value().id(), old));
    }

    /** As it is on the shelf once it has been put there. */
    static Held<JobRecord> held(JobRecord job) {
        return new Held<>(job, JobRecord.CODEC.encode(job));
    }

    /**
     * Puts a work where it belongs, before its record is written.
     *
     * @param part fresh, where it has to stand apart
     */
    CompletionStage<Text> putWork(String id, String work, Supplier<String> part) {
        if (work.length() <= LONG) {
            return CompletableFuture.completedStage(new Text.Here(work));
        }
        var apart = new Text.Apart(part.get());
        return onThread(() -> written(id, () -> works.putIfAbsent(key(id, apart), work, LIFESPAN)))
                .thenApply(put -> apart);
    }

    /** Null where it is gone. */
    CompletionStage<@Nullable String> work(JobRecord job) {
        return switch (job.text()) {
            case Text.Here here -> CompletableFuture.completedStage(here.work());
            case Text.Apart apart ->
                onThread(() -> works.get(key(job.id(), apart))).thenApply(held -> held == null ? null : held.value());
        };
    }

    /** Takes a work away that no record names any more. Where that fails it is found again. */
    void removeWork(String id, Text text) {
        if (text instanceof Text.Apart apart) {
            removeWork(key(id, apart));
        }
    }

    void removeWork(String key) {
        var _ = onThread(() -> works.get(key)
                .thenCompose(held -> held == null
                        ? CompletableFuture.completedStage(false)
                        : written(key, () -> works.remove(key, held))));
    }

    private static String key(String id, Text.Apart apart) {
        return id + WORK + apart.part();
    }

    CompletionStage<@Nullable Held<Lease>> lease(String run) {
        return leases.get(LEASE + run);
    }

    /** By run. */
    CompletionStage<Map<String, Held<Lease>>> leases(Collection<String> runs) {
        return leases.getAll(runs.stream().map(run -> LEASE + run).toList()).thenApply(found -> {
            Map<String, Held<Lease>> byRun = HashMap.newHashMap(found.size());
            found.forEach((key, held) -> byRun.put(key.substring(LEASE.length()), held));
            return byRun;
        });
    }

    CompletionStage<Boolean> putLease(Lease lease) {
        return written(lease.run(), () -> leases.putIfAbsent(LEASE + lease.run(), lease, LIFESPAN));
    }

    CompletionStage<Boolean> replaceLease(Held<Lease> old, Lease lease) {
        return written(lease.run(), () -> leases.replace(LEASE + lease.run(), old, lease, LIFESPAN));
    }

    CompletionStage<Boolean> removeLease(Held<Lease> old) {
        return written(
                old.value().run(), () -> leases.remove(LEASE + old.value().run(), old));
    }

    private CompletionStage<Boolean> written(String key, Supplier<CompletionStage<Boolean>> write) {
        return closed
                ? CompletableFuture.failedStage(new StoreException(key + ": the gateway has stopped its jobs"))
                : write.get();
    }

    /** What is long takes its time to be made into a text, or out of one. */
    private <A extends @Nullable Object> CompletionStage<A> onThread(Supplier<CompletionStage<A>> question) {
        return CompletableFuture.supplyAsync(question, threads).thenCompose(Function.identity());
    }
}
