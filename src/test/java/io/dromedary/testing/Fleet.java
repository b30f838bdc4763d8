package io.dromedary.testing;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** Gateways in their places: whichever is killed, another is started where it was. */
public final class Fleet implements AutoCloseable {
    private static final Duration LONGEST_ABSENCE = Duration.ofSeconds(60);

    /** Starts the gateway that gets this number, from 1. */
    @FunctionalInterface
    public interface Start {
        GatewayProcess start(int number) throws IOException, InterruptedException;
    }

    /** One process, from its start to its death. Times are of {@link System#nanoTime}. */
    public static final class Life {
        private final int number;
        private final int place;
        private final GatewayProcess gateway;
        private final long startNanos;
        private volatile boolean killed;
        private volatile long killedAt;
        private volatile long deadAt;

        private Life(int number, int place, GatewayProcess gateway, long startNanos) {
            this.startNanos = startNanos;
            this.number = number;
            this.place = place;
            this.gateway = gateway;
        }

        public int number() {
            return number;
        }

        public GatewayProcess gateway() {
            return gateway;
        }

        /** What it took to start it. */
        public Duration start() {
            return Duration.ofNanos(startNanos);
        }

        public boolean wasKilled() {
            return killed;
        }

        /** Until then it lived. */
        public long killedAt() {
            return killedAt;
        }

        /** From then on it was dead. */
        public long deadAt() {
            return deadAt;
        }

        private void kill() throws InterruptedException {
            killedAt = System.nanoTime();
            killed = true;
            gateway.kill();
            deadAt = System.nanoTime();
        }
    }

    private final int places;
    private final Start start;
    private final AtomicInteger numbers = new AtomicInteger();
    private final List<Life> all = new CopyOnWriteArrayList<>();
    private final List<Life> alive = new ArrayList<>();
    private final ExecutorService starts = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Future<Life>> starting = new CopyOnWriteArrayList<>();

    private Fleet(int places, Start start) {
        this.places = places;
        this.start = start;
    }

    /** Starts one for each place, and waits for them. */
    public static Fleet of(int places, Start start) throws Exception {
        var fleet = new Fleet(places, start);
        for (var place = 0; place < places; place++) {
            fleet.begin(place);
        }
        fleet.awaitAll();
        return fleet;
    }

    private void begin(int place) {
        starting.add(starts.submit(() -> {
            var number = numbers.incrementAndGet();
            var from = System.nanoTime();
            var gateway = start.start(number);
            var life = new Life(number, place, gateway, System.nanoTime() - from);
            all.add(life);
            synchronized (alive) {
                alive.add(life);
                alive.notifyAll();
            }
            return life;
        }));
    }

    /** Waits until every place has its gateway; fails where one could not be started. */
    public void awaitAll() throws Exception {
        for (var each : starting) {
            each.get();
        }
    }

    /** Any that can be asked; waits where none can. */
    public Life any() {
        synchronized (alive) {
            await(1);
            return alive.get(ThreadLocalRandom.current().nextInt(alive.size()));
        }
    }

    private void await(int count) {
        var deadline = System.nanoTime() + LONGEST_ABSENCE.toNanos();
        synchronized (alive) {
            while (alive.size() < count) {
                var left = deadline - System.nanoTime();
                if (left <= 0) {
                    throw new AssertionError(
                            "there have been fewer than " + count + " gateways for " + LONGEST_ABSENCE);
                }
                try {
                    alive.wait(Math.max(1, left / 1_000_000));
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    /** How many there are when all are there. */
    public int places() {
        return places;
    }

    /** Waits until so many are there: on a slow machine one takes longer to start than another lives. */
    public void awaitAtLeast(int count) {
        await(count);
    }

    /** Kills the one that has been there for longest, with SIGKILL, and starts another in its place. */
    public Life killOne() throws InterruptedException {
        Life oldest;
        synchronized (alive) {
            await(1);
            oldest = alive.getFirst();
            alive.remove(oldest);
        }
        oldest.kill();
        begin(oldest.place);
        return oldest;
    }

    /** Those that there are and those that there were. */
    public List<Life> lives() {
        return all;
    }

    /** Those that there are. */
    public List<Life> alive() {
        synchronized (alive) {
            return List.copyOf(alive);
        }
    }

    @Override
    public void close() {
        starts.close();
        all.forEach(life -> life.gateway.close());
    }
}
