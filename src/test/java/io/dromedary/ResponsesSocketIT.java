package io.dromedary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dromedary.testing.Chat;
import io.dromedary.testing.ChatEvents;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.JsonTree;
import io.dromedary.testing.Script;
import io.dromedary.testing.ScriptedBackend;
import io.dromedary.testing.SocketClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The gateway as its users run it, with a WebSocket whose turns are chat completions: keys, backends, limits, access log and
 * metrics are those of any other call.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class ResponsesSocketIT {
    private static final String PATH = "/v1/chat/completions";
    private static final String CREATE = """
            {"type":"response.create","model":"endless","messages":[{"role":"user","content":"hi"}]}""";
    private static final Script ANSWER =
            Script.stream(ChatEvents.role(), ChatEvents.text("Hi"), ChatEvents.finish("stop"), ChatEvents.DONE);
    private static final Script ENDLESS =
            Script.stream(ChatEvents.role(), ChatEvents.text("Once")).stall();
    private static final int SOCKETS = 200;
    private static final Pattern COMPLAINT = Pattern.compile("\\b(WARN|WARNING|SEVERE|ERROR|LEAK)\\b");

    @TempDir
    private Path folder;

    private final ScriptedBackend upstream = ScriptedBackend.start(request -> ANSWER);
    private GatewayProcess gateway;

    @BeforeEach
    void start() throws Exception {
        gateway = GatewayProcess.with()
                .flag("--routes", routes().toString())
                .backend("upstream", """
                        dialect: openai
                        url: %s/v1
                        concurrency: 1000
                        timeouts: { firstToken: 60s, betweenTokens: 60s }
                        models:
                          endless: { upstream: endless }
                        """.formatted(upstream.url()))
                .jvm("-Dio.netty.leakDetection.level=paranoid")
                .start();
    }

    @AfterEach
    void stop() {
        gateway.close();
        upstream.close();
    }

    /** The shipped ones, and one that opens sockets for chat completions. */
    private Path routes() throws Exception {
        var routes = Files.createDirectory(folder.resolve("routes"));
        try (Stream<Path> shipped = Files.list(Path.of("routes"))) {
            for (var file : shipped.toList()) {
                Files.copy(file, routes.resolve(file.getFileName()));
            }
        }
        var shipped = Files.readString(Path.of("routes", "responses-socket.camel.yaml"));
        Files.writeString(
                routes.resolve("chat-socket.camel.yaml"),
                shipped.replace("responses-socket", "chat-socket").replace("/v1/responses", PATH));
        return routes;
    }

    @Test
    void turns_of_a_usual_client_are_calls_like_any_other() throws Exception {
        var heard = new Heard();
        try (var http = HttpClient.newHttpClient()) {
            var socket = http.newWebSocketBuilder()
                    .header("Authorization", "Bearer " + GatewayProcess.KEY)
                    .buildAsync(uri(), heard)
                    .join();
            for (var i = 0; i < 2; i++) {
                socket.sendText(CREATE, true).join();
                assertThat(heard.next()).contains("\"role\":\"assistant\"");
                assertThat(heard.next()).contains("\"content\":\"Hi\"");
                assertThat(heard.next()).contains("\"finish_reason\":\"stop\"");
            }
            socket.sendText("{\"type\":\"response.create\",\"model\":\"nobody\",\"messages\":[]}", true)
                    .join();
            var refused = heard.next();
            assertThat(JsonTree.at(refused, "type")).isEqualTo("error");
            assertThat(JsonTree.at(refused, "status")).isEqualTo("400");
            upstream.next(Script.json(500, "{}"), Script.json(500, "{}"), Script.json(500, "{}"));
            socket.sendText(CREATE, true).join();
            assertThat(JsonTree.at(heard.next(), "status")).isEqualTo(String.valueOf(502));
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
            heard.closed.get(20, TimeUnit.SECONDS);
        }
        assertThat(JsonTree.at(upstream.received().getFirst().body(), "stream")).isEqualTo(String.valueOf(true));
        assertThat(JsonTree.at(upstream.received().getFirst().body(), "type")).isEmpty();
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(lines("\"status\":101")).hasSize(1).allMatch(line -> line.contains("\"method\":\"GET\""));
            assertThat(lines("\"status\":200"))
                    .hasSize(2)
                    .allMatch(
                            line -> line.contains("\"method\":\"POST\"") && line.contains("\"backend\":\"upstream\""));
            assertThat(lines("\"status\":502")).hasSize(1);
        });
        assertNothingIsLeft();
    }

    @Test
    void a_wrong_key_is_a_401_and_no_socket() throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            assertThatThrownBy(() -> http.newWebSocketBuilder()
                            .header("Authorization", "Bearer sk-wrong")
                            .buildAsync(uri(), new Heard())
                            .join())
                    .isInstanceOf(CompletionException.class)
                    .cause()
                    .isInstanceOfSatisfying(
                            WebSocketHandshakeException.class,
                            refused -> assertThat(refused.getResponse().statusCode())
                                    .isEqualTo(401));
        }
        try (var client = SocketClient.ask(gateway.url(), "/v1/responses", "authorization: Bearer sk-wrong")) {
            assertThat(client.head()).startsWith("HTTP/1.1 401 ");
            assertThat(JsonTree.at(client.body(), "error.code")).isEqualTo("invalid_api_key");
        }
        var plain = Chat.get(gateway.url() + "/v1/responses", GatewayProcess.KEY);
        assertThat(plain.statusCode()).isEqualTo(426);
        assertThat(JsonTree.at(plain.body(), "error.code")).isEqualTo("upgrade_required");
        assertNothingIsLeft();
    }

    @Test
    void two_hundred_that_are_used_and_killed_leave_nothing_behind() throws Exception {
        upstream.otherwise(request -> request.body().contains("hold") ? ENDLESS : ANSWER);
        var held = CREATE.replace("\"hi\"", "\"hold\"");
        var clients = new ArrayList<SocketClient>();
        for (var i = 0; i < SOCKETS; i++) {
            var client = SocketClient.open(gateway.url(), PATH);
            clients.add(client);
            client.text(CREATE);
            for (var message = 0; message < 3; message++) {
                client.message();
            }
            client.text(held);
            client.text(held);
            client.text("{");
        }
        for (var client : clients) {
            client.message();
            assertThat(client.message()).contains("Once");
        }
        assertThat(metric("dromedary_open_sockets")).isEqualTo(SOCKETS);
        assertThat(metric("dromedary_calls_in_flight")).isEqualTo(SOCKETS);
        for (var i = 0; i < clients.size(); i++) {
            switch (i % 4) {
                case 0 -> clients.get(i).close();
                case 1 -> clients.get(i).reset();
                case 2 -> {
                    clients.get(i).sayClose();
                    clients.get(i).close();
                }
                default -> {
                    clients.get(i).head(SocketClient.TEXT, 1000);
                    clients.get(i).reset();
                }
            }
        }
        for (var call : List.copyOf(upstream.received())) {
            if (call.body().contains("hold")) {
                assertThat(call.awaitCancelled(Duration.ofSeconds(20))).isTrue();
            }
        }
        assertNothingIsLeft();
        assertThat(upstream.received()).hasSize(2 * SOCKETS);
        // Netty reports a leaked buffer when it makes the next one after the collector found it
        gateway.collectGarbage();
        for (var i = 0; i < 20; i++) {
            try (var client = SocketClient.open(gateway.url(), PATH)) {
                client.text(CREATE);
                assertThat(client.message()).contains("assistant");
            }
        }
        assertNothingIsLeft();
        assertThat(gateway.stop()).isIn(0, 143);
        assertThat(gateway.log()).noneMatch(line -> COMPLAINT.matcher(line).find());
    }

    @Test
    void a_gateway_that_is_stopped_ends_the_turn_and_says_1001() throws Exception {
        upstream.otherwise(request -> Script.stream(ChatEvents.role())
                .pause(Duration.ofSeconds(3))
                .event(ChatEvents.finish("stop"))
                .event(ChatEvents.DONE));
        try (var idle = SocketClient.open(gateway.url(), PATH);
                var busy = SocketClient.open(gateway.url(), PATH)) {
            busy.text(CREATE);
            assertThat(busy.message()).contains("assistant");
            // Process.destroy() would close the log too
            gateway.process().toHandle().destroy();
            assertThat(idle.closed()).isEqualTo(1001);
            assertThat(busy.message()).contains("\"finish_reason\":\"stop\"");
            assertThat(busy.closed()).isEqualTo(1001);
        }
        assertThat(gateway.process().waitFor(45, TimeUnit.SECONDS)).isTrue();
        assertThat(gateway.process().exitValue()).isZero();
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(lines("\"status\":200"))
                        .hasSize(1)
                        .allMatch(line -> line.contains("\"ended\":\"answered\"")));
        assertThat(gateway.log()).noneMatch(line -> COMPLAINT.matcher(line).find());
    }

    private URI uri() {
        return URI.create(gateway.url().replace("http", "ws") + PATH);
    }

    private List<String> lines(String with) {
        return gateway.log().stream().filter(line -> line.contains(with)).toList();
    }

    private void assertNothingIsLeft() {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(List.of(
                                metric("dromedary_open_sockets"),
                                metric("dromedary_open_streams"),
                                metric("dromedary_calls_in_flight"),
                                metric("dromedary_attempts_in_flight"),
                                metric("dromedary_resume_memory_bytes"),
                                metric("dromedary_timers_pending")))
                        .containsOnly(0L));
    }

    private long metric(String name) throws Exception {
        return Chat.get(gateway.managementUrl() + "/observe/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToLong(line -> Math.round(Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))))
                .findFirst()
                .orElseThrow();
    }

    /** What the JDK's client heard. */
    private static final class Heard implements WebSocket.Listener {
        final CompletableFuture<Integer> closed = new CompletableFuture<>();
        private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
        private final StringBuilder pieces = new StringBuilder();

        String next() throws InterruptedException {
            var message = messages.poll(30, TimeUnit.SECONDS);
            assertThat(message).as("a message").isNotNull();
            return message;
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            pieces.append(text);
            if (last) {
                messages.add(pieces.toString());
                pieces.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            closed.complete(status);
            return null;
        }
    }
}
