package io.dromedary.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dromedary.access.Keyring;
import io.dromedary.api.Ids;
import io.dromedary.call.Call;
import io.dromedary.call.Call.Ending;
import io.dromedary.call.InnerCalls.Ask;
import io.dromedary.call.InnerCalls.Running;
import io.dromedary.call.InnerCalls.Told;
import io.dromedary.config.GatewaySettings;
import io.dromedary.testing.JsonTree;
import io.dromedary.testing.SettableClock;
import io.vertx.core.Vertx;
import java.lang.ref.WeakReference;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls of the gateway's own, through routes whose replies the test plays. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
final class InnerCallsTest {
    private static final String HELD = "/v1/held";

    private SocketRig rig;

    @BeforeEach
    void start() throws Exception {
        rig = new SocketRig(4096, 2);
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    private static Ask ask(String endpoint, String body) {
        return new Ask("job-1", endpoint, body.getBytes(UTF_8), "demo", "gone", "errand");
    }

    /** What is told of one call, and at most once. */
    private final class Begun {
        private final CompletableFuture<Told> told = new CompletableFuture<>();
        private final Running running;

        Begun(Ask ask) {
            running = rig.engine.inner().begin(ask, how -> {
                if (!told.complete(how)) {
                    throw new AssertionError("told twice");
                }
            });
        }

        Told told() throws Exception {
            return told.get(20, TimeUnit.SECONDS);
        }
    }

    private Begun begin(String body) {
        return new Begun(ask(SocketRig.PATH, body));
    }

    private Begun hold() {
        return new Begun(ask(HELD, "{}"));
    }

    private Call closed() {
        await().atMost(SocketRig.soon()).until(() -> rig.closed.size() == 1);
        return rig.closed.getFirst();
    }

    private Runnable held() throws InterruptedException {
        var step = rig.held.poll(20, TimeUnit.SECONDS);
        if (step == null) {
            throw new AssertionError("no route is held");
        }
        return step;
    }

    private void assertNothingIsLeft() {
        await().atMost(SocketRig.soon()).until(rig::isIdle);
    }

    @Test
    void a_whole_reply_is_told_and_the_call_is_like_any_other() throws Exception {
        var body = "{\"say\":\"whole\"}";
        var told = begin(body).told();

        assertThat(told.status()).isEqualTo(200);
        assertThat(told.body()).asString(UTF_8).isEqualTo("{}");
        assertThat(told.headers().get("content-type")).isEqualTo("application/json");
        var call = closed();
        assertThat(call.ending()).isEqualTo(Ending.ANSWERED);
        assertThat(call.status()).isEqualTo(200);
        assertThat(call.bytesIn()).isEqualTo(body.length());
        assertThat(call.bytesOut()).isEqualTo(2);
        assertThat(call.arrival().requestId()).isEqualTo("job-1");
        assertThat(call.arrival().method()).isEqualTo("POST");
        assertThat(call.arrival().endpoint()).isEqualTo(SocketRig.PATH);
        assertThat(call.caller().project().name()).isEqualTo("demo");
        assertThat(call.caller().key()).isEqualTo("gone");
        assertThat(call.errandOrNull()).isEqualTo("errand");
        assertThat(call.summary()).containsEntry("inner", true);
        assertNothingIsLeft();
    }

    @Test
    void a_reply_in_pieces_is_told_in_one() throws Exception {
        var told = begin("{\"say\":\"pieces\"}").told();

        assertThat(told.status()).isEqualTo(200);
        assertThat(told.body()).asString(UTF_8).isEqualTo("[1,2]");
        assertThat(told.headers().get("content-type")).isEqualTo("application/json");
        assertThat(closed().ending()).isEqualTo(Ending.ANSWERED);
        assertThat(closed().bytesOut()).isEqualTo(5);
        assertNothingIsLeft();
    }

    @Test
    void a_reply_of_too_few_pieces_is_a_fault_of_ours() throws Exception {
        assertThat(begin("{\"say\":\"too few\"}").told().status()).isEqualTo(500);
        assertThat(closed().ending()).isEqualTo(Ending.REFUSED);
        assertNothingIsLeft();
    }

    @Test
    void nobody_holds_a_call_that_is_over() throws Exception {
        begin("{\"say\":\"whole\"}").told();
        var over = new WeakReference<>(closed());
        rig.closed.clear();

        await().atMost(SocketRig.soon()).until(() -> {
            System.gc();
            return over.refersTo(null);
        });
    }

    @Test
    void a_refusal_is_told_with_its_headers() throws Exception {
        var told = begin("{\"say\":\"refuse\"}").told();

        assertThat(told.status()).isEqualTo(400);
        assertThat(told.headers().get("retry-after")).isEqualTo("7");
        assertThat(JsonTree.at(new String(told.body(), UTF_8), "error.param")).isEqualTo("input");
        assertThat(closed().ending()).isEqualTo(Ending.REFUSED);
        assertNothingIsLeft();
    }

    @Test
    void a_fault_of_ours_is_told_as_one() throws Exception {
        assertThat(begin("{\"say\":\"fail\"}").told().status()).isEqualTo(500);
        assertThat(closed().ending()).isEqualTo(Ending.REFUSED);
        assertNothingIsLeft();
    }

    @Test
    void a_project_that_is_gone_is_refused() throws Exception {
        var told = new Begun(new Ask("job-1", SocketRig.PATH, new byte[] {'{', '}'}, "gone", "k", null)).told();

        assertThat(told.status()).isEqualTo(401);
        assertThat(closed().ending()).isEqualTo(Ending.REFUSED);
    }

    @Test
    void a_path_that_nobody_serves_is_told_as_not_found() throws Exception {
        var told = new Begun(ask("/v1/nothing", "{}")).told();

        assertThat(told.status()).isEqualTo(404);
        assertThat(closed().arrival().routed()).isFalse();
        assertNothingIsLeft();
    }

    @Test
    void events_go_nowhere_and_are_told_when_they_have_ended() throws Exception {
        var begun = begin("{\"say\":\"events\"}");
        var turn = rig.turn();
        turn.event("response.created", "");
        await().atMost(SocketRig.soon()).until(turn::isStarted);
        assertThat(begun.told).isNotDone();
        assertThat(rig.engine.inFlight()).isEqualTo(1);
        assertThat(rig.engine.openStreams()).isEqualTo(1);
        assertThat(turn.flood(1000, ",\"text\":\"" + "x".repeat(10_000) + "\""))
                .as("nobody asks it to pause")
                .isEqualTo(1000);
        turn.complete();

        var told = begun.told();
        assertThat(told.status()).isEqualTo(200);
        assertThat(told.body()).isEmpty();
        var call = closed();
        assertThat(call.ending()).isEqualTo(Ending.ANSWERED);
        assertThat(call.bytesOut()).isGreaterThan(10_000_000);
        assertNothingIsLeft();
    }

    @Test
    void leaving_stops_a_stream_at_once() throws Exception {
        var begun = begin("{\"say\":\"events\"}");
        var turn = rig.turn();
        turn.event("response.created", "");
        begun.running.leave();
        begun.running.leave();

        turn.cancelled.get(20, TimeUnit.SECONDS);
        var told = begun.told();
        assertThat(told.status()).isZero();
        assertThat(told.body()).isEmpty();
        assertThat(closed().ending()).isEqualTo(Ending.LEFT);
        assertNothingIsLeft();
        begun.running.leave();
    }

    @Test
    void leaving_is_told_when_the_route_has_come_to_its_end() throws Exception {
        var begun = hold();
        var route = held();
        begun.running.leave();
        assertThat(closed().ending()).as("what runs for it is stopped at once").isEqualTo(Ending.LEFT);
        assertThat(begun.told).isNotDone();
        assertThat(rig.engine.inFlight()).isEqualTo(1);

        route.run();
        assertThat(begun.told().status()).isZero();
        assertNothingIsLeft();
    }

    @Test
    void leaving_too_late_changes_nothing() throws Exception {
        var begun = begin("{\"say\":\"whole\"}");
        assertThat(begun.told().status()).isEqualTo(200);
        begun.running.leave();
        assertThat(begin("{\"say\":\"whole\"}").told().status()).isEqualTo(200);
        assertThat(rig.closed).extracting(Call::ending).containsOnly(Ending.ANSWERED);
        assertNothingIsLeft();
    }

    @Test
    void a_stop_waits_for_a_call_and_calls_begin_while_it_does() throws Exception {
        rig.engine.drain();
        var begun = hold();
        var route = held();
        assertThat(rig.engine.awaitIdle(Duration.ofMillis(50))).isFalse();

        route.run();
        assertThat(begun.told().status()).isEqualTo(200);
        assertThat(rig.engine.awaitIdle(SocketRig.soon())).isTrue();
    }

    @Test
    void calls_take_the_event_loops_in_turn() throws Exception {
        for (var i = 0; i < 4; i++) {
            begin("{\"say\":\"whole\"}").told();
        }
        await().atMost(SocketRig.soon()).until(() -> rig.closed.size() == 4);
        var loops = rig.closed.stream().map(Call::loop).toList();
        assertThat(loops.get(0)).isNotSameAs(loops.get(1)).isSameAs(loops.get(2));
        assertThat(loops.get(1)).isSameAs(loops.get(3));
    }

    @Test
    void a_call_that_an_event_loop_begins_is_not_told_within_that() throws Exception {
        var within = new CompletableFuture<Boolean>();
        var body = "{\"say\":\"whole\"}";
        rig.engine.inner().begin(ask(SocketRig.PATH, body), first -> {
            var loop = Thread.currentThread();
            var handedOut = new AtomicBoolean();
            // one of two is on this loop, where it could run at once
            for (var i = 0; i < 2; i++) {
                rig.engine.inner().begin(ask(SocketRig.PATH, body), told -> {
                    if (Thread.currentThread().equals(loop)) {
                        within.complete(!handedOut.get());
                    }
                });
            }
            handedOut.set(true);
        });
        assertThat(within.get(20, TimeUnit.SECONDS)).isFalse();
        assertNothingIsLeft();
    }

    @Test
    void nobody_outside_can_make_a_call_one_of_the_gateways_own() throws Exception {
        assertThat(status(null)).isEqualTo(401);
        assertThat(status("Bearer " + Keyring.DEMO_KEY)).isEqualTo(200);
        await().atMost(SocketRig.soon()).until(() -> rig.closed.size() == 2);
        assertThat(rig.closed).allSatisfy(call -> {
            assertThat(call.innerOrNull()).isNull();
            assertThat(call.errandOrNull()).isNull();
            assertThat(call.summary()).doesNotContainKey("inner");
        });
    }

    private int status(@Nullable String authorization) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(rig.url() + SocketRig.PATH))
                .header("content-type", "application/json")
                .header("inner", "true")
                .header("x-dromedary-inner", "true")
                .header("dromedary.call", "inner")
                .header("camelinner", "true")
                .header("project", "demo")
                .POST(BodyPublishers.ofString("{\"say\":\"whole\"}"));
        if (authorization != null) {
            request.header("authorization", authorization);
        }
        try (var client = HttpClient.newHttpClient()) {
            return client.send(request.build(), BodyHandlers.discarding()).statusCode();
        }
    }

    @Test
    void nothing_begins_before_the_server_listens() throws Exception {
        var vertx = Vertx.vertx();
        try {
            var engine = new HttpEngine(
                    vertx,
                    new ServerSettings("127.0.0.1", 0, 1, true, () -> GatewaySettings.DEFAULT),
                    (arrival, headers, loop) -> {
                        throw new AssertionError("a call was made");
                    },
                    Ids.random(new Random(1), InstantSource.system()),
                    new SettableClock());
            assertThatThrownBy(() -> engine.inner().begin(ask(HELD, "{}"), told -> {}))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(engine.inFlight()).isZero();
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void who_wants_to_know_how_a_call_closes_is_told_once_also_too_late() throws Exception {
        var begun = begin("{\"say\":\"events\"}");
        var turn = rig.turn();
        var first = new CompletableFuture<Ending>();
        var second = new CompletableFuture<Ending>();
        turn.call.loop().execute(() -> {
            turn.call.whenClosed(first::complete);
            turn.call.whenClosed(second::complete);
        });
        turn.complete();
        begun.told();
        assertThat(first.get(20, TimeUnit.SECONDS)).isEqualTo(Ending.ANSWERED);
        assertThat(second.get(20, TimeUnit.SECONDS)).isEqualTo(Ending.ANSWERED);
        var late = new CompletableFuture<Ending>();
        turn.call.loop().execute(() -> turn.call.whenClosed(late::complete));
        assertThat(late.get(20, TimeUnit.SECONDS)).isEqualTo(Ending.ANSWERED);
    }
}
