package io.dromedary.backend;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dromedary.api.Content;
import io.dromedary.api.TraceContext;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.config.BackendSettings;
import io.dromedary.config.Secret;
import io.dromedary.testing.FreePort;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client against a server that says exactly what each test tells it to, byte for byte. */
@Timeout(30)
final class HttpUpstreamTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final Context LOOP = VERTX.getOrCreateContext();
    private static final Spoken DIALECT = new Spoken();
    private static final String JSON = "application/json";
    private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

    private final Connections connections = new Connections(VERTX);
    private final List<Served> servers = new ArrayList<>();

    @AfterEach
    void stop() throws IOException {
        for (var server : servers) {
            server.close();
        }
    }

    @AfterAll
    static void end() {
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void a_span_is_told_in_two_headers_more() throws Exception {
        var server = serve(OK, OK);
        var upstream = upstream("http://127.0.0.1:" + server.port());
        var trace = "4bf92f3577b34da6a3ce929d0e0e4736";

        ask(upstream, "{}", new TraceContext(trace, "00f067aa0ba902b7", null, true, ""));
        ask(upstream, "{}", new TraceContext(trace, "00f067aa0ba902b8", null, false, "vendor=1,other=2"));

        assertThat(server.requests).hasSize(2);
        assertThat(server.requests.getFirst())
                .endsWith("content-length: 2\r\ntraceparent: 00-" + trace + "-00f067aa0ba902b7-01\r\n\r\n{}");
        assertThat(server.requests.getLast())
                .endsWith("content-length: 2\r\ntraceparent: 00-" + trace
                        + "-00f067aa0ba902b8-00\r\ntracestate: vendor=1,other=2\r\n\r\n{}");
    }

    @Test
    void a_request_has_its_line_its_headers_its_length_and_its_body() throws Exception {
        var server = serve(OK);
        var upstream = upstream("http://127.0.0.1:" + server.port() + "/base/v1/");

        assertThat(ask(upstream, "{\"a\":\"é\"}").text()).isEqualTo("200 ok");

        assertThat(server.requests).singleElement().isEqualTo("""
                POST /base/v1/chat/completions HTTP/1.1
                host: 127.0.0.1:%d
                content-type: application/json
                user-agent: dromedary
                authorization: Bearer secret
                x-extra: one
                content-length: 10

                {"a":"é"}""".formatted(server.port())
                .replace("\n", "\r\n"));
    }

    @Test
    void a_connection_is_kept_and_used_again() throws Exception {
        var server = serve(OK, OK, OK);
        var upstream = upstream(server.url());

        for (var i = 0; i < 3; i++) {
            assertThat(ask(upstream, "{}").text()).isEqualTo("200 ok");
        }

        assertThat(server.accepted).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok",
                "HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nkeep-alive: timeout=0\r\ncontent-length: 2\r\n\r\nok"
            })
    void a_connection_that_its_server_will_close_is_not_used_again(String last) throws Exception {
        var server = serve(last, OK);
        var upstream = upstream(server.url());

        assertThat(ask(upstream, "{}").text()).isEqualTo("200 ok");
        assertThat(ask(upstream, "{}").text()).isEqualTo("200 ok");

        assertThat(server.accepted).hasSize(2);
    }

    @Test
    void a_body_that_ends_with_the_connection_is_whole() throws Exception {
        var server = serve("HTTP/1.1 200 OK\r\n\r\nto the end!close");

        assertThat(ask(upstream(server.url()), "{}").text()).isEqualTo("200 to the end");
    }

    @Test
    void a_chunked_body_comes_without_its_chunks() throws Exception {
        var server = serve("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\none\r\n4\r\n two\r\n0\r\n\r\n");

        assertThat(ask(upstream(server.url()), "{}").text()).isEqualTo("200 one two");
    }

    @Test
    void an_interim_answer_is_passed_over() throws Exception {
        var server = serve("HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" + OK, OK);
        var upstream = upstream(server.url());

        assertThat(ask(upstream, "{}").text()).isEqualTo("200 ok");
        assertThat(ask(upstream, "{}").text()).isEqualTo("200 ok");
        assertThat(server.accepted).hasSize(1);
    }

    @Test
    void an_answer_without_a_body_is_an_answer() throws Exception {
        var server = serve("HTTP/1.1 204 No Content\r\n\r\n", OK);
        var upstream = upstream(server.url());

        assertThat(ask(upstream, "{}").text()).isEqualTo("204 ");
        assertThat(ask(upstream, "{}").text()).isEqualTo("200 ok");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "!close",
                "HTTP/1.1 200 OK\r\ncontent-le!close",
                "HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\nnot so long!close",
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhalf!close",
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nno length\r\n",
                "SSH-2.0-OpenSSH_9.2\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n"
            })
    void what_is_no_whole_answer_is_broken_and_sent_once(String nonsense) throws Exception {
        var server = serve(nonsense, OK);

        var answer = ask(upstream(server.url()), "{}");

        assertThat(answer.failure).isEqualTo(new AttemptFailure.Broken("connection closed early"));
        assertThat(server.requests).hasSize(1);
    }

    @Test
    void a_reset_is_called_one() throws Exception {
        var server = serve("HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\nnot!reset");

        assertThat(ask(upstream(server.url()), "{}").failure).isEqualTo(new AttemptFailure.Broken("connection reset"));
    }

    @Test
    void headers_without_end_are_broken() throws Exception {
        var server = serve("HTTP/1.1 200 OK\r\nx: " + "y".repeat(40_000) + "\r\n\r\n");

        assertThat(ask(upstream(server.url()), "{}").failure).isInstanceOf(AttemptFailure.Broken.class);
    }

    @Test
    void a_kept_connection_that_had_died_costs_no_attempt() throws Exception {
        // the server goes away without a word when the second request comes, as one does that had just timed out
        var server = serve(OK, "!close", OK);
        var upstream = upstream(server.url());

        assertThat(ask(upstream, "{\"n\":1}").text()).isEqualTo("200 ok");
        assertThat(ask(upstream, "{\"n\":2}").text()).isEqualTo("200 ok");

        assertThat(server.requests).hasSize(3);
        assertThat(server.requests.get(2)).endsWith("{\"n\":2}");
    }

    @Test
    void a_kept_connection_that_breaks_within_its_answer_is_a_failed_attempt() throws Exception {
        var server = serve(OK, "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok!close", OK);
        var upstream = upstream(server.url());

        assertThat(ask(upstream, "{}").text()).isEqualTo("200 ok");
        assertThat(ask(upstream, "{}").failure).isInstanceOf(AttemptFailure.Broken.class);
        assertThat(server.requests).hasSize(2);
    }

    @Test
    void an_answer_before_its_request_was_read_is_an_answer_and_the_connection_is_not_kept() throws Exception {
        var early = "HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\n\r\nno";
        var server = new Served(List.of("?" + early, OK));
        servers.add(server);
        var upstream = upstream(server.url());

        assertThat(ask(upstream, "x".repeat(8 << 20)).text()).isEqualTo("413 no");
        assertThat(ask(upstream, "{}").text()).isEqualTo("200 ok");

        assertThat(server.accepted).hasSize(2);
    }

    @Test
    void what_comes_unasked_closes_a_kept_connection() throws Exception {
        var server = serve(OK + "HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n\r\n", OK);
        var upstream = upstream(server.url());

        assertThat(ask(upstream, "{}").text()).isEqualTo("200 ok");
        assertThat(ask(upstream, "{}").text()).isEqualTo("200 ok");
    }

    @Test
    void a_cancelled_request_closes_its_connection_and_says_nothing_more() throws Exception {
        var server = serve("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok!stall");
        var heard = new Answer();
        var cancelled = new CompletableFuture<Void>();
        LOOP.runOnContext(nothing -> {
            var exchange = upstream(server.url()).chat("{}".getBytes(UTF_8), null, heard);
            heard.onBody = () -> {
                exchange.cancel();
                cancelled.complete(null);
            };
        });

        cancelled.get(10, TimeUnit.SECONDS);

        assertThat(server.left.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(heard.done).isNotDone();
    }

    @Test
    void a_request_that_is_cancelled_before_it_is_connected_is_never_sent() throws Exception {
        var server = serve(OK);
        var heard = new Answer();
        LOOP.runOnContext(nothing ->
                upstream(server.url()).chat("{}".getBytes(UTF_8), null, heard).cancel());

        assertThat(server.left.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(server.requests).isEmpty();
        assertThat(heard.done).isNotDone();
    }

    @Test
    void a_request_goes_out_once_it_is_cleared_and_not_before() throws Exception {
        var server = serve(OK, OK);
        var upstream = upstream(server.url());
        // on a new connection, then on a kept one
        for (var i = 1; i <= 2; i++) {
            var heard = new Answer();
            heard.clearance = new CompletableFuture<>();
            LOOP.runOnContext(nothing -> upstream.chat("{}".getBytes(UTF_8), null, heard));
            heard.asks.get(10, TimeUnit.SECONDS);
            turn();
            assertThat(server.requests).hasSize(i - 1);

            heard.clearance.complete(true);

            assertThat(heard.done.get(10, TimeUnit.SECONDS).text()).isEqualTo("200 ok");
        }
        assertThat(server.accepted).hasSize(1);
    }

    @Test
    void a_request_that_finds_no_connection_wants_no_clearance() throws Exception {
        var heard = new Answer();
        LOOP.runOnContext(
                nothing -> upstream("http://127.0.0.1:" + FreePort.closed()).chat("{}".getBytes(UTF_8), null, heard));

        assertThat(heard.done.get(20, TimeUnit.SECONDS).failure).isInstanceOf(AttemptFailure.NotSent.class);
        assertThat(heard.asks).isNotDone();
    }

    @Test
    void what_is_not_cleared_is_not_sent() throws Exception {
        var server = serve(OK);
        var heard = new Answer();
        heard.clearance = new CompletableFuture<>();
        LOOP.runOnContext(nothing -> upstream(server.url()).chat("{}".getBytes(UTF_8), null, heard));
        heard.clearance.complete(false);

        assertThat(heard.done.get(10, TimeUnit.SECONDS).failure).isInstanceOf(AttemptFailure.NotSent.class);
        assertThat(server.left.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(server.requests).isEmpty();
    }

    @Test
    void a_request_that_is_cancelled_before_it_is_cleared_is_never_sent() throws Exception {
        var server = serve(OK);
        var heard = new Answer();
        heard.clearance = new CompletableFuture<>();
        var exchange = new CompletableFuture<Upstream.Exchange>();
        LOOP.runOnContext(nothing -> exchange.complete(upstream(server.url()).chat("{}".getBytes(UTF_8), null, heard)));
        heard.asks.get(10, TimeUnit.SECONDS);
        LOOP.runOnContext(nothing -> exchange.join().cancel());

        assertThat(server.left.get(10, TimeUnit.SECONDS)).isTrue();
        heard.clearance.complete(true);
        turn();
        assertThat(server.requests).isEmpty();
        assertThat(heard.done).isNotDone();
    }

    @Test
    void a_connection_that_died_while_it_was_held_costs_no_attempt() throws Exception {
        var server = serve(OK);
        var heard = new Answer();
        heard.clearance = new CompletableFuture<>();
        LOOP.runOnContext(nothing -> upstream(server.url()).chat("{}".getBytes(UTF_8), null, heard));
        heard.asks.get(10, TimeUnit.SECONDS);
        // a client is connected before the server has it
        await().until(() -> !server.accepted.isEmpty());
        server.accepted.getFirst().setSoLinger(true, 0);
        server.accepted.getFirst().close();
        // whether the loop has seen that or not by now
        heard.clearance.complete(true);

        assertThat(heard.done.get(10, TimeUnit.SECONDS).text()).isEqualTo("200 ok");
        assertThat(server.accepted).hasSize(2);
    }

    @Test
    void nothing_is_read_while_it_is_paused() throws Exception {
        var server = serve("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\none!wait and t");
        var heard = new Answer();
        var exchange = new CompletableFuture<Upstream.Exchange>();
        var first = new CompletableFuture<Void>();
        LOOP.runOnContext(nothing -> {
            var running = upstream(server.url()).chat("{}".getBytes(UTF_8), null, heard);
            heard.onBody = () -> {
                running.pause();
                first.complete(null);
            };
            exchange.complete(running);
        });
        first.get(10, TimeUnit.SECONDS);
        server.more.complete(null);
        assertThat(server.written.get(10, TimeUnit.SECONDS)).isNotNull();
        assertThatThrownBy(() -> heard.done.get(100, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);

        LOOP.runOnContext(nothing -> {
            heard.onBody = () -> {};
            exchange.join().resume();
        });

        assertThat(heard.done.get(10, TimeUnit.SECONDS).text()).isEqualTo("200 one and t");
    }

    @Test
    void nobody_there_is_not_sent() throws Exception {
        assertThat(ask(upstream("http://127.0.0.1:" + FreePort.closed()), "{}").failure)
                .isEqualTo(new AttemptFailure.NotSent("connection refused"));
        assertThat(ask(upstream("http://nowhere.invalid"), "{}").failure)
                .isEqualTo(new AttemptFailure.NotSent("no such host"));
    }

    @Test
    void a_server_without_tls_where_tls_is_wanted_is_not_sent() throws Exception {
        var server = new Served(List.of("?HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"));
        servers.add(server);

        assertThat(ask(upstream("https://127.0.0.1:" + server.port()), "{}").failure)
                .isEqualTo(new AttemptFailure.NotSent("TLS failed"));
    }

    @Test
    void an_ipv6_address_keeps_its_brackets_where_they_belong() {
        assertThat(Origin.of(URI.create("http://[::1]:8000/v1"), Duration.ofSeconds(1)))
                .satisfies(origin -> {
                    assertThat(origin.host()).isEqualTo("::1");
                    assertThat(origin.authority()).isEqualTo("[::1]:8000");
                });
        assertThat(Origin.of(URI.create("https://api.example.com/v1"), Duration.ofSeconds(1))
                        .authority())
                .isEqualTo("api.example.com");
    }

    @Test
    void a_header_that_would_be_two_is_refused_without_its_value() {
        var settings = settings("http://127.0.0.1:1", "two\r\nx-other: lines");

        assertThatThrownBy(() -> new HttpUpstream(VERTX, connections, settings, DIALECT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("x-extra")
                .hasMessageNotContaining("lines");
    }

    @Test
    void a_request_for_another_path_has_its_own_line_and_type_and_the_usual_headers() throws Exception {
        var server = serve(OK, OK, OK);
        var upstream = upstream("http://127.0.0.1:" + server.port() + "/v1/");
        var form = new Sending("/audio?x=1", Map.of(), "form".getBytes(UTF_8), "multipart/form-data; boundary=b");

        // they are sent in their order
        var headers = new LinkedHashMap<String, String>();
        headers.put("X-Extra", "other");
        headers.put("x-more", "m");

        send(upstream, Sending.json("/embeddings", "{}".getBytes(UTF_8)));
        send(upstream, form);
        send(upstream, new Sending(null, headers, "{}".getBytes(UTF_8), JSON));

        var port = server.port();
        assertThat(server.requests)
                .containsExactly(
                        "POST /v1/embeddings HTTP/1.1\r\nhost: 127.0.0.1:" + port
                                + "\r\ncontent-type: application/json\r\nuser-agent: dromedary"
                                + "\r\nauthorization: Bearer secret\r\nx-extra: one\r\ncontent-length: 2\r\n\r\n{}",
                        "POST /v1/audio?x=1 HTTP/1.1\r\nhost: 127.0.0.1:" + port
                                + "\r\nuser-agent: dromedary\r\nauthorization: Bearer secret\r\nx-extra: one"
                                + "\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: 4\r\n\r\nform",
                        "POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1:" + port
                                + "\r\ncontent-type: application/json\r\nuser-agent: dromedary"
                                + "\r\nauthorization: Bearer secret\r\nX-Extra: other\r\nx-more: m"
                                + "\r\ncontent-length: 2\r\n\r\n{}");
    }

    @Test
    void more_paths_than_are_kept_are_asked_all_the_same() throws Exception {
        var answers = new String[70];
        Arrays.fill(answers, OK);
        var server = serve(answers);
        var upstream = upstream("http://127.0.0.1:" + server.port());

        for (var i = 0; i < answers.length; i++) {
            send(upstream, Sending.json("/" + i, "{}".getBytes(UTF_8)));
        }

        assertThat(server.requests).hasSize(70);
        assertThat(server.requests.getLast()).startsWith("POST /69 HTTP/1.1\r\n");
    }

    @Test
    void a_dialect_has_headers_of_its_own_and_says_by_which_one_it_is_known() throws Exception {
        var server = serve(OK);
        var dialect = new Spoken() {
            @Override
            public Map<String, String> headers() {
                return Map.of("x-version", "7");
            }

            @Override
            public Map<String, String> authorization(String secret) {
                return Map.of("x-api-key", secret);
            }
        };

        ask(new HttpUpstream(VERTX, connections, settings("http://127.0.0.1:" + server.port(), "one"), dialect), "{}");

        assertThat(server.requests.getFirst())
                .contains("\r\nx-version: 7\r\nx-api-key: secret\r\nx-extra: one\r\n")
                .doesNotContain("authorization");
    }

    @Test
    void each_request_is_signed_as_it_is_sent() throws Exception {
        var server = serve(OK, OK);
        var dialect = new Spoken() {
            @Override
            public Signer signer(BackendSettings settings) {
                return (method, url, contentType, body) -> Map.of(
                        "Authorization", method + " " + url.getRawPath() + " " + contentType + " " + body.length);
            }
        };
        var upstream =
                new HttpUpstream(VERTX, connections, settings("http://127.0.0.1:" + server.port(), "one"), dialect);

        ask(upstream, "{}");
        send(upstream, Sending.json("/model/a%3A0/converse", "{\"a\":1}".getBytes(UTF_8)));

        assertThat(server.requests.getFirst())
                .contains("\r\nAuthorization: POST /chat/completions application/json 2\r\n")
                .doesNotContain("Bearer");
        assertThat(server.requests.getLast())
                .contains("\r\nAuthorization: POST /model/a%3A0/converse application/json 7\r\n");
    }

    @Test
    void a_body_that_is_never_held_goes_out_whole_with_its_length() throws Exception {
        var server = serve(OK, OK);
        var upstream = upstream(server.url());
        var content = new Counted(300_000);

        var answer = send(upstream, form(content));

        assertThat(answer.text()).isEqualTo("200 ok");
        assertThat(answer.moved)
                .as("each piece is told of, the last as such")
                .endsWith(true)
                .hasSizeGreaterThan(4);
        var request = server.requests.getFirst();
        assertThat(request).contains("\r\ncontent-length: 300008\r\n").contains("\r\n\r\n<for");
        assertThat(body(request)).isEqualTo("<for" + new String(content.bytes(0, 300_000), ISO_8859_1) + "end>");
        assertThat(ask(upstream, "{}").text()).isEqualTo("200 ok");
        assertThat(server.accepted).as("the connection is kept").hasSize(1);
    }

    @Test
    void an_answer_before_all_of_the_body_was_read_ends_the_sending() throws Exception {
        var early = "HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\n\r\nno";
        var server = new Served(List.of("?" + early, OK));
        servers.add(server);
        var upstream = upstream(server.url());
        var content = new Counted(1_000_000_000);

        assertThat(send(upstream, form(content)).text()).isEqualTo("413 no");
        assertThat(ask(upstream, "{}").text()).isEqualTo("200 ok");

        assertThat(server.accepted).hasSize(2);
        assertThat(content.read).as("what nobody takes is not read").isLessThan(500_000_000);
    }

    @Test
    void a_body_is_read_from_its_beginning_when_it_is_sent_again() throws Exception {
        var server = serve(OK, "!close", OK);
        var upstream = upstream(server.url());
        assertThat(ask(upstream, "{}").text()).isEqualTo("200 ok");

        assertThat(send(upstream, form(new Counted(100_000))).text()).isEqualTo("200 ok");

        assertThat(server.requests).hasSize(3);
        assertThat(body(server.requests.get(2)))
                .isEqualTo(body(server.requests.get(1)))
                .hasSize(100_008);
    }

    private static String body(String request) {
        return request.substring(request.indexOf("\r\n\r\n") + 4);
    }

    @Test
    void a_body_that_cannot_be_read_is_not_sent_and_leaves_no_connection() throws Exception {
        var server = serve(OK, OK);
        var content = new Counted(1_000_000);
        content.breaksAt = 200_000;

        var answer = send(upstream(server.url()), form(content));

        assertThat(answer.failure).isEqualTo(new AttemptFailure.NotSent("the request could not be read"));
        assertThat(server.left.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void a_cancelled_request_is_not_read_any_further() throws Exception {
        var server = new Served(List.of("?"));
        servers.add(server);
        var content = new Counted(1_000_000_000);
        var heard = new Answer();
        var running = new CompletableFuture<Upstream.Exchange>();
        LOOP.runOnContext(nothing -> running.complete(upstream(server.url()).send(form(content), null, heard)));
        heard.first.get(10, TimeUnit.SECONDS);

        LOOP.runOnContext(nothing -> running.join().cancel());

        assertThat(server.left.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(heard.done).isNotDone();
        assertThat(content.read).isLessThan(1_000_000_000);
    }

    private static Sending form(Content content) {
        return new Sending(
                "/audio", Map.of(), "<for".getBytes(UTF_8), "x/y", new Sending.Rest(content, "end>".getBytes(UTF_8)));
    }

    /** So many bytes that are made when they are read, elsewhere than on the event loop. */
    private static final class Counted implements Content {
        private final long length;
        volatile long read;
        volatile long breaksAt = Long.MAX_VALUE;

        Counted(long length) {
            this.length = length;
        }

        byte[] bytes(long from, int count) {
            var bytes = new byte[count];
            for (var i = 0; i < count; i++) {
                bytes[i] = (byte) ('a' + (from + i) % 23);
            }
            return bytes;
        }

        @Override
        public long length() {
            return length;
        }

        @Override
        public CompletionStage<byte[]> read(long from, int most) {
            return CompletableFuture.supplyAsync(() -> {
                if (from >= breaksAt) {
                    throw new IllegalStateException("broken");
                }
                var count = (int) Math.min(most, length - from);
                read += count;
                return bytes(from, count);
            });
        }

        @Override
        public void close() {}
    }

    private Served serve(String... answers) throws IOException {
        var server = new Served(List.of(answers));
        servers.add(server);
        return server;
    }

    private HttpUpstream upstream(String url) {
        return new HttpUpstream(VERTX, connections, settings(url, "one"), DIALECT);
    }

    private static BackendSettings settings(String url, String extra) {
        return new BackendSettings(
                "b",
                "openai",
                URI.create(url),
                new Secret("secret"),
                null,
                BackendSettings.Timeouts.DEFAULT,
                8,
                Map.of(),
                Map.of(),
                Map.of("x-extra", extra),
                Map.of());
    }

    private static Answer ask(HttpUpstream upstream, String body) throws Exception {
        return ask(upstream, body, null);
    }

    private static Answer ask(HttpUpstream upstream, String body, @Nullable TraceContext span) throws Exception {
        var answer = new Answer();
        LOOP.runOnContext(nothing -> upstream.chat(body.getBytes(UTF_8), span, answer));
        return answer.done.get(20, TimeUnit.SECONDS);
    }

    private static Answer send(HttpUpstream upstream, Sending sending) throws Exception {
        var answer = new Answer();
        LOOP.runOnContext(nothing -> upstream.send(sending, null, answer));
        return answer.done.get(20, TimeUnit.SECONDS);
    }

    /** Says nothing: what matters here is where it is sent. */
    private static class Spoken implements Dialect {
        @Override
        public String name() {
            return "spoken";
        }

        @Override
        public Capabilities capabilities() {
            return Capabilities.OPENAI;
        }

        @Override
        public Outgoing chat(ChatRequest request, Target target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ChatAnswer answer(ChatRequest request, Target target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public AttemptFailure failure(int status, UnaryOperator<@Nullable String> headers, byte[] body) {
            throw new UnsupportedOperationException();
        }
    }

    /** The event loop has done what there was to do. */
    private static void turn() throws Exception {
        var turned = new CompletableFuture<@Nullable Void>();
        LOOP.runOnContext(nothing -> turned.complete(null));
        turned.get(10, TimeUnit.SECONDS);
    }

    /** What the listener heard. */
    private static final class Answer implements Upstream.Listener {
        final CompletableFuture<Boolean> asks = new CompletableFuture<>();

        /** Null for at once. */
        volatile @Nullable CompletableFuture<Boolean> clearance;

        @Override
        public @Nullable CompletionStage<Boolean> asks() {
            asks.complete(true);
            return clearance;
        }

        final CompletableFuture<Answer> done = new CompletableFuture<>();
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
        volatile Runnable onBody = () -> {};
        volatile @Nullable AttemptFailure failure;
        final List<Boolean> moved = new CopyOnWriteArrayList<>();
        final CompletableFuture<Boolean> first = new CompletableFuture<>();
        int status;

        @Override
        public void moved(boolean last) {
            moved.add(last);
            first.complete(last);
        }

        @Override
        public void head(int status, UnaryOperator<@Nullable String> headers) {
            this.status = status;
        }

        @Override
        public void body(byte[] bytes) {
            body.writeBytes(bytes);
            onBody.run();
        }

        @Override
        public void end() {
            done.complete(this);
        }

        @Override
        public void failed(AttemptFailure why) {
            failure = why;
            done.complete(this);
        }

        String text() {
            return status + " " + body.toString(UTF_8);
        }
    }

    /**
     * Answers each request with the next text, on however many connections. What follows an exclamation mark at its end
     * is done then: {@code close}, {@code reset}, {@code stall} until the client leaves, or {@code wait} for a word of the
     * test. A question mark at its beginning: without reading the request.
     */
    private static final class Served {
        final List<Socket> accepted = new CopyOnWriteArrayList<>();
        final List<String> requests = new CopyOnWriteArrayList<>();
        final CompletableFuture<Boolean> left = new CompletableFuture<>();
        final CompletableFuture<@Nullable Void> more = new CompletableFuture<>();
        final CompletableFuture<Boolean> written = new CompletableFuture<>();
        private final ServerSocket server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        private final List<String> answers;

        Served(List<String> answers) throws IOException {
            this.answers = new CopyOnWriteArrayList<>(answers);
            Thread.ofVirtual().start(this::accept);
        }

        int port() {
            return server.getLocalPort();
        }

        String url() {
            return "http://127.0.0.1:" + port();
        }

        void close() throws IOException {
            server.close();
            for (var socket : accepted) {
                socket.close();
            }
        }

        private void accept() {
            while (!server.isClosed()) {
                try {
                    var socket = server.accept();
                    accepted.add(socket);
                    Thread.ofVirtual().start(() -> serve(socket));
                } catch (IOException e) {
                    // closed
                }
            }
        }

        private void serve(Socket socket) {
            try (socket) {
                var in = new BufferedInputStream(socket.getInputStream());
                while (answers.getFirst().startsWith("?") || read(in)) {
                    answer(socket, answers.removeFirst());
                }
                left.complete(true);
            } catch (IOException e) {
                left.complete(true);
            } catch (UncheckedIOException | java.util.NoSuchElementException e) {
                // an answer's own end, or nothing left to say
            }
        }

        private boolean read(BufferedInputStream in) throws IOException {
            var head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                var c = in.read();
                if (c < 0) {
                    return false;
                }
                head.append((char) c);
            }
            var length = Integer.parseInt(head.toString().replaceAll("(?s).*content-length: (\\d+).*", "$1"));
            requests.add(head + new String(in.readNBytes(length), UTF_8));
            return true;
        }

        private void answer(Socket socket, String text) throws IOException {
            var bare = text.startsWith("?") ? text.substring(1) : text;
            var mark = bare.indexOf('!');
            var out = socket.getOutputStream();
            out.write(bare.substring(0, mark < 0 ? bare.length() : mark).getBytes(ISO_8859_1));
            var then = mark < 0 ? "" : bare.substring(mark + 1);
            if (then.equals("reset")) {
                socket.setSoLinger(true, 0);
            }
            if (then.equals("close") || then.equals("reset")) {
                socket.close();
                throw new UncheckedIOException(new IOException("as told"));
            }
            if (then.equals("stall")) {
                left.complete(socket.getInputStream().read() < 0);
            }
            if (then.startsWith("wait")) {
                more.join();
                out.write(then.substring("wait".length()).getBytes(ISO_8859_1));
                written.complete(true);
            }
            if (text.startsWith("?")) {
                // the client may still be sending; what it sends is not looked at
                left.complete(socket.getInputStream().skip(Long.MAX_VALUE) >= 0);
                throw new UncheckedIOException(new IOException("as told"));
            }
        }
    }
}
