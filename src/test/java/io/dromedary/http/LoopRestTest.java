package io.dromedary.http;

import static io.dromedary.http.LoopRest.QUICK_TURNS;
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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When a loop rests, with a clock, rests and requests of the test's own. */
class LoopRestTest {
    private static final long LENGTH = LoopRest.LENGTH.toNanos();
    private static final long QUICK = LENGTH / 5;

    private final Deque<Integer> arrivals = new ArrayDeque<>();
    private final List<Long> rests = new ArrayList<>();
    private long now = 1_000;
    private final LoopRest rest = new LoopRest(() -> now, length -> {
        rests.add(length);
        now += length;
    });

    @Test
    void a_loop_sleeps_as_ever_until_enough_turns_were_quick() throws Exception {
        for (var i = 0; i < QUICK_TURNS; i++) {
            assertThat(turn(QUICK)).isEqualTo(SELECT);
        }
        assertThat(rests).isEmpty();

        arrive(0, 5);
        assertThat(turn(QUICK)).isEqualTo(5);
        assertThat(rests).containsExactly(LENGTH);
    }

    @Test
    void it_rests_again_for_as_long_as_rests_bring_several_together() throws Exception {
        becomeQuick();
        for (var i = 0; i < 20; i++) {
            arrive(0, 2);
            assertThat(turn(QUICK)).isEqualTo(2);
        }
        assertThat(rests).hasSize(20);
    }

    @Test
    void a_rest_that_brought_one_request_was_the_last_for_a_while() throws Exception {
        becomeQuick();
        arrive(0, 1);
        assertThat(turn(QUICK)).isEqualTo(1);
        for (var i = 0; i < QUICK_TURNS; i++) {
            assertThat(turn(QUICK)).isEqualTo(SELECT);
        }
        assertThat(rests).hasSize(1);
    }

    @Test
    void a_rest_that_brought_nothing_ends_in_sleep() throws Exception {
        becomeQuick();
        arrive(0, 0);
        assertThat(turn(QUICK)).isEqualTo(SELECT);
        assertThat(turn(QUICK)).isEqualTo(SELECT);
        assertThat(rests).hasSize(1);
    }

    @Test
    void a_turn_that_took_its_time_begins_the_count_anew() throws Exception {
        becomeQuick();
        assertThat(turn(LENGTH)).isEqualTo(SELECT);
        for (var i = 0; i < QUICK_TURNS; i++) {
            assertThat(turn(QUICK)).isEqualTo(SELECT);
        }
        assertThat(rests).isEmpty();
    }

    @Test
    void nobody_who_waits_for_an_answer_waits_for_a_rest() throws Exception {
        becomeQuick();
        rest.somebodyWaits();
        rest.somebodyWaits();
        rest.waitsNoMore();
        for (var i = 0; i < 3 * QUICK_TURNS; i++) {
            assertThat(turn(QUICK)).isEqualTo(SELECT);
        }
        rest.waitsNoMore();
        // the first is as long as all that while
        for (var i = 0; i < 1 + QUICK_TURNS; i++) {
            assertThat(turn(QUICK)).isEqualTo(SELECT);
        }
        assertThat(rests).isEmpty();

        arrive(0, 3);
        assertThat(turn(QUICK)).isEqualTo(3);
    }

    @Test
    void a_loop_that_has_its_hands_full_does_not_rest() throws Exception {
        becomeQuick();
        arrive(7);
        assertThat(turn(QUICK)).isEqualTo(7);
        arrive(1);
        assertThat(turn(QUICK)).isEqualTo(1);
        assertThat(rests).isEmpty();
    }

    @Test
    void a_task_does_not_wait_for_a_rest() throws Exception {
        becomeQuick();
        arrive(4);
        now += QUICK;
        assertThat(rest.calculateStrategy(arrivals::remove, true)).isEqualTo(4);
        assertThat(rests).isEmpty();
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

    /** What a look at the sockets finds, one look after the other. */
    private void arrive(Integer... found) {
        arrivals.addAll(List.of(found));
    }

    private int turn(long nanos) throws Exception {
        now += nanos;
        return rest.calculateStrategy(arrivals::remove, false);
    }

    private void becomeQuick() throws Exception {
        for (var i = 0; i < QUICK_TURNS; i++) {
            turn(QUICK);
        }
    }
}
