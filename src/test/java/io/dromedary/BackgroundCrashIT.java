package io.dromedary;

import static io.dromedary.testing.Caller.chunks;
import static io.dromedary.testing.Caller.json;
import static io.dromedary.testing.Caller.project;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.store.HotRodNode;
import io.dromedary.testing.Caller;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.StreamClient;
import io.dromedary.testing.StreamJudge;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Gateways that are killed while they make responses in the background: others go on, or the same one when it is back, and
 * whoever follows sees one story. {@code -Dbackground.seconds=60} has the model take a minute, under the usual lease.
 */
@Timeout(600)
final class BackgroundCrashIT {
    private static final int SECONDS = Integer.getInteger("background.seconds", 6);
    private static final Duration PACE = Duration.ofMillis(50);
    private static final boolean LONG = SECONDS >= 60;
    private static final Duration LEASE = LONG ? Duration.ofSeconds(30) : Duration.ofSeconds(3);
    private static final String RESPONSES = "/v1/responses";
    private static final String DONE = "data: [DONE]\n\n";

    /** What a slow machine needs for what takes no time. */
    private static final Duration SLACK = Duration.ofSeconds(20);

    private static final String WORDS = IntStream.range(0, (int) (SECONDS * 1000L / PACE.toMillis()))
            .mapToObj(each -> "word" + each)
            .collect(Collectors.joining(" "));

    @TempDir
    private Path folder;

    private static GatewayProcess.Builder gateway(String store) {
        return GatewayProcess.with()
                .backend("slow", """
                        dialect: simulator
                        options: { pace: %dms }
                        models:
                          m: { upstream: simulator }
                        """.formatted(PACE.toMillis()))
                .config("gateway.yaml", "jobs: { lease: " + LEASE.toSeconds() + "s }\n" + store)
                .config("keys.yaml", Caller.keys(project("crash")));
    }

    private static String body(String... members) {
        return "{\"model\":\"m\",\"background\":true,\"input\":\"" + WORDS + "\"" + String.join("", members) + "}";
    }

    private static JsonNode found(Caller caller, String id) {
        var answer = caller.get(RESPONSES + "/" + id);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer);
    }

    private static JsonNode judged(List<JsonNode> events) {
        var all = new ArrayList<ObjectNode>();
        events.forEach(event -> all.add((ObjectNode) event));
        return StreamJudge.judgeBackground(all);
    }

    private static void assertWhole(JsonNode response) {
        assertThat(response.path("status").asText()).as(response.toString()).isEqualTo("completed");
        assertThat(response.path("output")).hasSize(1);
        assertThat(response.at("/output/0/content/0/text").asText()).isEqualTo(WORDS);
    }

    private static CompletableFuture<String> follow(Caller caller, String id, int after) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try (var client =
                            StreamClient.get(caller, RESPONSES + "/" + id + "?stream=true&starting_after=" + after)) {
                        return client.readBody(DONE);
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                },
                Thread::startVirtualThread);
    }

    @Test
    void another_gateway_goes_on_and_whoever_follows_there_gets_the_rest() throws Exception {
        try (var store = HotRodNode.start(folder)) {
            var remote = "store: { mode: remote, servers: [\"" + store.address() + "\"] }\n";
            try (var first = gateway(remote).start();
                    var second = gateway(remote).start()) {
                var there = Caller.of(second, "crash");
                String id;
                String seen;
                try (var client = StreamClient.ask(Caller.of(first, "crash"), RESPONSES, body(",\"stream\":true"))) {
                    var middle = WORDS.split(" ")[WORDS.split(" ").length / 3];
                    seen = client.readUpTo("\"delta\":\" " + middle + "\"");
                    assertThat(seen).endsWith(middle + "\"");
                    id = seen.replaceAll("(?s).*?\"id\":\"(resp_[0-9a-f]+)\".*", "$1");
                    var elsewhere = follow(there, id, -1);
                    await().atMost(SLACK)
                            .until(() ->
                                    found(there, id).path("status").asText().equals("in_progress"));
                    first.kill();
                    var killed = System.nanoTime();
                    seen += client.readBody(DONE);
                    var story = elsewhere
                            .orTimeout(LEASE.plus(SLACK).toSeconds() + SECONDS * 2L, TimeUnit.SECONDS)
                            .join();
                    var took = Duration.ofNanos(System.nanoTime() - killed);
                    System.out.printf(
                            "a response of %d s, its gateway killed after a third: the rest and the end %d ms after the"
                                    + " kill, with a lease of %d s%n",
                            SECONDS, took.toMillis(), LEASE.toSeconds());
                    var events = chunks(story);
                    var response = judged(events);
                    assertWhole(response);
                    assertThat(response).isEqualTo(found(there, id));
                    assertThat(count(events, "response.output_item.done"))
                            .as("the half that was superseded is closed")
                            .isEqualTo(2);
                    var rest = follow(there, id, events.size() / 4).join();
                    assertThat(chunks(rest)).isEqualTo(events.subList(events.size() / 4 + 1, events.size()));
                }
                assertThat(told(seen)).isNotEmpty();
                assertThat(lines(follow(there, id, -1).join()))
                        .startsWith(told(seen).toArray(String[]::new));
            }
        }
    }

    /** The whole events that a client was told before it was cut off. */
    private static List<String> told(String seen) {
        var lines = lines(seen);
        return lines.isEmpty() ? lines : lines.subList(0, lines.size() - 1);
    }

    private static List<String> lines(String stream) {
        return stream.lines().filter(line -> line.startsWith("data: {")).toList();
    }

    private static long count(List<JsonNode> events, String type) {
        return events.stream()
                .filter(event -> event.path("type").asText().equals(type))
                .count();
    }

    @Test
    void a_gateway_that_is_back_goes_on_with_what_it_was_at() throws Exception {
        var ids = new ArrayList<String>();
        try (var gateway = gateway("").flag("--data", folder.toString()).start()) {
            var caller = Caller.of(gateway, "crash");
            for (var i = 0; i < 5; i++) {
                ids.add(json(caller.post(RESPONSES, body())).path("id").asText());
            }
            try (var client = StreamClient.get(caller, RESPONSES + "/" + ids.getFirst() + "?stream=true")) {
                assertThat(client.readUpTo("\"delta\":\" word20\"")).endsWith("word20\"");
            }
            ids.add(json(caller.post(RESPONSES, body())).path("id").asText());
            gateway.kill();
        }
        try (var gateway = gateway("").flag("--data", folder.toString()).start()) {
            var caller = Caller.of(gateway, "crash");
            var stories = ids.stream().map(id -> follow(caller, id, -1)).toList();
            for (var i = 0; i < ids.size(); i++) {
                var story = stories.get(i)
                        .orTimeout(SECONDS * 2L + SLACK.toSeconds(), TimeUnit.SECONDS)
                        .join();
                var response = judged(chunks(story));
                assertWhole(response);
                assertThat(response).isEqualTo(found(caller, ids.get(i)));
            }
        }
    }

    @Test
    void one_that_is_killed_each_time_is_given_up_and_says_so() throws Exception {
        String id = "";
        for (var life = 0; life < 2; life++) {
            try (var gateway = gateway("").flag("--data", folder.toString()).start()) {
                var caller = Caller.of(gateway, "crash");
                if (id.isEmpty()) {
                    id = json(caller.post(RESPONSES, body())).path("id").asText();
                }
                try (var client = StreamClient.get(caller, RESPONSES + "/" + id + "?stream=true")) {
                    // of this life
                    for (var item = 0; item <= life; item++) {
                        assertThat(client.readUpTo("\"delta\":\" word5\"")).endsWith("word5\"");
                    }
                }
                gateway.kill();
            }
        }
        try (var gateway = gateway("").flag("--data", folder.toString()).start()) {
            var caller = Caller.of(gateway, "crash");
            var story = follow(caller, id, -1).orTimeout(60, TimeUnit.SECONDS).join();
            var response = judged(chunks(story));
            assertThat(response.path("status").asText()).isEqualTo("failed");
            assertThat(response.at("/error/code").asText()).isEqualTo("server_error");
            assertThat(response).isEqualTo(found(caller, id));
        }
    }

    @Test
    void a_gateway_that_stops_in_order_lets_it_end_or_leaves_it_to_another() throws Exception {
        try (var store = HotRodNode.start(folder)) {
            var remote = "shutdown: { grace: 1s }\nstore: { mode: remote, servers: [\"" + store.address() + "\"] }\n";
            try (var first = gateway(remote).start();
                    var second = gateway(remote).start()) {
                var there = Caller.of(second, "crash");
                var id = json(Caller.of(first, "crash").post(RESPONSES, body()))
                        .path("id")
                        .asText();
                var story = follow(there, id, -1);
                await().atMost(SLACK)
                        .until(() -> found(there, id).path("status").asText().equals("in_progress"));
                first.stop();
                var response =
                        judged(chunks(story.orTimeout(LEASE.plus(SLACK).toSeconds() + SECONDS * 2L, TimeUnit.SECONDS)
                                .join()));
                assertWhole(response);
            }
        }
    }
}
