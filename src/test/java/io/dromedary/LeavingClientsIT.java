package io.dromedary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dromedary.testing.ChatEvents;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.Received;
import io.dromedary.testing.Script;
import io.dromedary.testing.ScriptedBackend;
import io.dromedary.testing.StreamClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that leave in the middle of a stream cost nothing: no tokens, no warnings, no memory. */
@Timeout(180)
final class LeavingClientsIT {
    private static final int CLIENTS = 100;
    private static final Duration MOST = Duration.ofSeconds(1);
    private static final Pattern NUMBER = Pattern.compile("client (\\d+)\\.");
    private static final Pattern COMPLAINT = Pattern.compile("\\b(WARN|WARNING|SEVERE|ERROR|LEAK)\\b");

    private final ScriptedBackend upstream = ScriptedBackend.start();
    private final HttpClient http = HttpClient.newHttpClient();
    private GatewayProcess gateway;

    @BeforeEach
    void start() throws Exception {
        gateway = GatewayProcess.with()
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
        http.close();
        upstream.close();
    }

    @Test
    void a_hundred_that_leave_in_the_middle_cancel_a_hundred_calls() throws Exception {
        upstream.otherwise(request ->
                Script.stream(ChatEvents.role(), ChatEvents.text("Once")).stall());
        var clients = asked();
        for (var client : clients) {
            assertThat(client.readUpTo("Once")).contains("200 OK").endsWith("Once");
        }
        assertThat(inFlight()).isEqualTo(CLIENTS);
        assertAllCancelled(left(clients));
        assertNothingStays();
    }

    @Test
    void those_that_leave_while_tokens_flow_cancel_too() throws Exception {
        var flowing = Script.stream(ChatEvents.role());
        for (var i = 0; i < 100; i++) {
            flowing = flowing.event(ChatEvents.text("Once ")).pause(Duration.ofMillis(200));
        }
        var script = flowing;
        upstream.otherwise(request -> script);
        var clients = asked();
        for (var client : clients) {
            client.readUpTo("Once");
        }
        assertAllCancelled(left(clients));
        assertNothingStays();
    }

    @Test
    void those_that_leave_before_the_first_token_cancel_too() throws Exception {
        upstream.otherwise(request -> Script.nothing().stall());
        var clients = asked();
        upstream.await(CLIENTS, Duration.ofSeconds(20));
        assertAllCancelled(left(clients));
        assertNothingStays();
    }

    private List<StreamClient> asked() throws Exception {
        var clients = new ArrayList<StreamClient>();
        for (var i = 0; i < CLIENTS; i++) {
            clients.add(StreamClient.ask(gateway.url(), "endless", "client " + i + "."));
        }
        return clients;
    }

    /** When each client left, half of them with a reset. */
    private static long[] left(List<StreamClient> clients) throws Exception {
        var times = new long[clients.size()];
        for (var i = 0; i < clients.size(); i++) {
            times[i] = System.nanoTime();
            if (i % 2 == 0) {
                clients.get(i).reset();
            } else {
                clients.get(i).close();
            }
        }
        return times;
    }

    private void assertAllCancelled(long[] left) throws Exception {
        var calls = upstream.received().stream()
                .filter(request -> request.path().endsWith("/chat/completions"))
                .toList();
        assertThat(calls).hasSize(CLIENTS);
        for (var call : calls) {
            assertThat(call.awaitCancelled(Duration.ofSeconds(10))).isTrue();
            var since = call.cancelledAt().orElseThrow() - left[number(call)];
            assertThat(Duration.ofNanos(since)).isLessThan(MOST);
        }
    }

    private static int number(Received call) {
        var number = NUMBER.matcher(call.body());
        assertThat(number.find()).isTrue();
        return Integer.parseInt(number.group(1));
    }

    private void assertNothingStays() throws Exception {
        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(inFlight()).isZero());
        // Netty reports a leaked buffer when it makes the next one after the collector found it
        gateway.collectGarbage();
        upstream.otherwise(request ->
                Script.stream(ChatEvents.role(), ChatEvents.text("Hi"), ChatEvents.finish("stop"), ChatEvents.DONE));
        for (var i = 0; i < 50; i++) {
            try (var client = StreamClient.ask(gateway.url(), "endless", "again")) {
                assertThat(client.readUpTo("[DONE]\n\n")).contains("Hi").endsWith("[DONE]\n\n");
            }
        }
        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(inFlight()).isZero());
        assertThat(gateway.stop()).isIn(0, 143);
        assertThat(gateway.log()).noneMatch(line -> COMPLAINT.matcher(line).find());
    }

    private long inFlight() throws Exception {
        var metrics = http.send(
                        HttpRequest.newBuilder(URI.create(gateway.managementUrl() + "/observe/metrics"))
                                .build(),
                        BodyHandlers.ofString())
                .body();
        var gauges = metrics.lines()
                .filter(line -> line.startsWith("dromedary_calls_in_flight"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .toArray();
        assertThat(gauges).as(metrics).isNotEmpty();
        var sum = 0.0;
        for (var gauge : gauges) {
            sum += gauge;
        }
        return Math.round(sum);
    }
}
