package io.dromedary.jobs;

import io.dromedary.store.Codec;
import io.dromedary.store.Held;
import io.dromedary.store.Shelf;
import io.dromedary.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Time, a store, and gateways that are killed, stalled and cut off when a test says so. All on one thread. */
final class World {
    static final Duration LEASE = Duration.ofSeconds(30);
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final long MILLI = 1_000_000;

    private record Event(long at, long number, Runnable what) {}

    final RandomGenerator random;

    /** What is on the shelf of jobs. */
    final Map<String, String> texts = new TreeMap<>();

    private final Queue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
    private final AtomicLong numbers = new AtomicLong();
    private long now;

    /** Of questions to the store: how many of a thousand fail before, and after, they have taken place. */
    int failing;

    /** The store answers nobody. */
    boolean away;

    /** The longest that a question takes, there and back; some take ten times as long. */
    Duration lag = Duration.ofMillis(2);

    int reads;
    int writes;

    World(long seed) {
        random = new SplittableRandom(seed);
    }

    Duration now() {
        return Duration.ofNanos(now);
    }

    void after(Duration wait, Runnable what) {
        events.add(new Event(now + wait.toNanos(), numbers.incrementAndGet(), what));
    }

    void pass(Duration time) {
        var end = now + time.toNanos();
        for (var next = events.peek(); next != null && next.at <= end; next = events.peek()) {
            events.remove();
            now = next.at;
            next.what.run();
        }
        now = end;
    }

    /** False where it takes longer. */
    boolean passUntil(BooleanSupplier reached, Duration longest) {
        var end = now + longest.toNanos();
        while (!reached.getAsBoolean()) {
            if (now >= end) {
                return false;
            }
            pass(Duration.ofMillis(10));
        }
        return true;
    }

    <T extends @Nullable Object> T done(CompletionStage<T> stage) {
        var future = stage.toCompletableFuture();
        if (!passUntil(future::isDone, Duration.ofMinutes(5))) {
            throw new AssertionError("there is no answer");
        }
        return future.join();
    }

    /** Told of a job that was given back, or that another run has claimed though it was claimed. */
    BiConsumer<String, @Nullable Node> onFreed = (id, from) -> {};

    private final Map<String, Node> runs = new HashMap<>();

    /** Tokens of claims under which a backend was asked, as records say. */
    final Set<String> begun = new HashSet<>();

    private void changed(JobRecord before, JobRecord now) {
        if (now.begun() && now.claim() != null) {
            begun.add(now.claim().token());
        }
        var claim = before.claim();
        if (claim == null) {
            return;
        }
        if (now.claim() == null) {
            onFreed.accept(before.id(), null);
        } else if (!now.claim().run().equals(claim.run())) {
            onFreed.accept(before.id(), runs.get(claim.run()));
        }
    }

    /** What happened to a job, for a test that fails. */
    final Map<String, List<String>> history = new HashMap<>();

    void note(String id, String what) {
        history.computeIfAbsent(id, any -> new ArrayList<>()).add(now() + " " + what);
    }

    /** Jobs that have not ended. */
    long jobs() {
        return texts.keySet().stream()
                .filter(key -> !key.startsWith("lease/") && !key.contains("/work/"))
                .count();
    }

    JobRecord record(String id) {
        var text = texts.get(id);
        if (text == null) {
            throw new AssertionError(id + " is not there");
        }
        return JobRecord.CODEC.decode(text);
    }

    /** A process. */
    final class Node {
        final LeasedJobs jobs;
        final Tally tally;
        final long number = numbers.incrementAndGet();
        private boolean alive = true;
        private long frozenUntil;
        private boolean troubled;
        private long trouble;

        /** The store does not answer this one. */
        boolean cutOff;

        /** How long it takes this one to learn which keys there are, beside all else. */
        Duration listing = Duration.ZERO;

        /** Jobs that a project may have. */
        int waiting = Integer.MAX_VALUE;

        /** How far its clock is off. */
        Duration off = Duration.ZERO;

        Node(boolean shared, int room, Tally tally) {
            this(shared, () -> room, tally);
        }

        Node(boolean shared, IntSupplier room, Tally tally) {
            this.tally = tally;
            jobs = new LeasedJobs(
                    new JobShelf(
                            new Far<>(this, JobRecord.CODEC),
                            new Far<>(this, Lease.CODEC),
                            new Far<>(this, JobRecord.WORK),
                            this::soon),
                    shared,
                    LEASE,
                    room,
                    () -> waiting,
                    new Means(
                            (wait, what) -> {
                                after(wait, what);
                                return () -> {};
                            },
                            this::soon,
                            this::id,
                            () -> BEGIN.plusNanos(now).plus(off),
                            () -> now),
                    tally);
        }

        private String id(String prefix) {
            var id = prefix + numbers.incrementAndGet();
            if (prefix.equals("run_")) {
                runs.put(id, this);
            }
            return id;
        }

        /** It did nothing for long, or could not reach the store, a while ago at most. */
        boolean wasInTrouble() {
            return !alive || troubled && now - trouble < Duration.ofMinutes(2).toNanos();
        }

        void trouble() {
            troubled = true;
            trouble = now;
        }

        Node serve(Worker worker) {
            for (var kind : Kind.values()) {
                jobs.serve(kind, worker);
            }
            return this;
        }

        Node start() {
            jobs.recall().whenComplete((done, failed) -> jobs.start());
            return this;
        }

        void after(Duration wait, Runnable what) {
            World.this.after(wait, () -> awake(what));
        }

        private void soon(Runnable what) {
            after(Duration.ofNanos(random.nextLong(MILLI)), what);
        }

        private void awake(Runnable what) {
            if (!alive) {
                return;
            }
            if (now < frozenUntil) {
                World.this.after(Duration.ofNanos(frozenUntil - now), () -> awake(what));
                return;
            }
            what.run();
        }

        void kill() {
            alive = false;
        }

        boolean isAlive() {
            return alive;
        }

        /** It does nothing for a while, and does not know. */
        void stall(Duration length) {
            frozenUntil = now + length.toNanos();
        }

        /** A question to a store that is some way off. */
        <A extends @Nullable Object> CompletionStage<A> ask(Supplier<A> question) {
            var answer = new CompletableFuture<A>();
            var way = way();
            var fate = random.nextInt(1000);
            World.this.after(way, () -> {
                if (away || cutOff || fate < failing) {
                    after(way(), () -> answer.completeExceptionally(new StoreException("the store is away")));
                    return;
                }
                A found;
                try {
                    found = question.get();
                } catch (IllegalArgumentException e) {
                    after(way(), () -> answer.completeExceptionally(new StoreException("unreadable", e)));
                    return;
                }
                after(way(), () -> {
                    if (fate < 2 * failing) {
                        answer.completeExceptionally(new StoreException("the answer is lost"));
                    } else {
                        answer.complete(found);
                    }
                });
            });
            return answer;
        }

        private Duration way() {
            var way = lag.toNanos() / 2;
            return Duration.ofNanos(random.nextLong(1, 1 + way * (random.nextInt(50) == 0 ? 10 : 1)));
        }
    }

    /** A view of the shelf from a gateway. Of changes that took place some are told not to have, as after a second try. */
    private final class Far<T> implements Shelf<T> {
        private final Node node;
        private final Codec<T> codec;

        Far(Node node, Codec<T> codec) {
            this.node = node;
            this.codec = codec;
        }

        @Override
        public CompletionStage<@Nullable Held<T>> get(String key) {
            reads++;
            return node.ask(() -> held(key));
        }

        private @Nullable Held<T> held(String key) {
            var text = texts.get(key);
            return text == null ? null : new Held<>(codec.decode(text), text);
        }

        @Override
        public CompletionStage<Map<String, Held<T>>> getAll(Collection<String> keys) {
            reads++;
            return node.ask(() -> {
                Map<String, Held<T>> found = new HashMap<>();
                for (var key : keys) {
                    var held = held(key);
                    if (held != null) {
                        found.put(key, held);
                    }
                }
                return found;
            });
        }

        @Override
        public CompletionStage<Set<String>> keys() {
            reads++;
            var keys = node.<Set<String>>ask(() -> new TreeSet<>(texts.keySet()));
            if (node.listing.isZero()) {
                return keys;
            }
            var late = new CompletableFuture<Set<String>>();
            keys.whenComplete((found, failed) -> node.after(node.listing, () -> {
                if (failed == null) {
                    late.complete(found);
                } else {
                    late.completeExceptionally(failed);
                }
            }));
            return late;
        }

        @Override
        public CompletionStage<Boolean> putIfAbsent(String key, T value, Duration lifespan) {
            writes++;
            return node.ask(() -> noted(node, key, value, texts.putIfAbsent(key, codec.encode(value)) == null));
        }

        @Override
        public CompletionStage<Boolean> replace(String key, Held<T> old, T value, Duration lifespan) {
            writes++;
            return node.ask(() -> {
                var done = texts.replace(key, old.text(), codec.encode(value));
                if (done && old.value() instanceof JobRecord before && value instanceof JobRecord now) {
                    changed(before, now);
                }
                return noted(node, key, value, done);
            });
        }

        @Override
        public CompletionStage<Boolean> remove(String key, Held<T> old) {
            writes++;
            return node.ask(() -> noted(node, key, "nothing", texts.remove(key, old.text())));
        }

        private boolean noted(Node by, String key, Object value, boolean done) {
            if (done && !key.startsWith("lease/") || "nothing".equals(value)) {
                note(key, "gateway " + by.number + " has written " + value);
            }
            return done && random.nextInt(1000) >= failing;
        }
    }
}
