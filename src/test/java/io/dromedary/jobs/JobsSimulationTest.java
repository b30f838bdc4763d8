package io.dromedary.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.jobs.Jobs.Order;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two thousand jobs on gateways that are killed, stalled, cut off, drained and set to other times, with a store that loses
 * questions and answers. Time is simulated: a run is decided by its seed.
 */
final class JobsSimulationTest {
    private static final int JOBS = 2000;
    private static final Duration TROUBLE = Duration.ofMinutes(6);

    private static final Logger LOG = Logger.getLogger("io.dromedary.jobs");

    @BeforeAll
    static void quiet() {
        LOG.setLevel(Level.OFF);
    }

    @AfterAll
    static void loud() {
        LOG.setLevel(null);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 5, 9, 111, 117})
    void of_three_gateways_in_trouble_every_job_ends_once(long seed) {
        var run = new Run(seed, 3);
        run.trouble();
        run.settle();
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void on_one_gateway_that_is_killed_ten_times_every_job_ends_once(long seed) {
        var run = new Run(seed, 1);
        run.trouble();
        assertThat(run.kills).isGreaterThanOrEqualTo(10);
        run.settle();
    }

    private static final class Run {
        private final World world;
        private final Shop shop = new Shop();
        private final List<World.Node> all = new ArrayList<>();
        private final boolean shared;
        private final List<String> wronged = new ArrayList<>();
        private int kills;
        private int submitted;
        private int leasesLost;

        Run(long seed, int gateways) {
            world = new World(seed);
            world.onFreed = this::freed;
            shared = gateways > 1;
            for (var i = 0; i < gateways; i++) {
                all.add(gateway());
            }
        }

        private World.Node gateway() {
            var node = world.new Node(shared, 24, new Tally());
            return node.serve(new Labourer(world, node, shop)).start();
        }

        /** Nobody who is well is robbed. */
        private void freed(String id, World.@Nullable Node robbed) {
            shop.freed(id);
            if (robbed != null) {
                shop.takenOver++;
                if (!robbed.wasInTrouble()) {
                    wronged.add(id + " of gateway " + robbed.number);
                }
            }
        }

        void trouble() {
            world.failing = 8;
            while (world.now().compareTo(TROUBLE) < 0) {
                world.pass(Duration.ofMillis(world.random.nextInt(300)));
                submit(world.random.nextInt(5));
                cancel();
                if (world.random.nextInt(40) == 0) {
                    harm(world.random.nextInt(all.size()));
                }
            }
            world.failing = 0;
            world.away = false;
        }

        private void submit(int count) {
            for (var i = 0; i < count && submitted < JOBS; i++) {
                var node = all.get(world.random.nextInt(all.size()));
                if (!node.isAlive()) {
                    return;
                }
                var id = "job" + submitted++;
                var kind = Kind.values()[world.random.nextInt(Kind.values().length)];
                var work = "x".repeat(world.random.nextInt(20) == 0 ? 2 * JobShelf.LONG : 10);
                node.jobs
                        .submit(new Order(id, kind, "project" + world.random.nextInt(3), "key", work))
                        .thenRun(() -> shop.accepted.add(id));
            }
        }

        private void cancel() {
            var node = all.get(world.random.nextInt(all.size()));
            if (submitted > 0 && world.random.nextInt(10) == 0 && node.isAlive()) {
                var id = "job" + world.random.nextInt(submitted);
                node.jobs.cancel(id).exceptionally(failed -> false);
            }
        }

        private void harm(int at) {
            var node = all.get(at);
            if (!node.isAlive()) {
                return;
            }
            var length = Duration.ofMillis(world.random.nextInt(45_000));
            switch (world.random.nextInt(shared ? 7 : 4)) {
                case 0, 1 -> {
                    kills++;
                    node.kill();
                    come(at);
                }
                case 2 -> {
                    // a claim that it does not know of is left to others with its lease
                    node.trouble();
                    node.jobs.drain();
                    node.after(Duration.ofMillis(world.random.nextInt(3000)), () -> {
                        var closed = node.jobs.close();
                        world.after(Duration.ofSeconds(8), () -> {
                            if (!closed.toCompletableFuture().isDone()) {
                                node.jobs.abandon();
                            }
                            node.kill();
                            come(at);
                        });
                    });
                }
                case 3 -> node.off = Duration.ofMinutes(world.random.nextInt(-2000, 2000));
                case 4 -> {
                    node.stall(length);
                    node.trouble();
                }
                case 5 -> {
                    node.cutOff = true;
                    node.trouble();
                    world.after(length, () -> node.cutOff = false);
                }
                default -> {
                    world.away = true;
                    world.after(length.dividedBy(3), () -> world.away = false);
                }
            }
        }

        /** A gateway at the place of one that is gone, a little later. */
        private void come(int at) {
            leasesLost += all.get(at).tally.leasesLost;
            world.after(Duration.ofMillis(world.random.nextInt(4000)), () -> {
                if (!all.get(at).isAlive()) {
                    all.set(at, gateway());
                }
            });
        }

        void settle() {
            assertThat(world.passUntil(
                            () -> world.jobs() == 0 && shop.results.keySet().containsAll(shop.accepted),
                            Duration.ofHours(1)))
                    .as("all jobs end: %s are left, without result %s", world.jobs(), missing())
                    .isTrue();
            world.pass(Duration.ofMinutes(15));
            assertThat(world.texts)
                    .as("nothing is left but leases of those who live")
                    .hasSize(shared ? 3 : 0);
            assertThat(submitted).isEqualTo(JOBS);
            assertThat(shop.accepted).hasSizeGreaterThan(JOBS / 4);
            assertThat(shop.mostNumber).isLessThanOrEqualTo(JobRecord.MOST_ATTEMPTS);
            assertThat(shop.unwritten)
                    .as("asked before it was written that they are")
                    .isEmpty();
            assertThat(shop.asked).isGreaterThan(JOBS / 4);
            assertThat(wronged).as("taken from gateways that were well").isEmpty();
            shop.begun.forEach((id, count) -> assertThat(count)
                    .as(() -> "attempts at " + id + ": " + String.join("\n", world.history.get(id)))
                    .isLessThanOrEqualTo(1 + shop.allowed.getOrDefault(id, 0)));
            all.forEach(node -> leasesLost += node.tally.leasesLost);
            // the run was one
            assertThat(kills + leasesLost).isPositive();
            assertThat(shop.takenOver).isPositive();
            assertThat(shop.repeated()).isPositive();
        }

        private List<String> missing() {
            return shop.accepted.stream()
                    .filter(id -> !shop.results.containsKey(id))
                    .limit(10)
                    .map(id -> id + ": " + world.history.get(id))
                    .toList();
        }
    }
}
