package io.dromedary;

import static io.dromedary.testing.Caller.chunks;
import static io.dromedary.testing.Caller.json;
import static io.dromedary.testing.Caller.project;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.testing.Caller;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.StreamClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Gateways that are killed while they are asked for responses and conversations, one after the other on the same folder: what a
 * client was told is there, as it was told, and can be continued; what it was not told is there as a whole, or not at all.
 */
@Timeout(1200)
final class ResponseCrashIT {
    private static final int KILLS = Integer.getInteger("responses.kills", 3);
    private static final int CALLERS = 8;
    private static final int CONVERSING = 4;
    private static final int ACKNOWLEDGED = 150;
    private static final String RESPONSES = "/v1/responses";
    private static final String DONE = "data: [DONE]\n\n";

    /** As long as a run is remembered that nobody keeps alive, and what a slow machine needs to forget it. */
    private static final Duration FORGOTTEN = Duration.ofSeconds(90);

    @TempDir
    private Path data;

    private final Queue<Told> told = new ConcurrentLinkedQueue<>();
    private final Queue<Begun> begun = new ConcurrentLinkedQueue<>();
    private final AtomicInteger number = new AtomicInteger();
    private final ConversationClients conversations = new ConversationClients();

    /**
     * What a client was told to the end.
     *
     * @param text that was asked, and is said back
     * @param depth how many turns there are up to this one
     * @param events of a stream, as far as they came, or null
     */
    private record Told(
            String id,
            JsonNode response,
            String text,
            int depth,
            @Nullable String events) {}

    /** A stream that was cut off. */
    private record Begun(String id, String text, String events) {}

    private GatewayProcess gateway() throws IOException, InterruptedException {
        return GatewayProcess.with()
                .backend("simulator", """
                        dialect: simulator
                        models:
                          m: { upstream: simulator }
                        """)
                .config("keys.yaml", Caller.keys(project("crash")))
                .flag("--data", data.toString())
                .start();
    }

    @Test
    void what_was_told_is_kept_and_nothing_is_half_there() throws Exception {
        for (var kill = 0; kill < KILLS; kill++) {
            var before = told.size();
            var cut = List.copyOf(begun);
            try (var gateway = gateway()) {
                assertNoneIsHalf(Caller.of(gateway, "crash"), cut);
                askUntilKilled(gateway);
            }
            assertThat(told.size() - before).isGreaterThanOrEqualTo(ACKNOWLEDGED);
        }
        try (var gateway = gateway()) {
            var caller = Caller.of(gateway, "crash");
            var half = assertNoneIsHalf(caller, List.copyOf(begun));
            for (var each : told) {
                assertKept(caller, each);
            }
            conversations.assertKept(caller);
            for (var each : last(CALLERS * 4)) {
                assertContinued(caller, each);
            }
            var followed = half.stream()
                    .map(each -> CompletableFuture.supplyAsync(() -> replay(caller, each)))
                    .toList();
            for (var each : half) {
                await().atMost(FORGOTTEN)
                        .untilAsserted(() -> assertThat(
                                        caller.get(RESPONSES + "/" + each.id).statusCode())
                                .as(each.id)
                                .isEqualTo(404));
            }
            for (var each : followed) {
                assertThat(each.orTimeout(FORGOTTEN.toSeconds(), TimeUnit.SECONDS)
                                .join())
                        .as("whoever follows a run that has died is told so, and does not wait for ever")
                        .doesNotContain("response.completed");
            }
            System.out.printf(
                    "%d kills: %d responses were told, %d streams of them; %d streams were cut, of which %d still ran"
                            + " after the last kill; %s%n",
                    KILLS,
                    told.size(),
                    told.stream().filter(each -> each.events != null).count(),
                    begun.size(),
                    half.size(),
                    conversations);
        }
    }

    private void askUntilKilled(GatewayProcess gateway) throws Exception {
        var enough = told.size() + ACKNOWLEDGED;
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var asking = new ArrayList<Future<?>>();
            for (var i = 0; i < CALLERS; i++) {
                asking.add(callers.submit(() -> ask(Caller.of(gateway, "crash"))));
            }
            for (var i = 0; i < CONVERSING; i++) {
                asking.add(callers.submit(() -> conversations.work(Caller.of(gateway, "crash"))));
            }
            await().atMost(Duration.ofSeconds(120))
                    .until(() -> told.size() >= enough || asking.stream().allMatch(Future::isDone));
            gateway.kill();
            for (var each : asking) {
                each.get();
            }
        }
    }

    /** Until nobody answers. */
    private void ask(Caller caller) {
        Told previous = null;
        try {
            while (true) {
                var turn = number.incrementAndGet();
                var text = "node number " + turn;
                var body = body(text, turn % 2 == 0, previous);
                var now = turn % 2 == 0
                        ? stream(caller, text, body, depth(previous))
                        : whole(caller, text, body, depth(previous));
                if (now == null) {
                    return;
                }
                told.add(now);
                previous = turn % 5 == 0 ? null : now;
            }
        } catch (UncheckedIOException e) {
            // it was killed
        }
    }

    private static int depth(@Nullable Told previous) {
        return previous == null ? 1 : previous.depth + 1;
    }

    private static String body(String text, boolean stream, @Nullable Told previous) {
        var chained = previous == null ? "" : ",\"previous_response_id\":\"" + previous.id + "\"";
        return "{\"model\":\"m\",\"input\":\"" + text + "\",\"stream\":" + stream + chained + "}";
    }

    private static Told whole(Caller caller, String text, String body, int depth) {
        var answer = caller.post(RESPONSES, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        var response = json(answer);
        return told(response, text, depth, null);
    }

    private static Told told(JsonNode response, String text, int depth, @Nullable String events) {
        assertWhole(response, text);
        return new Told(response.path("id").asText(), response, text, depth, events);
    }

    /** Null where it was cut before its end. */
    private @Nullable Told stream(Caller caller, String text, String body, int depth) {
        String events;
        try (var client = StreamClient.ask(caller, RESPONSES, body)) {
            events = client.readBody(DONE);
        } catch (IOException e) {
            return null;
        }
        var all = chunks(events);
        if (all.isEmpty()) {
            return null;
        }
        var last = all.getLast();
        if (last.path("type").asText().equals("response.completed")) {
            return told(last.path("response"), text, depth, events);
        }
        begun.add(new Begun(all.getFirst().path("response").path("id").asText(), text, events));
        return null;
    }

    private static void assertWhole(JsonNode response, String text) {
        assertThat(response.path("status").asText()).as(response.toString()).isEqualTo("completed");
        assertThat(response.path("output")
                        .path(0)
                        .path("content")
                        .path(0)
                        .path("text")
                        .asText())
                .as(response.toString())
                .isEqualTo(text);
    }

    private static void assertKept(Caller caller, Told told) {
        var answer = caller.get(RESPONSES + "/" + told.id);
        assertThat(answer.statusCode()).as("%s: %s", told.text, answer.body()).isEqualTo(200);
        assertThat(json(answer)).isEqualTo(told.response);
        if (told.events != null) {
            var events = caller.get(RESPONSES + "/" + told.id + "?stream=true").body();
            assertThat(events).startsWith(told.events).endsWith(DONE);
        }
    }

    private List<Told> last(int count) {
        var all = List.copyOf(told);
        return all.subList(Math.max(0, all.size() - count), all.size());
    }

    /** The model reads all that was said: three words by either side in each turn. */
    private static void assertContinued(Caller caller, Told told) {
        var answer = caller.post(RESPONSES, body("and one more", false, told));
        assertThat(answer.statusCode()).as("%s: %s", told.text, answer.body()).isEqualTo(200);
        assertThat(json(answer).path("usage").path("input_tokens").asInt())
                .as(told.text)
                .isEqualTo(6 * told.depth + 3);
    }

    /**
     * What was begun and not told is there with all that belongs to it, or not, or runs for as long as a run is remembered.
     *
     * @return those that run
     */
    private static List<Begun> assertNoneIsHalf(Caller caller, List<Begun> cut) {
        var running = new ArrayList<Begun>();
        for (var each : cut) {
            var answer = caller.get(RESPONSES + "/" + each.id);
            if (answer.statusCode() == 404) {
                continue;
            }
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            var response = json(answer);
            if (response.path("status").asText().equals("in_progress")) {
                assertThat(response.path("output")).isEmpty();
                running.add(each);
            } else {
                assertWhole(response, each.text);
                assertThat(replay(caller, each))
                        .satisfiesAnyOf(
                                all -> assertThat(all)
                                        .startsWith(each.events)
                                        .contains("response.completed")
                                        .endsWith(DONE),
                                lost -> assertThat(lost).doesNotContain("response.completed"));
            }
        }
        return running;
    }

    private static String replay(Caller caller, Begun cut) {
        return caller.get(RESPONSES + "/" + cut.id + "?stream=true").body();
    }
}
