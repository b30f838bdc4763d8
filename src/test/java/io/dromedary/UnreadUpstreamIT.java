package io.dromedary;

import static io.dromedary.testing.Caller.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dromedary.testing.Chat;
import io.dromedary.testing.Form;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.Script;
import io.dromedary.testing.ScriptedBackend;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A recording for an upstream that takes the connection and then nothing more, so that the network is full. */
@Timeout(120)
final class UnreadUpstreamIT {
    /** More than the network between two processes of one machine takes when nobody reads. */
    private static final byte[] SPEECH = new byte[12_000_000];

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Duration SOON = Duration.ofSeconds(30);

    private static final List<Socket> open = new CopyOnWriteArrayList<>();
    private static final ScriptedBackend second = ScriptedBackend.start();
    private static ServerSocket deaf;
    private static GatewayProcess gateway;

    @BeforeAll
    static void start() throws Exception {
        deaf = new ServerSocket();
        deaf.setReceiveBufferSize(4096);
        deaf.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Thread.startVirtualThread(() -> {
            try {
                while (true) {
                    open.add(deaf.accept());
                }
            } catch (IOException e) {
                // the test is over
            }
        });
        var url = "http://127.0.0.1:" + deaf.getLocalPort();
        gateway = GatewayProcess.with()
                .backend("pieces", deaf(url, "{ firstToken: 1s, total: 30s }", "pieces: { upstream: up }"))
                .backend("whole", deaf(url, "{ firstToken: 30s, total: 2s }", "whole: { upstream: up }"))
                .backend("deaf", deaf(url, "{ firstToken: 1s, total: 30s }", "both: { upstream: up, priority: 1 }"))
                .backend("hears", """
                        dialect: openai
                        url: %s/v1
                        models:
                          both: { upstream: up, priority: 2 }
                        """.formatted(second.url()))
                .start();
    }

    private static String deaf(String url, String timeouts, String model) {
        return """
                dialect: openai
                url: %s/v1
                timeouts: %s
                concurrency: 1
                retry: { attempts: 1 }
                models:
                  %s
                """.formatted(url, timeouts, model);
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        second.close();
        deaf.close();
        for (var socket : open) {
            socket.close();
        }
    }

    private static HttpResponse<String> ask(String model, String stream) throws Exception {
        var form = new Form().field("model", model).field("stream", stream).file("file", "a.wav", SPEECH);
        var request = HttpRequest.newBuilder(URI.create(gateway.url() + "/v1/audio/transcriptions"))
                .header("authorization", "Bearer " + GatewayProcess.KEY)
                .header("content-type", Form.TYPE)
                .timeout(SOON)
                .POST(BodyPublishers.ofByteArray(form.whole()))
                .build();
        return CLIENT.send(request, BodyHandlers.ofString());
    }

    private static void assertNothingIsLeft() {
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(openSpools()).as("open files of the spool").isZero();
            var places = Chat.get(gateway.managementUrl() + "/observe/metrics")
                    .body()
                    .lines()
                    .filter(line -> line.startsWith("dromedary_gate_in_flight{"))
                    .toList();
            assertThat(places)
                    .isNotEmpty()
                    .allSatisfy(place -> assertThat(place).endsWith(" 0.0"));
        });
    }

    /** A file without a name is seen among the open files of the process alone. */
    private static long openSpools() throws IOException {
        try (var files =
                Files.list(Path.of("/proc", String.valueOf(gateway.process().pid()), "fd"))) {
            return files.filter(fd -> {
                        try {
                            return Files.readSymbolicLink(fd).toString().contains("spool-");
                        } catch (IOException e) {
                            return false;
                        }
                    })
                    .count();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"pieces,false", "pieces,true", "whole,false", "whole,true"})
    void the_call_ends_at_its_deadline_and_leaves_nothing_behind(String asked) throws Exception {
        var answer = ask(asked.split(",")[0], asked.split(",")[1]);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(504);
        assertThat(json(answer).at("/error/type").asText()).isEqualTo("server_error");
        assertNothingIsLeft();
    }

    @Test
    void the_next_backend_gets_all_of_it() throws Exception {
        second.next(Script.json(200, "{\"text\":\"heard\"}"));

        var answer = ask("both", "false");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(json(answer).path("text").asText()).isEqualTo("heard");
        assertThat(second.received())
                .singleElement()
                .satisfies(received -> assertThat(received.bytes().length).isGreaterThan(SPEECH.length));
        assertNothingIsLeft();
    }
}
