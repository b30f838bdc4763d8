package io.dromedary.jobs;

import io.dromedary.jobs.JobShelf.Keys;
import io.dromedary.jobs.Known.Phase;
import io.dromedary.jobs.OwnLease.Pace;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks through the shelf of jobs: what came, what went, who cancelled what is worked on here. The only one
 * who uses a shared store looks every so often, one who has it alone at the start, and when an answer was lost.
 */
final class Sweep {
    private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);

    /** Records that are read with one question. */
    private static final int AT_ONCE = 256;

    /** Of the records that are known, as many are read again each time. */
    private static final int AGAIN = 128;

    /** After which a work without a job is one that was left over, and not one that a record is about to follow. */
    private static final Duration STRAY = Duration.ofMinutes(10);

    private final JobShelf shelf;
    private final OneByOne turns;
    private final LongSupplier nanos;
    private final Pace pace;
    private final Board board;
    private final Claims claims;
    private final @Nullable OtherRuns others;
    private final Queue<String> again = new ArrayDeque<>();
    private final Map<String, Long> strays = new HashMap<>();
    private boolean looked;
    private boolean asked;
    private boolean missed;
    private boolean finding;
    private Consumer<Set<String>> met = runs -> {};

    /** @param others null where there are none */
    Sweep(
            JobShelf shelf,
            OneByOne turns,
            LongSupplier nanos,
            Pace pace,
            Board board,
            Claims claims,
            @Nullable OtherRuns others) {
        this.shelf = shelf;
        this.turns = turns;
        this.nanos = nanos;
        this.pace = pace;
        this.board = board;
        this.claims = claims;
        this.others = others;
    }

    /** @param told of the runs that have leases, whenever this gateway has looked */
    void telling(Consumer<Set<String>> told) {
        met = told;
    }

    /** Looks every so often from here on, where others use the store. */
    void begin() {
        if (others != null) {
            turns.after(pace.look(), this::look);
        }
    }

    private void look() {
        turns.when(once(), (done, failed) -> {
            if (failed != null) {
                LOG.warn("the jobs of the store cannot be looked through: {}", failed.getMessage());
            }
            begin();
        });
    }

    /** An answer was lost: there may be a job that this gateway does not know of. */
    void soon() {
        if (others != null || asked) {
            return;
        }
        asked = true;
        turns.after(
                pace.look(),
                () -> turns.when(once(), (done, failed) -> {
                    asked = false;
                    if (failed != null) {
                        soon();
                    }
                }));
    }

    /** In turn. */
    CompletionStage<@Nullable Void> once() {
        var since = board.stamp();
        return shelf.keys()
                .thenComposeAsync(keys -> read(keys, since), turns)
                .thenComposeAsync(keys -> watchOwn(), turns);
    }

    private CompletionStage<Keys> read(Keys keys, long since) {
        forget(since, id -> !keys.jobs().contains(id), List.copyOf(board.all()));
        strays(keys);
        met.accept(keys.runs());
        Set<String> toRead = new HashSet<>();
        for (var id : keys.jobs()) {
            if (board.get(id) == null) {
                toRead.add(id);
            }
        }
        toRead.addAll(others == null ? List.of() : oldest());
        return readAll(toRead).thenApply(done -> keys);
    }

    private CompletionStage<@Nullable Void> readAll(Collection<String> ids) {
        var sent = board.stamp();
        return inParts(
                ids,
                part -> shelf.jobs(part)
                        .thenAcceptAsync(
                                found -> {
                                    found.values().forEach(job -> learn(job.value()));
                                    forget(sent, id -> !found.containsKey(id), known(part));
                                },
                                turns));
    }

    private void learn(JobRecord job) {
        if (board.get(job.id()) == null) {
            again.add(job.id());
        }
        claims.learn(job);
    }

    /** Those that were read longest ago. */
    private List<String> oldest() {
        List<String> ids = new ArrayList<>();
        for (var i = Math.min(AGAIN, again.size()); i > 0; i--) {
            var id = again.remove();
            var job = board.get(id);
            if (job != null) {
                again.add(id);
                if (!job.isBusy()) {
                    ids.add(id);
                }
            }
        }
        return ids;
    }

    private List<Known> known(Collection<String> ids) {
        List<Known> all = new ArrayList<>();
        for (var id : ids) {
            var job = board.get(id);
            if (job != null) {
                all.add(job);
            }
        }
        return all;
    }

    /** What has not changed since and is not there has ended. */
    private void forget(long since, Predicate<String> isGone, List<Known> jobs) {
        if (others == null) {
            // nobody else ends a job, and what a look missed would not be found again
            return;
        }
        for (var job : jobs) {
            if (!job.isBusy() && job.stamp() <= since && isGone.test(job.id())) {
                board.forget(job.id());
            }
        }
    }

    /** Works that no job has, for so long that none will. At the start of a lone gateway nobody is about to submit any. */
    private void strays(Keys keys) {
        var now = nanos.getAsLong();
        var patience = others == null && !looked ? Duration.ZERO : STRAY;
        looked = true;
        strays.keySet().retainAll(keys.works());
        for (var work : keys.works()) {
            var id = Keys.id(work);
            if (keys.jobs().contains(id) || board.get(id) != null) {
                strays.remove(work);
            } else if (now - strays.computeIfAbsent(work, any -> now) >= patience.toNanos()) {
                shelf.removeWork(work);
            }
        }
    }

    /** Its lease is gone: what it has claimed is nobody's. */
    void gone(String run) {
        if (others == null || run.isEmpty()) {
            return;
        }
        others.gone(run);
        for (var job : board.all()) {
            if (job.phase() instanceof Phase.Elsewhere elsewhere
                    && elsewhere.run().equals(run)) {
                claims.orphaned(job);
            }
        }
        missed = true;
        findMissed();
    }

    /** It may have claimed jobs that this gateway knows as another's, or not at all: they are not to wait for their turn. */
    private void findMissed() {
        if (!missed || finding) {
            return;
        }
        missed = false;
        finding = true;
        List<String> elsewhere = new ArrayList<>();
        for (var job : board.all()) {
            if (job.phase() instanceof Phase.Elsewhere) {
                elsewhere.add(job.id());
            }
        }
        var found = readAll(elsewhere).thenComposeAsync(read -> once(), turns);
        turns.when(found, (done, failed) -> {
            finding = false;
            findMissed();
        });
    }

    /** Somebody may have cancelled them elsewhere, or have them. */
    private CompletionStage<@Nullable Void> watchOwn() {
        if (others == null) {
            return CompletableFuture.completedStage(null);
        }
        Map<String, Claimed> own = new HashMap<>();
        board.attempts().forEach(attempt -> own.put(attempt.id(), attempt));
        return inParts(
                own.keySet(),
                part -> shelf.jobs(part)
                        .thenAcceptAsync(
                                found -> part.forEach(id -> {
                                    var held = found.get(id);
                                    Objects.requireNonNull(own.get(id)).hold().seen(held == null ? null : held.value());
                                }),
                                turns));
    }

    private static CompletionStage<@Nullable Void> inParts(
            Collection<String> ids, Function<List<String>, CompletionStage<@Nullable Void>> read) {
        var all = List.copyOf(ids);
        CompletionStage<@Nullable Void> done = CompletableFuture.completedStage(null);
        for (var at = 0; at < all.size(); at += AT_ONCE) {
            var part = all.subList(at, Math.min(all.size(), at + AT_ONCE));
            done = done.thenCompose(before -> read.apply(part));
        }
        return done;
    }
}
