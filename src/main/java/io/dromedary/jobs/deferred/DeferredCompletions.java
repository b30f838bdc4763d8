package io.dromedary.jobs.deferred;

import io.dromedary.api.Ids;
import io.dromedary.jobs.Jobs;
import io.dromedary.jobs.Kind;
import io.dromedary.jobs.deferred.Entry.Claim;
import io.dromedary.jobs.deferred.Entry.Ended;
import io.dromedary.jobs.deferred.Entry.Waiting;
import io.dromedary.responses.Timer;
import io.dromedary.store.Held;
import io.dromedary.store.Shelf;
import io.dromedary.store.ShelfName;
import io.dromedary.store.Store;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Completions that were promised, by request id. A promise stands on the shelf before anybody is told of it, and gives way
 * to its end once; that is there for a day, and is gone when a caller has got all of it. So a promise that stands is one
 * that is being kept, on every gateway, and where nothing stands there is nothing to come.
 */
public final class DeferredCompletions {
    /** How long a result is there, from when it was. */
    static final Duration KEPT = Duration.ofHours(24);

    /** How long one is waited for, even if no gateway runs meanwhile. */
    private static final Duration WAITED_FOR = Duration.ofDays(30);

    /** As long as a caller is told to wait. */
    private static final Duration BETWEEN_POLLS = Duration.ofSeconds(1);

    /** Where nobody else puts an end it need not be looked for. */
    private static final Duration ALONE = Duration.ofMinutes(1);

    private final Shelf<Entry> shelf;
    private final Jobs jobs;
    private final Timer timer;
    private final Ids ids;
    private final InstantSource clock;
    private final Remembered remembered;

    DeferredCompletions(
            Shelf<Entry> shelf, Jobs jobs, Timer timer, Ids ids, InstantSource clock, Remembered remembered) {
        this.shelf = shelf;
        this.jobs = jobs;
        this.timer = timer;
        this.ids = ids;
        this.clock = clock;
        this.remembered = remembered;
    }

    /** @param shared other gateways use the store too */
    public static DeferredCompletions in(
            Store store, boolean shared, Jobs jobs, Timer timer, Ids ids, InstantSource clock) {
        return new DeferredCompletions(
                store.shelf(ShelfName.DEFERRED, Entry.CODEC),
                jobs,
                timer,
                ids,
                clock,
                new Remembered(shared ? BETWEEN_POLLS : ALONE, System::nanoTime));
    }

    /**
     * Promises a completion.
     *
     * @param body of the request, as it is to be run
     * @return its request id, when nothing can take it back any more; fails with
     *     {@link io.dromedary.store.StoreException}
     * @throws io.dromedary.api.error.RefusedException 429 where the project has too many jobs
     */
    public CompletionStage<String> promise(String project, String key, byte[] body) {
        jobs.admit(project);
        var id = RequestId.from(ids.next(""));
        var waiting = new Waiting(project);
        var order = new Jobs.Order(id, Kind.DEFERRED, project, key, new String(body, StandardCharsets.UTF_8));
        return shelf.putIfAbsent(id, waiting, WAITED_FOR)
                .thenCompose(put -> jobs.submit(order))
                .handle((submitted, failure) -> {
                    if (failure == null) {
                        return CompletableFuture.completedStage(id);
                    }
                    // nobody is told of it: where the job is there all the same, it finds that nobody waits
                    CompletionStage<String> failed = CompletableFuture.failedStage(failure);
                    return shelf.remove(id, new Held<>(waiting, Entry.CODEC.encode(waiting)))
                            .handle((removed, again) -> failed)
                            .thenCompose(stage -> stage);
                })
                .thenCompose(stage -> stage);
    }

    /** How it stands, without taking anything away. */
    public CompletionStage<Found> look(String project, String id) {
        var known = known(project, id);
        if (known != null) {
            return CompletableFuture.completedStage(known);
        }
        return asked(id).thenApply(held -> {
            var ended = ended(project, held);
            return ended == null ? unended(project, held) : new Found.Seen(ended.result());
        });
    }

    /** How it ended, for whoever asks first. At once, and without a question to the store, where it was waited for just now. */
    public CompletionStage<Found> fetch(String project, String id) {
        var known = known(project, id);
        if (known != null) {
            return CompletableFuture.completedStage(known);
        }
        return asked(id)
                .thenCompose(held -> ended(project, held) == null
                        ? CompletableFuture.completedStage(unended(project, held))
                        : claim(project, id));
    }

    private CompletionStage<@Nullable Held<Entry>> asked(String id) {
        var mark = remembered.mark();
        return shelf.get(id).thenApply(held -> {
            if (held != null && held.value() instanceof Waiting waiting) {
                remembered.waits(id, waiting.project(), mark);
            }
            return held;
        });
    }

    private @Nullable Found known(String project, String id) {
        if (!RequestId.is(id)) {
            return Found.NOTHING;
        }
        var owner = remembered.waitingFor(id);
        if (owner == null) {
            return null;
        }
        return owner.equals(project) ? Found.LATER : Found.NOTHING;
    }

    private static @Nullable Ended ended(String project, @Nullable Held<Entry> held) {
        return held != null
                        && held.value() instanceof Ended ended
                        && ended.project().equals(project)
                ? ended
                : null;
    }

    private static Found unended(String project, @Nullable Held<Entry> held) {
        return held != null
                        && held.value() instanceof Waiting waiting
                        && waiting.project().equals(project)
                ? Found.LATER
                : Found.NOTHING;
    }

    private CompletionStage<Found> claim(String project, String id) {
        var claim = Handover.held(new Claim(ids.next("")));
        return shelf.putIfAbsent(Handover.claimKey(id), claim.value(), Handover.CLAIM)
                .thenCompose(claimed ->
                        claimed ? claimed(project, id, claim) : CompletableFuture.completedStage(Found.LATER));
    }

    /** It is looked for once more: whoever had the claim before may have taken it away. */
    private CompletionStage<Found> claimed(String project, String id, Held<Entry> claim) {
        return shelf.get(id)
                .handle((held, failure) -> {
                    var ended = failure == null ? ended(project, held) : null;
                    if (ended != null && held != null) {
                        var handover = new Handover(id, shelf, timer, () -> ids.next(""), held, claim);
                        return CompletableFuture.<Found>completedStage(new Found.Handed(ended.result(), handover));
                    }
                    CompletionStage<Found> nothing = failure == null
                            ? CompletableFuture.completedStage(Found.NOTHING)
                            : CompletableFuture.failedStage(failure);
                    return shelf.remove(Handover.claimKey(id), claim)
                            .handle((removed, again) -> nothing)
                            .thenCompose(stage -> stage);
                })
                .thenCompose(stage -> stage);
    }

    /** Somebody waits for it: it was promised, and has not ended. */
    CompletionStage<Boolean> isWaitedFor(String id) {
        return shelf.get(id).thenApply(held -> held != null && held.value() instanceof Waiting);
    }

    /** Puts how it ended, unless it has, or nobody waits. */
    CompletionStage<Void> end(String id, Result result) {
        return shelf.get(id).thenCompose(held -> {
            if (held == null || !(held.value() instanceof Waiting waiting)) {
                remembered.ended(id);
                return CompletableFuture.completedStage(null);
            }
            // it changes but once: whoever comes second has nothing to put
            return shelf.replace(id, held, new Ended(waiting.project(), clock.instant(), result), KEPT)
                    .thenAccept(put -> remembered.ended(id));
        });
    }
}
