package io.dromedary.http;

import static io.netty.channel.SelectStrategy.SELECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dromedary.access.Keyring;
import io.vertx.core.VertxOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashSet;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a loop rests, with callers, a clock and rests of the test's own. */
class LoopRestTest {
    private static final long MICROS = 1_000;
    private static final long SECOND = 1_000_000_000;

    /** What the loop takes to answer a request. */
    private static final long WORK = 10 * MICROS;

    /** Until an answer is with its caller, and what that asks next is here. */
    private static final long ROUND_TRIP = 40 * MICROS;

    /** When the requests arrive that are under way, the earliest first. */
    private final PriorityQueue<Long> arrivals = new PriorityQueue<>();

    private long now = SECOND;
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

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8, 32, 128, 1000})
    void who_asks_again_when_it_is_answered_is_not_slowed_down(int callers) throws Exception {
        for (var caller = 0; caller < callers; caller++) {
            arrivals.add(now + ROUND_TRIP);
        }
        var until = now + 5 * SECOND;
        while (now < until) {
            turn(true);
        }
        var unrested = 5 * SECOND / Math.max(WORK, (ROUND_TRIP + WORK) / callers);
        assertThat((double) answered).isGreaterThan(0.97 * unrested);
    }

    @Test
    void it_tries_rests_again_after_a_while() throws Exception {
        arrivals.add(now);
        for (var until = now + SECOND / 2; now < until; ) {
            turn(true);
        }
        assertThat(rests).isPositive();
        arrivals.clear();
        var before = rests;
        askEvenly(100 * MICROS, 30_000);
        runAll();
        assertThat(rests - before).isBetween(2_000, 2_700);
    }

    @Test
    void nobody_who_waits_for_an_answer_waits_for_a_rest() throws Exception {
        askEvenly(100 * MICROS, 1_000);
        runAll();
        assertThat(rests).isPositive();
        var before = rests;
        rest.waits();
        rest.waits();
        rest.waitsNoMore();
        askEvenly(100 * MICROS, 1_000);
        runAll();
        assertThat(rests).isEqualTo(before);

        rest.waitsNoMore();
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

    private void runAll() throws Exception {
        while (!arrivals.isEmpty()) {
            turn(false);
        }
    }

    /** The loop waits for requests and answers those that are there. */
    private void turn(boolean again) throws Exception {
        if (rest.calculateStrategy(this::arrived, false) == SELECT) {
            now = Math.max(now, arrivals.element());
        }
        for (var there = arrived(); there > 0; there--) {
            arrivals.remove();
            rest.waits();
            now += WORK;
            answered++;
            rest.waitsNoMore();
            if (again) {
                arrivals.add(now + ROUND_TRIP);
            }
        }
    }

    private int arrived() {
        return (int) arrivals.stream().filter(at -> at <= now).count();
    }
}
