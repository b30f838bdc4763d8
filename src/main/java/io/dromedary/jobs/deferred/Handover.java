package io.dromedary.jobs.deferred;

import io.dromedary.jobs.deferred.Entry.Claim;
import io.dromedary.responses.Timer;
import io.dromedary.store.Held;
import io.dromedary.store.Shelf;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands a result out to one caller. Its claim stands as long as that takes; where its gateway dies the claim runs out, and
 * the result can be fetched again.
 */
public final class Handover {
    private static final Logger LOG = LoggerFactory.getLogger(Handover.class);
    private static final int MOST_TRIES = 5;

    /** How long a claim stands without another beat. */
    static final Duration CLAIM = Duration.ofSeconds(60);

    private static final Duration BEAT = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final String id;
    private final Shelf<Entry> shelf;
    private final Timer timer;
    private final Supplier<String> tokens;

    private final Held<Entry> result;
    private CompletionStage<Held<Entry>> claim;
    private Runnable beat = () -> {};
    private boolean over;

    /** @param claim as it was put there just now */
    Handover(
            String id,
            Shelf<Entry> shelf,
            Timer timer,
            Supplier<String> tokens,
            Held<Entry> result,
            Held<Entry> claim) {
        this.id = id;
        this.shelf = shelf;
        this.timer = timer;
        this.tokens = tokens;
        this.result = result;
        this.claim = CompletableFuture.completedStage(claim);
        beatLater();
    }

    static String claimKey(String id) {
        return id + "/claim";
    }

    static Held<Entry> held(Claim claim) {
        return new Held<>(claim, Entry.CODEC.encode(claim));
    }

    private synchronized void beatLater() {
        if (!over) {
            beat = timer.after(BEAT, this::beat);
        }
    }

    private synchronized void beat() {
        if (over) {
            return;
        }
        var next = held(new Claim(tokens.get()));
        claim = claim.thenCompose(before -> shelf.replace(claimKey(id), before, next.value(), CLAIM)
                .handle((replaced, failure) -> failure == null && replaced ? next : before));
        claim.thenRun(this::beatLater);
    }

    /**
     * The caller is served, or gone. Only the first time counts.
     *
     * @param written it has all of the result, which is gone then
     */
    public synchronized void ended(boolean written) {
        if (over) {
            return;
        }
        over = true;
        beat.run();
        claim.thenAccept(standing -> {
            if (written) {
                consume(standing, 1);
            } else {
                release(standing);
            }
        });
    }

    /** First the result, then the claim: in between nobody gets it. */
    private void consume(Held<Entry> standing, int tries) {
        shelf.remove(id, result).whenComplete((removed, failure) -> {
            if (failure == null) {
                LOG.debug("{}: handed out", id);
                release(standing);
            } else if (tries < MOST_TRIES) {
                timer.after(PAUSE.multipliedBy(tries), () -> consume(standing, tries + 1));
            } else {
                LOG.error("{} was handed out, and stays there: the store cannot be used", id, failure);
            }
        });
    }

    private void release(Held<Entry> standing) {
        shelf.remove(claimKey(id), standing).whenComplete(this::released);
    }

    private void released(@Nullable Boolean removed, @Nullable Throwable failure) {
        if (failure != null) {
            LOG.warn("{}: the claim on it stands for {} s more: {}", id, CLAIM.toSeconds(), failure.toString());
        }
    }
}
