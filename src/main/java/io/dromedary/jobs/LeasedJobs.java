package io.dromedary.jobs;

import io.dromedary.api.Reply;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import io.dromedary.config.GatewaySettings;
import io.dromedary.jobs.OwnLease.Pace;
import io.dromedary.store.Held;
import io.dromedary.store.Store;
import io.dromedary.store.StoreException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Jobs under the leases of the gateways that share a store. A gateway has one lease for all of its jobs; where it stops
 * renewing it the others take its jobs over. Every change of a job is one comparison and write of its record.
 *
 * <p>{@link #serve}, then {@link #recall}, then {@link #start}; {@link #drain} and {@link #close} at the end.
 */
public final class LeasedJobs implements Jobs {
    private static final int MOST_TRIES = 100;

    /** Seconds after which one who has too many jobs may look whether that is still so. */
    private static final int RETRY_AFTER = 10;

    private final JobShelf shelf;
    private final Means means;
    private final OneByOne turns;
    private final Board board = new Board();
    private final Map<Kind, Worker> workers = new ConcurrentHashMap<>();
    private final LongAdder leaseLosses = new LongAdder();
    private final JobObserver observer;
    private final IntSupplier waiting;
    private final Claims claims;
    private final Runs runs;
    private final Sweep sweep;

    /** Null where nobody else uses the store. */
    private final @Nullable Watch watch;

    private boolean draining;
    private boolean closing;

    /**
     * @param shared other gateways use the store too
     * @param settings the lease as it is now; the rest as it is at the time
     */
    public static LeasedJobs in(
            Store store, boolean shared, Supplier<GatewaySettings.Jobs> settings, Means means, JobObserver observer) {
        return new LeasedJobs(
                JobShelf.in(store, means.threads()),
                shared,
                settings.get().lease(),
                () -> settings.get().inFlight(),
                () -> settings.get().waiting(),
                means,
                observer);
    }

    LeasedJobs(
            JobShelf shelf,
            boolean shared,
            Duration lease,
            IntSupplier room,
            IntSupplier waiting,
            Means means,
            JobObserver observer) {
        this.waiting = waiting;
        this.shelf = shelf;
        this.means = means;
        this.observer = observer;
        this.turns = new OneByOne(means.timer());
        var pace = new Pace(lease);
        this.claims = new Claims(shelf, turns, means, board, workers, room, pace.look(), observer);
        Supplier<String> fresh = () -> means.ids().next("run_");
        if (shared) {
            var others = new OtherRuns(pace, means.nanos());
            var own = new OwnLease(shelf, turns, fresh, means.nanos(), pace, claims::pump, this::leaseLost);
            this.runs = new Runs.Shared(shelf, own, others);
            this.sweep = new Sweep(shelf, turns, means.nanos(), pace, board, claims, others);
            this.watch = new Watch(shelf, turns, pace, board, own::run, others, sweep::gone);
            sweep.telling(watch::met);
        } else {
            this.runs = new Runs.Lone(fresh.get(), claims::pump);
            this.sweep = new Sweep(shelf, turns, means.nanos(), pace, board, claims, null);
            this.watch = null;
        }
        claims.under(runs);
    }

    /** Jobs of this kind are done here, by this worker. Those of a kind without one wait. */
    public void serve(Kind kind, Worker worker) {
        workers.put(kind, worker);
    }

    /** Learns what there is, so that {@link #isLive} knows. Nothing is begun. */
    public CompletionStage<@Nullable Void> recall() {
        return inTurn(told -> turns.when(sweep.once(), (done, failed) -> {
            if (failed == null) {
                told.complete(null);
            } else {
                sweep.soon();
                told.completeExceptionally(failed);
            }
        }));
    }

    /** From here on jobs are worked on. */
    public void start() {
        turns.execute(() -> {
            if (!draining) {
                runs.begin();
                sweep.begin();
                if (watch != null) {
                    watch.begin();
                }
                claims.open();
            }
        });
    }

    /** Nothing new is begun, and what is under way is told so. */
    public void drain() {
        turns.execute(() -> {
            draining = true;
            claims.shut();
            board.attempts().forEach(Claimed::drain);
        });
    }

    /**
     * Leaves what is under way to others, who may begin at once, and stops.
     *
     * @return complete when that is written, and nothing more will be; it may be given up at any time by {@link #abandon}
     */
    public CompletionStage<@Nullable Void> close() {
        return inTurn(told -> {
            draining = true;
            closing = true;
            claims.shut();
            board.attempts().forEach(Claimed::abandon);
            claims.whenIdle(() -> runs.end(() -> {
                abandon();
                told.complete(null);
            }));
        });
    }

    /** Stops as a kill would, but that nothing more is written. */
    public void abandon() {
        turns.stop();
        shelf.close();
    }

    @Override
    public void admit(String project) {
        var most = waiting.getAsInt();
        if (board.count(project) >= most) {
            throw new RefusedException(new Refusal.Limited(
                    "This project has " + most
                            + " deferred completions, responses in the background and batches that have"
                            + " not ended, which is as many as it may have. Wait until some have, or cancel some.",
                    "requests",
                    "rate_limit_exceeded",
                    RETRY_AFTER));
        }
    }

    @Override
    public CompletionStage<Void> submit(Order order) {
        return this.<@Nullable Void>inTurn(told -> submit(order, told)).thenApply(done -> null);
    }

    private void submit(Order order, CompletableFuture<@Nullable Void> told) {
        if (closing) {
            fail(told, new StoreException(order.id() + ": the gateway has stopped its jobs"));
        } else if (board.get(order.id()) != null) {
            fail(told, taken(order));
        } else {
            var now = means.clock().instant();
            var record = new JobRecord(
                    order.id(),
                    order.kind(),
                    order.project(),
                    order.key(),
                    means.ids().next(""),
                    new JobRecord.Text.Here(""),
                    now,
                    now,
                    Duration.ZERO,
                    0,
                    0,
                    false,
                    false,
                    null,
                    false);
            var entering = board.enter(record, new Known.Phase.Entering());
            turns.when(shelf.putWork(order.id(), order.work(), () -> record.order()), (text, failed) -> {
                if (failed == null) {
                    put(entering, record.saved(text), told);
                } else {
                    unaccepted(order.id());
                    fail(told, failed);
                }
            });
        }
    }

    private void put(Known entering, JobRecord unclaimed, CompletableFuture<@Nullable Void> told) {
        var claim = claims.claimFor(unclaimed.kind());
        var record = claim == null ? unclaimed : unclaimed.claimed(claim);
        turns.when(shelf.put(record), (put, failed) -> {
            if (failed != null) {
                unaccepted(record.id());
                sweep.soon();
                fail(told, failed);
            } else if (put) {
                accepted(entering, JobShelf.held(record));
                tell(told, null);
            } else {
                refused(entering, record, told);
            }
        });
    }

    private void accepted(Known entering, Held<JobRecord> held) {
        if (held.value().claim() == null) {
            board.forget(entering.id());
            claims.learn(held.value());
            claims.moved();
        } else {
            claims.begin(entering, held);
        }
    }

    /** The id is taken, or an answer was lost. */
    private void refused(Known entering, JobRecord record, CompletableFuture<@Nullable Void> told) {
        turns.when(shelf.job(record.id()), (found, failed) -> {
            var claim = record.claim();
            if (failed == null
                    && found != null
                    && claim != null
                    && found.value().isClaimedWith(claim.token())) {
                claims.begin(entering, found);
                tell(told, null);
                return;
            }
            unaccepted(record.id());
            if (failed != null) {
                sweep.soon();
                fail(told, failed);
            } else if (found != null) {
                claims.learn(found.value());
                if (found.value().order().equals(record.order())) {
                    tell(told, null);
                } else {
                    shelf.removeWork(record.id(), record.text());
                    fail(told, new IllegalStateException("there is a job " + record.id() + " already"));
                }
            } else {
                // it was there and has ended: with whoever has taken it from here, or whose it was
                tell(told, null);
            }
        });
    }

    private void unaccepted(String id) {
        board.forget(id);
        claims.moved();
    }

    private static IllegalStateException taken(Order order) {
        return new IllegalStateException("there is a job " + order.id() + " already");
    }

    @Override
    public CompletionStage<Boolean> cancel(String id) {
        return inTurn(told -> cancel(id, 0, told));
    }

    private void cancel(String id, int tries, CompletableFuture<Boolean> told) {
        var known = board.get(id);
        if (known != null && known.phase() instanceof Known.Phase.Here here) {
            var hold = here.attempt().hold();
            turns.when(hold.change(record -> record.cancelled(means.clock().instant())), (done, failed) -> {
                if (done) {
                    tell(told, true);
                } else {
                    cancelRecord(id, tries, told);
                }
            });
        } else {
            cancelRecord(id, tries, told);
        }
    }

    private void cancelRecord(String id, int tries, CompletableFuture<Boolean> told) {
        turns.when(shelf.job(id), (found, failed) -> {
            if (failed != null) {
                fail(told, failed);
            } else if (found == null) {
                tell(told, false);
            } else if (found.value().cancelled()) {
                claims.learn(found.value());
                tell(told, true);
            } else if (tries > MOST_TRIES) {
                fail(told, new StoreException(id + " was changed by others " + tries + " times in a row"));
            } else {
                var next = found.value().cancelled(means.clock().instant());
                turns.when(shelf.replace(found, next), (done, wrong) -> {
                    if (wrong != null) {
                        fail(told, wrong);
                    } else if (done) {
                        claims.learn(next);
                        tell(told, true);
                    } else {
                        cancel(id, tries + 1, told);
                    }
                });
            }
        });
    }

    @Override
    public boolean isLive(String id) {
        return board.get(id) != null;
    }

    @Override
    public boolean isLive(String project, String id) {
        var known = board.get(id);
        return known != null && known.project().equals(project);
    }

    @Override
    public CompletionStage<Boolean> isThere(String project, String id) {
        return shelf.job(id)
                .thenApply(found -> found != null && found.value().project().equals(project));
    }

    /** As they are now, from memory. */
    public JobFigures figures() {
        return JobFigures.of(board.all(), means.clock().instant());
    }

    /**
     * What the operator sees.
     *
     * @param projects whether it names them
     */
    public CompletionStage<Reply> page(boolean projects) {
        return inTurn(told -> tell(
                told,
                new JobsPage(runs.own(), draining, leaseLosses.sum(), runs.silences(), board.all())
                        .reply(projects, means.clock().instant())));
    }

    private void leaseLost(String run) {
        leaseLosses.increment();
        observer.leaseLost();
        sweep.gone(run);
        board.attempts().forEach(Claimed::lose);
    }

    private interface Question<A extends @Nullable Object> {
        void ask(CompletableFuture<A> told);
    }

    private <A extends @Nullable Object> CompletionStage<A> inTurn(Question<A> question) {
        var told = new CompletableFuture<A>();
        turns.execute(() -> question.ask(told));
        return told.minimalCompletionStage();
    }

    /** Whoever asked goes on with it elsewhere, since that may take its time. */
    private <A extends @Nullable Object> void tell(CompletableFuture<A> told, A answer) {
        var _ = told.completeAsync(() -> answer, means.threads());
    }

    private void fail(CompletableFuture<?> told, Throwable failed) {
        means.threads().execute(() -> told.completeExceptionally(failed));
    }
}
