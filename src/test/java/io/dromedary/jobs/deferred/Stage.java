package io.dromedary.jobs.deferred;

import io.dromedary.api.Ids;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import io.dromedary.call.InnerCalls;
import io.dromedary.jobs.Jobs;
import io.dromedary.store.Held;
import io.dromedary.store.Shelf;
import io.dromedary.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A shelf, jobs, calls and time in the hands of a test. */
final class Stage {
    private record Text(String text, Instant until) {}

    private static final class Later {
        final Instant at;
        final Runnable what;

        Later(Instant at, Runnable what) {
            this.at = at;
            this.what = what;
        }
    }

    /** A call that has begun and is told when the test says so. */
    static final class Begun {
        final InnerCalls.Ask ask;
        final Consumer<InnerCalls.Told> told;
        boolean left;

        Begun(InnerCalls.Ask ask, Consumer<InnerCalls.Told> told) {
            this.ask = ask;
            this.told = told;
        }
    }

    final List<Jobs.Order> submitted = new CopyOnWriteArrayList<>();
    final List<Begun> calls = new ArrayList<>();
    final AtomicInteger reads = new AtomicInteger();
    final AtomicInteger writes = new AtomicInteger();
    final Map<String, Text> texts = new ConcurrentHashMap<>();
    final DeferredCompletions completions;

    /** So many questions to the store fail. */
    int failing;

    boolean submitFails;

    /** No job more is taken. */
    boolean full;

    /** Done once, when the store has answered and nobody has heard it yet. */
    @Nullable
    Runnable afterReading;

    /** Done once, before the next claim is put. */
    @Nullable
    Runnable beforeClaim;

    private final List<Later> waiting = new ArrayList<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    Stage() {
        completions = gateway();
    }

    /** Another gateway on the same shelf. */
    DeferredCompletions gateway() {
        return new DeferredCompletions(
                shelf(),
                jobs(),
                this::later,
                Ids.random(new SplittableRandom(1 + texts.size()), InstantSource.system()),
                this::now,
                new Remembered(
                        Duration.ofSeconds(1),
                        () -> Duration.between(Instant.EPOCH, now()).toNanos()));
    }

    synchronized Instant now() {
        return now;
    }

    synchronized Runnable later(Duration wait, Runnable what) {
        var one = new Later(now.plus(wait), what);
        waiting.add(one);
        return () -> {
            synchronized (this) {
                waiting.remove(one);
            }
        };
    }

    /** Lets time pass, a second after the other. */
    void pass(Duration time) {
        var end = now().plus(time);
        while (now().isBefore(end)) {
            synchronized (this) {
                now = now.plusSeconds(1).isAfter(end) ? end : now.plusSeconds(1);
            }
            List<Later> due;
            synchronized (this) {
                due = waiting.stream().filter(one -> !one.at.isAfter(now)).toList();
                waiting.removeAll(due);
            }
            due.forEach(one -> one.what.run());
        }
    }

    /** The gateway dies: nothing that it meant to do later is done. */
    synchronized void kill() {
        waiting.clear();
    }

    InnerCalls calling() {
        return (ask, told) -> {
            var begun = new Begun(ask, told);
            calls.add(begun);
            return () -> begun.left = true;
        };
    }

    private Jobs jobs() {
        return new Jobs() {
            @Override
            public void admit(String project) {
                if (full) {
                    throw new RefusedException(new Refusal.Limited("too many", "requests", "rate_limit_exceeded", 10));
                }
            }

            @Override
            public CompletionStage<Void> submit(Order order) {
                submitted.add(order);
                return submitFails
                        ? CompletableFuture.failedStage(new StoreException("not now", new IllegalStateException()))
                        : CompletableFuture.completedStage(null);
            }

            @Override
            public CompletionStage<Boolean> cancel(String id) {
                throw new AssertionError("nobody cancels");
            }

            @Override
            public boolean isLive(String id) {
                throw new AssertionError("nobody asks");
            }
        };
    }

    Shelf<Entry> shelf() {
        return new Shelf<>() {
            @Override
            public CompletionStage<@Nullable Held<Entry>> get(String key) {
                reads.incrementAndGet();
                return asked(() -> {
                    var text = there(key);
                    var after = afterReading;
                    afterReading = null;
                    if (after != null) {
                        after.run();
                    }
                    return text == null ? null : new Held<>(Entry.CODEC.decode(text.text), text.text);
                });
            }

            @Override
            public CompletionStage<Boolean> putIfAbsent(String key, Entry value, Duration lifespan) {
                var before = beforeClaim;
                if (value instanceof Entry.Claim && before != null) {
                    beforeClaim = null;
                    before.run();
                }
                return write(() -> {
                    var put = new Text(Entry.CODEC.encode(value), now().plus(lifespan));
                    there(key);
                    return texts.putIfAbsent(key, put) == null;
                });
            }

            @Override
            public CompletionStage<Boolean> replace(String key, Held<Entry> old, Entry value, Duration lifespan) {
                return write(() -> {
                    var there = there(key);
                    return there != null
                            && there.text.equals(old.text())
                            && texts.replace(key, there, new Text(Entry.CODEC.encode(value), now().plus(lifespan)));
                });
            }

            @Override
            public CompletionStage<Boolean> remove(String key, Held<Entry> old) {
                return write(() -> {
                    var there = there(key);
                    return there != null && there.text.equals(old.text()) && texts.remove(key, there);
                });
            }

            private CompletionStage<Boolean> write(Supplier<Boolean> what) {
                writes.incrementAndGet();
                return asked(what);
            }
        };
    }

    private @Nullable Text there(String key) {
        var text = texts.get(key);
        if (text != null && !text.until.isAfter(now())) {
            texts.remove(key, text);
            return null;
        }
        return text;
    }

    private <A extends @Nullable Object> CompletionStage<A> asked(Supplier<A> what) {
        if (failing > 0) {
            failing--;
            return CompletableFuture.failedStage(new StoreException("not now", new IllegalStateException()));
        }
        return CompletableFuture.completedStage(what.get());
    }
}
