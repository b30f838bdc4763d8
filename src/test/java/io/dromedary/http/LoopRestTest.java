package io.dromedary.http;

import static io.netty.channel.SelectStrategy.SELECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dromedary.access.Keyring;
import io.netty.channel.epoll.Epoll;
import io.vertx.core.VertxOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashSet;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a loop rests, with callers, a clock and rests of the test's own. */
class LoopRestTest {
    private static final long MICROS = 1_000;
    private static final long SECOND = 1_000_000_000;

    /** What the loop takes to answer a request. */
    private static final long WORK = 10 * MICROS;

    /** When the requests come that are under way, the earliest first; and how many are there. */
    private final PriorityQueue<Long> arrivals = new PriorityQueue<>();

    /** Until an answer is with its caller, and what that asks next is here. */
    private long roundTrip;

    /** A loop that waits as Netty's do. */
    private boolean unrested;

    private long now = SECOND;
    private int there;
    private int rests;
    private int answered;
    private final LoopRest rest = new LoopRest(() -> now, length -> {
        rests++;
        now += length;
    });

    @Test
    void requests_that_come_in_quick_succession_are_found_together() throws Exception {
        askEvenly(100 * MICROS, 10_000);
        runAll();
        assertThat(answered / rests).isBetween(8, 12);
    }

    @Test
    void a_loop_that_seldom_has_something_to_do_sleeps_as_ever() throws Exception {
        askEvenly(300 * MICROS, 10_000);
        runAll();
        assertThat(rests).isZero();
    }

    @Test
    void a_few_requests_are_no_reason_to_rest() throws Exception {
        askEvenly(20 * MICROS, LoopRest.TIMED - 1);
        runAll();
        assertThat(rests).isZero();
    }

    @Test
    void when_no_more_requests_come_it_rests_once_more_and_sleeps() throws Exception {
        askEvenly(100 * MICROS, 1_000);
        runAll();
        var before = rests;
        askEvenly(SECOND / 10, 20);
        runAll();
        assertThat(rests - before).isLessThanOrEqualTo(1);
    }

    @Test
    void it_rests_no_more_when_requests_have_become_rare() throws Exception {
        askEvenly(50 * MICROS, 10_000);
        runAll();
        var before = rests;
        askEvenly(900 * MICROS, 10_000);
        runAll();
        assertThat(rests - before).isLessThan(20);
    }

    @Test
    void requests_that_come_by_chance_are_found_together_too() throws Exception {
        var random = new SplittableRandom(1);
        var at = now;
        for (var i = 0; i < 100_000; i++) {
            at += (long) (-Math.log(1 - random.nextDouble()) * 100 * MICROS);
            arrivals.add(at);
        }
        runAll();
        assertThat(rests).isGreaterThan(7_000);
    }

    /** Without rests they would be answered as often as the loop can, or as they ask. */
    @ParameterizedTest
    @CsvSource({
        "1, 40, 0.97",
        "2, 40, 0.97",
        "8, 40, 0.97",
        "1000, 40, 0.97",
        "1, 200, 0.97",
        "8, 200, 0.97",
        "32, 200, 0.97",
        "4, 600, 0.95",
        "8, 600, 0.95",
        "32, 470, 0.95",
        "128, 600, 0.95",
        "16, 1000, 0.78",
        "32, 1000, 0.78",
        "10, 2000, 0.78",
        "100, 20000, 0.78"
    })
    void who_asks_again_when_it_is_answered_is_not_slowed_down(int callers, int roundTripMicros, double least)
            throws Exception {
        assertThat((double) answered(callers, roundTripMicros, true))
                .isGreaterThan(least * answered(callers, roundTripMicros, false));
    }

    private int answered(int callers, int roundTripMicros, boolean rested) throws Exception {
        leave();
        answered = 0;
        rests = 0;
        roundTrip = roundTripMicros * MICROS;
        unrested = !rested;
        for (var caller = 0; caller < callers; caller++) {
            arrivals.add(now + caller * roundTrip / callers);
        }
        for (var until = now + 10 * SECOND; now < until; ) {
            turn(true);
        }
        return answered;
    }

    @Test
    void callers_of_another_habit_who_come_while_it_rests_are_slowed_down_for_a_second_at_most() throws Exception {
        askEvenly(200 * MICROS, 5_000);
        runAll();
        assertThat(rests).isPositive();
        var rested = answered(4, 40, true);
        assertThat((double) rested).isGreaterThan(0.85 * answered(4, 40, false));
    }

    @Test
    void it_tries_rests_again_after_a_while() throws Exception {
        answered(1, 40, true);
        assertThat(rests).isPositive();
        leave();
        var before = rests;
        askEvenly(100 * MICROS, 100_000);
        runAll();
        assertThat(rests - before).isBetween(4_000, 9_100);
    }

    @Test
    void what_is_no_request_is_no_reason_to_go_on_resting() throws Exception {
        askEvenly(100 * MICROS, 1_000);
        runAll();
        assertThat(rests).isPositive();
        var before = rests;
        for (var i = 0; i < 100; i++) {
            rest.calculateStrategy(() -> 1, false);
            now += 100 * MICROS;
        }
        assertThat(rests).isEqualTo(before);
    }

    @Test
    void nobody_who_waits_for_an_answer_waits_for_a_rest() throws Exception {
        askEvenly(100 * MICROS, 1_000);
        runAll();
        assertThat(rests).isPositive();
        var before = rests;
        rest.opened();
        rest.opened();
        rest.closed();
        askEvenly(100 * MICROS, 1_000);
        runAll();
        assertThat(rests).isEqualTo(before);

        rest.closed();
        askEvenly(100 * MICROS, 1_000);
        runAll();
        assertThat(rests).isGreaterThan(before);
    }

    @Test
    void a_task_does_not_wait_for_a_rest() throws Exception {
        askEvenly(100 * MICROS, 1_000);
        while (rests < 10) {
            turn(false);
        }
        var before = rests;
        assertThat(rest.calculateStrategy(() -> 4, true)).isEqualTo(4);
        assertThat(rests).isEqualTo(before);
    }

    @Test
    void every_loop_of_a_gateway_has_a_rest_of_its_own() throws Exception {
        var vertx = EventLoops.start(
                new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(2));
        try {
            Set<LoopRest> seen = new HashSet<>();
            for (var turn = 0; turn < 2; turn++) {
                for (var loop : vertx.nettyEventLoopGroup()) {
                    seen.add(loop.submit(LoopRest::ofThisLoop).get(5, TimeUnit.SECONDS));
                }
            }
            assertThat(seen).hasSize(vertx.isNativeTransportEnabled() ? 2 : 4);
        } finally {
            vertx.close();
        }
    }

    @Test
    void a_request_that_is_not_answered_yet_is_waited_for() throws Exception {
        assumeTrue(Epoll.isAvailable());
        var rig = new SocketRig(4096);
        try (var client = HttpClient.newHttpClient()) {
            assertThat(rig.loopsWaitedFor()).isZero();
            var answer = client.sendAsync(
                    HttpRequest.newBuilder(URI.create(rig.url() + "/v1/held"))
                            .header("content-type", "application/json")
                            .header("authorization", "Bearer " + Keyring.DEMO_KEY)
                            .POST(BodyPublishers.ofString("{}"))
                            .build(),
                    BodyHandlers.discarding());
            var goOn = rig.held.poll(20, TimeUnit.SECONDS);
            assertThat(goOn).isNotNull();
            assertThat(rig.loopsWaitedFor()).isOne();
            goOn.run();
            assertThat(answer.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
            await().atMost(SocketRig.soon()).until(rig::isIdle);
        } finally {
            rig.close();
        }
    }

    @Test
    void an_open_socket_is_waited_for() throws Exception {
        assumeTrue(Epoll.isAvailable());
        var rig = new SocketRig(4096);
        try {
            try (var client = rig.client()) {
                await().atMost(SocketRig.soon()).until(() -> rig.engine.openSockets() == 1);
                assertThat(rig.loopsWaitedFor()).isOne();
            }
            await().atMost(SocketRig.soon()).until(rig::isIdle);
        } finally {
            rig.close();
        }
    }

    /** So many requests, whenever they are answered. */
    private void askEvenly(long gap, int requests) {
        for (var i = 1; i <= requests; i++) {
            arrivals.add(now + i * gap);
        }
    }

    private void leave() {
        arrivals.clear();
        there = 0;
    }

    private void runAll() throws Exception {
        while (!arrivals.isEmpty() || there > 0) {
            turn(false);
        }
    }

    /** The loop waits for requests and answers those that are there. */
    private void turn(boolean again) throws Exception {
        var sleeps = unrested || rest.calculateStrategy(this::arrived, false) == SELECT;
        if (sleeps && arrived() == 0) {
            now = arrivals.element();
        }
        for (var left = arrived(); left > 0; left--) {
            there--;
            rest.opened();
            now += WORK;
            answered++;
            rest.closed();
            if (again) {
                arrivals.add(now + roundTrip);
            }
        }
    }

    private int arrived() {
        while (!arrivals.isEmpty() && arrivals.element() <= now) {
            arrivals.remove();
            there++;
        }
        return there;
    }
}
