package io.dromedary.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dromedary.call.Call.Ending;
import io.dromedary.config.GatewaySettings.Sockets;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.JsonTree;
import io.dromedary.testing.SocketClient;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A WebSocket from its handshake to its end, over a real connection, with replies that the test plays. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
final class OpenSocketTest {
    private static final String CREATE = "{\"type\":\"response.create\",\"model\":\"m\"}";
    private static final String REFUSED = "{\"type\":\"response.create\",\"model\":\"refuse\"}";
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration AT_ONCE = Duration.ofMillis(1);
    private static final int SMALL = 4096;

    private SocketRig rig;

    @BeforeEach
    void start() throws Exception {
        rig = new SocketRig(SMALL);
    }

    private SocketClient client() throws Exception {
        return rig.client();
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    private void assertNothingIsLeft() {
        await().atMost(SocketRig.soon()).until(rig::isIdle);
    }

    @Test
    void each_event_is_a_message_and_comments_and_done_are_none() throws Exception {
        try (var client = client()) {
            client.text(CREATE);
            var turn = rig.turn();
            turn.raw(": keepalive\n\n")
                    .event("response.created", ",\"n\":1")
                    .raw("event: a\ndata: {\"type\":\"a\"}\n\nevent: b\ndata: {\"type\":\"b\"}\n\n")
                    .event("response.completed", "")
                    .raw("data: [DONE]\n\n")
                    .end();
            assertThat(client.message()).isEqualTo("{\"type\":\"response.created\",\"n\":1}");
            assertThat(client.message()).isEqualTo("{\"type\":\"a\"}");
            assertThat(client.message()).isEqualTo("{\"type\":\"b\"}");
            assertThat(client.message()).isEqualTo("{\"type\":\"response.completed\"}");
            // nothing stands between that and the next turn
            client.text(CREATE);
            rig.turn().complete();
            assertThat(client.message()).isEqualTo("{\"type\":\"response.created\"}");
        }
        assertNothingIsLeft();
    }

    @Test
    void a_turn_is_a_call_of_its_own_with_the_headers_of_the_handshake() throws Exception {
        try (var client = SocketClient.ask(
                rig.url(),
                "/v1/responses?ai_project_id=p",
                "authorization: Bearer " + GatewayProcess.KEY,
                "x-request-id: mine")) {
            assertThat(client.head()).startsWith("HTTP/1.1 101 ").contains("x-request-id: mine\r\n");
            client.text("{\"model\":\"m\", \"type\":\"response.create\", \"input\":[1.50]}");
            var turn = rig.turn();
            assertThat(turn.body).isEqualTo("{\"model\":\"m\", \"input\":[1.50],\"stream\":true}");
            turn.complete();
            client.text(CREATE);
            var second = rig.turn();
            second.complete();
            await().atMost(SocketRig.soon()).until(() -> rig.closed.size() == 3);
            var handshake = rig.closed.get(0);
            assertThat(handshake.arrival().requestId()).isEqualTo("mine");
            assertThat(handshake.status()).isEqualTo(101);
            assertThat(handshake.ending()).isEqualTo(Ending.ANSWERED);
            assertThat(turn.call.arrival().method()).isEqualTo("POST");
            assertThat(turn.call.arrival().endpoint()).isEqualTo("/v1/responses");
            assertThat(turn.call.arrival().requestId())
                    .startsWith("req_")
                    .isNotEqualTo(second.call.arrival().requestId());
            assertThat(turn.call.caller()).isNotNull();
            assertThat(turn.call.status()).isEqualTo(200);
            assertThat(turn.call.ending()).isEqualTo(Ending.ANSWERED);
            assertThat(turn.call.bytesIn()).isEqualTo(turn.body.length());
        }
    }

    @Test
    void a_refused_turn_is_an_envelope_and_the_socket_stays_open() throws Exception {
        try (var client = client()) {
            client.text(REFUSED);
            var refused = client.message();
            assertThat(JsonTree.of(refused))
                    .isEqualTo(JsonTree.of("""
                    {"type":"error","status":400,"error":{"type":"invalid_request_error",
                     "code":"invalid_request_error","message":"No.","param":"input",
                     "headers":{"x-request-id":"%s","retry-after":"7"}}}""".formatted(JsonTree.at(refused, "error.headers.x-request-id"))));
            client.text("{\"type\":\"response.create\",\"model\":\"fail\"}");
            assertError(client.message(), 500, "server_error");
            client.text("{\"type\":\"response.create\",\"model\":\"whole\"}");
            assertThat(JsonTree.at(client.message(), "status")).isEqualTo(String.valueOf(500));
            client.text(CREATE);
            rig.turn().complete();
            assertThat(client.message()).contains("response.created");
        }
        assertThat(rig.closed)
                .extracting(call -> call.ending())
                .startsWith(Ending.ANSWERED, Ending.REFUSED, Ending.REFUSED, Ending.REFUSED);
        assertNothingIsLeft();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"type\": | invalid_json",
                "[] | invalid_json",
                "{\"type\":\"response.cancel\"} | unknown_event_type",
                "{\"type\":\"response.create\",\"stream_id\":\"a\"} | invalid_stream_id",
                "{\"type\":\"response.create\",\"stream\":true} | unsupported_parameter",
            })
    void a_message_that_cannot_be_used_is_an_envelope_and_the_socket_stays_open(String message, String code)
            throws Exception {
        try (var client = client()) {
            client.text(message);
            assertError(client.message(), 400, code);
            client.frame(SocketClient.BINARY, true, CREATE.getBytes(UTF_8));
            assertThat(JsonTree.at(client.message(), "error.code")).isEqualTo("invalid_json");
            client.text(CREATE);
            rig.turn().complete();
            assertThat(client.message()).contains("response.created");
        }
        assertThat(rig.closed.get(1).errorCode()).isEqualTo(code);
    }

    @Test
    void turns_wait_for_each_other_and_one_too_many_is_not_taken() throws Exception {
        rig.keep(new Sockets(LONG, LONG, 2));
        try (var client = rig.client()) {
            client.text("{\"type\":\"response.create\",\"n\":0}");
            var first = rig.turn();
            for (var i = 1; i <= 3; i++) {
                client.text("{\"type\":\"response.create\",\"n\":" + i + "}");
            }
            assertError(client.message(), 429, "websocket_queue_full");
            assertThat(rig.turns).isEmpty();
            first.event("response.completed", ",\"n\":0").end();
            assertThat(JsonTree.at(client.message(), "n")).isEqualTo(String.valueOf(0));
            for (var i = 1; i <= 2; i++) {
                var turn = rig.turn();
                assertThat(JsonTree.at(turn.body, "n")).isEqualTo(String.valueOf(i));
                assertThat(rig.turns).isEmpty();
                turn.event("response.completed", ",\"n\":" + i).end();
                assertThat(JsonTree.at(client.message(), "n")).isEqualTo(String.valueOf(i));
            }
        }
        assertNothingIsLeft();
        assertThat(rig.turns).isEmpty();
    }

    @Test
    void what_waits_has_no_more_bytes_than_one_message_may_have() throws Exception {
        try (var client = client()) {
            client.text(CREATE);
            var first = rig.turn();
            var large = "{\"type\":\"response.create\",\"i\":\"" + "x".repeat(SMALL - 100) + "\"}";
            client.text(large);
            client.text(large);
            assertThat(JsonTree.at(client.message(), "error.code")).isEqualTo("websocket_queue_full");
            first.complete();
            rig.turn().complete();
        }
    }

    @Test
    void bad_messages_are_answered_in_their_turn() throws Exception {
        try (var client = client()) {
            client.text(CREATE);
            var turn = rig.turn();
            client.text("{");
            turn.complete();
            assertThat(client.message()).contains("response.created");
            assertThat(client.message()).contains("response.completed");
            assertThat(client.message()).contains("invalid_json");
        }
    }

    @Test
    void a_message_may_come_in_pieces_with_a_ping_between_them() throws Exception {
        try (var client = client()) {
            var bytes = CREATE.getBytes(UTF_8);
            client.frame(SocketClient.TEXT, false, Arrays.copyOf(bytes, 5));
            client.frame(SocketClient.PING, true, "hi".getBytes(UTF_8));
            var pong = client.next();
            assertThat(pong.opcode()).isEqualTo(SocketClient.PONG);
            assertThat(pong.text()).isEqualTo("hi");
            client.frame(SocketClient.CONTINUATION, true, Arrays.copyOfRange(bytes, 5, bytes.length));
            assertThat(rig.turn().body).isEqualTo("{\"model\":\"m\",\"stream\":true}");
        }
    }

    @Test
    void a_frame_that_is_too_large_is_an_error_and_closes_with_1009() throws Exception {
        try (var client = client()) {
            client.text(CREATE);
            var turn = rig.turn();
            client.frame(SocketClient.TEXT, true, new byte[50 * SMALL]);
            assertError(client.message(), 413, "message_too_large");
            assertThat(client.closed()).isEqualTo(1009);
            turn.cancelled.get(20, TimeUnit.SECONDS);
            // still written to, and still there to say it
            client.frame(SocketClient.TEXT, true, new byte[SMALL]);
        }
        assertNothingIsLeft();
    }

    @Test
    void so_is_a_message_that_is_too_large_only_as_a_whole() throws Exception {
        try (var client = client()) {
            client.frame(SocketClient.TEXT, false, new byte[SMALL]);
            client.frame(SocketClient.CONTINUATION, false, new byte[1]);
            assertThat(JsonTree.at(client.message(), "error.code")).isEqualTo("message_too_large");
            assertThat(client.closed()).isEqualTo(1009);
            client.sayClose();
            assertThat(client.ended()).isTrue();
        }
        assertNothingIsLeft();
    }

    @Test
    void what_is_no_frame_closes_with_1002() throws Exception {
        try (var client = client()) {
            client.frame(3, true, new byte[0]);
            assertThat(client.closed()).isEqualTo(1002);
        }
        assertNothingIsLeft();
    }

    @Test
    void a_silent_socket_is_kept_while_it_answers_pings_and_closed_when_it_does_not() throws Exception {
        rig.keep(new Sockets(Duration.ofSeconds(2), LONG, 16));
        try (var client = rig.client()) {
            for (var i = 0; i < 2; i++) {
                var ping = client.next();
                assertThat(ping.opcode()).isEqualTo(SocketClient.PING);
                client.frame(SocketClient.PONG, true, ping.payload());
            }
            client.text(CREATE);
            var turn = rig.turn();
            assertThat(client.next().opcode()).isEqualTo(SocketClient.PING);
            assertThat(client.ended()).isTrue();
            turn.cancelled.get(20, TimeUnit.SECONDS);
        }
        assertNothingIsLeft();
    }

    @Test
    void a_slow_reader_pauses_the_source() throws Exception {
        try (var client = client()) {
            client.text(CREATE);
            var turn = rig.turn();
            var padding = ",\"padding\":\"" + "x".repeat(10_000) + "\"";
            var said = turn.flood(100_000, padding);
            assertThat(said).isLessThan(100_000);
            assertThat(turn.pauses).hasValue(1);
            for (var i = 0; i < said; i++) {
                assertThat(client.message()).contains("\"n\":" + i + ",");
            }
            await().atMost(SocketRig.soon()).until(() -> turn.resumes.get() == 1);
            turn.complete();
            assertThat(client.message()).contains("response.created");
        }
        assertNothingIsLeft();
    }

    @Test
    void a_client_that_asks_and_never_reads_is_not_read_from() throws Exception {
        rig.keep(new Sockets(LONG, LONG, 0));
        try (var client = rig.client()) {
            client.text(CREATE);
            var turn = rig.turn();
            var messages = 200_000;
            var flood = Thread.ofPlatform().daemon().start(() -> {
                try {
                    for (var i = 0; i < messages; i++) {
                        client.text(CREATE);
                    }
                } catch (IOException e) {
                    // the connection closed under it
                }
            });
            // with all of it read, tens of megabytes of answers would wait here
            assertThat(flood.join(Duration.ofSeconds(5))).isFalse();
            client.reset();
            assertThat(flood.join(Duration.ofSeconds(20))).isTrue();
            turn.cancelled.get(20, TimeUnit.SECONDS);
        }
        assertNothingIsLeft();
    }

    @ParameterizedTest
    @CsvSource({"close", "end", "reset"})
    void a_client_that_leaves_cancels_its_turn_and_drops_what_waits(String how) throws Exception {
        var client = client();
        client.text(CREATE);
        var turn = rig.turn();
        turn.event("response.created", "");
        assertThat(client.message()).contains("response.created");
        client.text(CREATE);
        client.text(CREATE);
        switch (how) {
            case "close" -> {
                client.sayClose();
                assertThat(client.closed()).isEqualTo(1000);
                assertThat(client.ended()).isTrue();
            }
            case "end" -> client.close();
            default -> client.reset();
        }
        turn.cancelled.get(20, TimeUnit.SECONDS);
        assertNothingIsLeft();
        assertThat(turn.call.ending()).isEqualTo(Ending.LEFT);
        assertThat(rig.turns).isEmpty();
    }

    @Test
    void one_that_has_been_open_for_long_closes_when_its_turn_has_ended() throws Exception {
        try (var idle = rig.client();
                var busy = rig.client()) {
            busy.text(CREATE);
            var turn = rig.turn();
            rig.keep(new Sockets(LONG, AT_ONCE, 16));
            assertError(idle.message(), 400, "websocket_connection_limit_reached");
            assertThat(idle.closed()).isEqualTo(1000);
            assertThat(turn.cancelled).isNotDone();
            turn.complete();
            assertThat(busy.message()).contains("response.created");
            assertThat(busy.message()).contains("response.completed");
            assertThat(busy.message()).contains("websocket_connection_limit_reached");
            assertThat(busy.closed()).isEqualTo(1000);
        }
        assertNothingIsLeft();
    }

    @Test
    void a_gateway_that_stops_closes_with_1001_after_the_turn_that_runs() throws Exception {
        try (var idle = rig.client();
                var busy = rig.client()) {
            busy.text(CREATE);
            var turn = rig.turn();
            busy.text(CREATE);
            rig.engine.drain();
            assertThat(idle.closed()).isEqualTo(1001);
            assertThat(rig.engine.inFlight()).isEqualTo(1);
            turn.complete();
            assertThat(busy.message()).contains("response.created");
            assertThat(busy.message()).contains("response.completed");
            assertThat(busy.closed()).isEqualTo(1001);
            assertThat(rig.turns).isEmpty();
        }
        assertNothingIsLeft();
    }

    @Test
    void a_server_that_closes_under_a_turn_says_1001_and_cancels_it() throws Exception {
        try (var client = client()) {
            client.text(CREATE);
            var turn = rig.turn();
            var closed = rig.closeServers();
            assertThat(client.closed()).isEqualTo(1001);
            turn.cancelled.get(20, TimeUnit.SECONDS);
            client.close();
            closed.get(20, TimeUnit.SECONDS);
        }
        assertNothingIsLeft();
    }

    @Test
    void a_key_that_nobody_knows_opens_nothing_and_the_connection_goes_on() throws Exception {
        try (var client = SocketClient.ask(rig.url(), SocketRig.PATH, "authorization: Bearer sk-wrong")) {
            assertThat(client.head()).startsWith("HTTP/1.1 401 ").doesNotContain("upgrade");
            assertThat(JsonTree.at(client.body(), "error.code")).isEqualTo("invalid_api_key");
            client.send("GET /nowhere HTTP/1.1\r\nhost: gateway\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 404 ");
        }
        assertThat(rig.engine.openSockets()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sec-websocket-version: 8 | 426",
                "sec-websocket-key: short | 400",
                "upgrade: other | 426",
                "connection: close | 426",
                "content-length: 0 | 426",
            })
    void a_handshake_that_is_none_is_refused(String header, int status) throws Exception {
        var name = header.substring(0, header.indexOf(':'));
        var request = new StringBuilder("GET /v1/responses HTTP/1.1\r\nhost: gateway\r\nauthorization: Bearer "
                + GatewayProcess.KEY + "\r\n" + header + "\r\n");
        for (var usual : new String[] {
            "connection: Upgrade",
            "upgrade: websocket",
            "sec-websocket-version: 13",
            "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ=="
        }) {
            if (!usual.startsWith(name)) {
                request.append(usual).append("\r\n");
            }
        }
        try (var client = SocketClient.raw(rig.url(), request + "\r\n")) {
            assertThat(client.head()).startsWith("HTTP/1.1 " + status).contains("sec-websocket-version: 13");
            assertThat(JsonTree.at(client.body(), "error.message")).isNotEmpty();
        }
        await().atMost(SocketRig.soon()).until(rig::isIdle);
    }

    @Test
    void a_socket_remembers_for_itself_until_a_turn_fails() throws Exception {
        try (var one = rig.client();
                var other = rig.client()) {
            one.text(CREATE);
            var first = rig.turn();
            Objects.requireNonNull(first.call.connectionMemoryOrNull()).remember("resp_1", "kept");
            first.complete();
            one.message();
            one.message();

            other.text(CREATE);
            assertThat(rig.turn().call.connectionMemoryOrNull())
                    .satisfies(memory -> assertThat(memory.recall("resp_1")).isNull());

            one.text("{");
            one.message();
            one.text(CREATE);
            var second = rig.turn();
            var memory = Objects.requireNonNull(second.call.connectionMemoryOrNull());
            assertThat(memory.recall("resp_1")).isEqualTo("kept");
            assertThat(memory.recall("resp_2")).isNull();
            second.event("response.failed", "").end();
            one.message();
            one.text(CREATE);
            var third = rig.turn();
            assertThat(memory.recall("resp_1")).isNull();
            memory.remember("resp_3", "kept too");
            third.complete();
            one.message();
            one.message();

            one.text(REFUSED);
            one.message();
            one.text(CREATE);
            assertThat(rig.turn().call.connectionMemoryOrNull()).isSameAs(memory);
            assertThat(memory.recall("resp_3")).isNull();
        }
    }

    private static void assertError(String message, int status, String code) {
        assertThat(JsonTree.at(message, "type")).isEqualTo("error");
        assertThat(JsonTree.at(message, "status")).isEqualTo(String.valueOf(status));
        assertThat(JsonTree.at(message, "error.code")).isEqualTo(code);
    }
}
