package io.dromedary.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class ScriptedBackendTest {
    private final ScriptedBackend backend = ScriptedBackend.start();
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        client.close();
        backend.close();
    }

    @Test
    void a_request_is_recorded_as_it_came() throws Exception {
        backend.next(Script.json(201, Map.of("x-one", "1"), "{\"ok\":true}"));
        var response = client.send(request().header("X-Two", "2").build(), BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(response.body()).isEqualTo("{\"ok\":true}");
        assertThat(response.headers().firstValue("x-one")).hasValue("1");
        var received = backend.await(1, Duration.ofSeconds(1));
        assertThat(received.method()).isEqualTo("POST");
        assertThat(received.path()).isEqualTo("/v1/chat/completions");
        assertThat(received.header("x-two")).isEqualTo("2");
        assertThat(received.body()).isEqualTo("hello");
        assertThat(received.arrivedAt()).isLessThanOrEqualTo(System.nanoTime());
        assertThat(received.cancelledAt()).isEmpty();
    }

    @Test
    void a_chunked_request_is_put_together() throws Exception {
        backend.next(Script.json(200, "{}"));
        var body = HttpRequest.BodyPublishers.ofInputStream(
                () -> new ByteArrayInputStream("x".repeat(100_000).getBytes(ISO_8859_1)));
        client.send(HttpRequest.newBuilder(URI.create(backend.url())).POST(body).build(), BodyHandlers.discarding());
        assertThat(backend.received().getFirst().body()).hasSize(100_000);
    }

    @Test
    void queued_scripts_go_first() throws Exception {
        backend.next(Script.json(200, "1"), Script.json(200, "2"))
                .otherwise(request -> Script.json(200, request.path()));
        assertThat(body()).isEqualTo("1");
        assertThat(body()).isEqualTo("2");
        assertThat(body()).isEqualTo("/v1/chat/completions");
    }

    @Test
    void a_connection_serves_one_request_after_another() throws Exception {
        backend.otherwise(request -> Script.stream("one", "two"));
        assertThat(body()).isEqualTo("data: one\n\ndata: two\n\n");
        assertThat(body()).isEqualTo("data: one\n\ndata: two\n\n");
        assertThat(backend.connections()).isEqualTo(1);
    }

    @Test
    void each_event_is_one_chunk() throws Exception {
        backend.next(Script.stream(ChatEvents.DONE));
        try (var socket = connected()) {
            assertThat(upTo("0\r\n\r\n", socket.getInputStream()))
                    .startsWith("HTTP/1.1 200 ")
                    .endsWith("\r\n\r\ne\r\ndata: [DONE]\n\n\r\n0\r\n\r\n");
        }
    }

    @Test
    void a_pause_lies_between_two_events() throws Exception {
        backend.next(Script.stream("one").pause(Duration.ofMillis(80)).event("two"));
        // from before the request: whoever reads may itself be late for the first event
        var before = System.nanoTime();
        var response = client.send(request().build(), BodyHandlers.ofInputStream());
        try (var in = response.body()) {
            assertThat(upTo("one\n\n", in)).isEqualTo("data: one\n\n");
            assertThat(upTo("two\n\n", in)).isEqualTo("data: two\n\n");
            assertThat(System.nanoTime() - before).isGreaterThan(80_000_000);
        }
    }

    @Test
    void a_slow_head_comes_line_by_line() throws Exception {
        backend.next(Script.slowHead(200, Map.of("a", "1", "b", "2"), Duration.ofMillis(20)));
        var before = System.nanoTime();
        assertThat(client.send(request().build(), BodyHandlers.ofString()).statusCode())
                .isEqualTo(200);
        assertThat(System.nanoTime() - before).isGreaterThan(80_000_000);
    }

    @Test
    void a_client_that_leaves_a_silent_stream_is_noticed_at_once() throws Exception {
        backend.next(Script.stream("one").stall());
        long left;
        Received received;
        try (var socket = connected()) {
            upTo("one\n\n", socket.getInputStream());
            received = backend.await(1, Duration.ofSeconds(1));
            assertThat(received.awaitCancelled(Duration.ofMillis(20))).isFalse();
            left = System.nanoTime();
        }
        assertThat(received.awaitCancelled(Duration.ofSeconds(5))).isTrue();
        assertThat(received.cancelledAt().getAsLong() - left).isBetween(0L, 1_000_000_000L);
    }

    @Test
    void a_client_that_resets_is_noticed_too() throws Exception {
        backend.next(Script.stream("one").pause(Duration.ofSeconds(10)).event("two"));
        try (var socket = connected()) {
            upTo("one\n\n", socket.getInputStream());
            socket.setSoLinger(true, 0);
        }
        assertThat(backend.await(1, Duration.ofSeconds(1)).awaitCancelled(Duration.ofSeconds(5)))
                .isTrue();
    }

    @Test
    void a_client_that_took_everything_did_not_cancel() throws Exception {
        backend.next(Script.stream("one"));
        try (var socket = connected()) {
            upTo("0\r\n\r\n", socket.getInputStream());
        }
        assertThat(backend.received().getFirst().awaitCancelled(Duration.ofSeconds(5)))
                .isFalse();
    }

    @Test
    void a_reset_is_a_reset() throws Exception {
        backend.next(Script.stream("one").pause(Duration.ofMillis(50)).reset());
        try (var socket = connected()) {
            upTo("one\n\n", socket.getInputStream());
            assertThatThrownBy(() -> upTo("never", socket.getInputStream()))
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
    }

    @Test
    void an_early_close_leaves_the_body_unfinished() throws Exception {
        backend.next(Script.stream("one").halfEvent("four").closeEarly());
        try (var socket = connected()) {
            assertThat(upTo("never", socket.getInputStream())).endsWith("\r\ndata: one\n\n\r\n8\r\ndata: fo\r\n");
        }
    }

    @Test
    void it_can_close_before_it_says_anything() throws Exception {
        backend.next(Script.nothing().closeEarly());
        assertThatThrownBy(() -> client.send(request().build(), BodyHandlers.ofString()))
                .isInstanceOf(IOException.class);
    }

    @Test
    void nobody_listens_at_nobodys_address() {
        assertThatThrownBy(() -> new Socket(
                                "127.0.0.1",
                                URI.create(ScriptedBackend.nobody()).getPort())
                        .close())
                .isInstanceOf(IOException.class);
    }

    @Test
    void three_hundred_streams_run_side_by_side() {
        backend.otherwise(
                request -> Script.stream("one").pause(Duration.ofMillis(500)).event("two"));
        var before = System.nanoTime();
        var answers = new ArrayList<CompletableFuture<HttpResponse<String>>>();
        for (var i = 0; i < 300; i++) {
            answers.add(client.sendAsync(request().build(), BodyHandlers.ofString()));
        }
        for (var answer : answers) {
            assertThat(answer.join().body()).isEqualTo("data: one\n\ndata: two\n\n");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(15));
    }

    private HttpRequest.Builder request() {
        return HttpRequest.newBuilder(URI.create(backend.url() + "/v1/chat/completions"))
                .version(HttpClient.Version.HTTP_1_1)
                .POST(HttpRequest.BodyPublishers.ofString("hello"));
    }

    private String body() throws Exception {
        return client.send(request().build(), BodyHandlers.ofString()).body();
    }

    private Socket connected() throws IOException {
        var socket = new Socket("127.0.0.1", URI.create(backend.url()).getPort());
        socket.getOutputStream().write("GET / HTTP/1.1\r\nhost: x\r\n\r\n".getBytes(ISO_8859_1));
        return socket;
    }

    /** What comes up to and with a text; all that comes when it does not. */
    private static String upTo(String end, InputStream in) throws IOException {
        var text = new StringBuilder();
        for (var next = in.read(); next >= 0; next = in.read()) {
            text.append((char) next);
            if (text.indexOf(end, text.length() - end.length()) >= 0) {
                break;
            }
        }
        return text.toString();
    }
}
