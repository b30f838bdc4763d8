package io.dromedary;

import static io.dromedary.testing.Caller.json;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import io.dromedary.testing.Caller;
import io.dromedary.testing.Fleet;
import io.dromedary.testing.Fleet.Life;
import io.dromedary.testing.Form;
import io.dromedary.testing.StreamJudge;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Clients that give work to gateways which die under them, and see each through to its end at whichever gateway lives. What
 * is not as it should be is noted, and the rest goes on.
 */
final class JobClients {
    enum Kind {
        DEFERRED,
        BACKGROUND,
        STREAMED,
        BATCH
    }

    /**
     * Work that has ended.
     *
     * @param answer what it came to
     * @param by which gateway told it
     * @param at by {@link System#nanoTime}
     * @param givenUp each attempt was cut short by a kill
     */
    record Ended(Kind kind, int task, String id, JsonNode answer, Life by, long at, boolean givenUp) {}

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final String CHAT = "/v1/chat/completions";
    private static final String RESPONSES = "/v1/responses";
    private static final String DEFERRED = "/v1/chat/deferred-completion/";
    private static final String BATCHES = "/v1/batches";
    private static final Set<String> OVER = Set.of("completed", "failed", "expired", "cancelled", "incomplete");

    /** Far longer than anything takes: on a starved machine ten kills do, and a claim on a result that dies with its gateway. */
    private static final Duration LONGEST = Duration.ofMinutes(12);

    private static final Duration BETWEEN_POLLS = Duration.ofMillis(500);

    private final Fleet fleet;
    private final String key;
    private final AtomicInteger numbers = new AtomicInteger();
    private final Queue<Ended> ended = new ConcurrentLinkedQueue<>();
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final AtomicInteger untold = new AtomicInteger();
    private final AtomicInteger cut = new AtomicInteger();
    private final ConcurrentSkipListMap<Long, String> durations = new ConcurrentSkipListMap<>();

    /** @param key the id of the key by which they ask */
    JobClients(Fleet fleet, String key) {
        this.fleet = fleet;
        this.key = key;
    }

    List<Ended> ended() {
        return List.copyOf(ended);
    }

    List<String> faults() {
        return List.copyOf(faults);
    }

    /** Requests for work whose answer was cut off: it may be done, and nobody can ask for it. */
    int untold() {
        return untold.get();
    }

    /** Streams that were cut off, and followed elsewhere. */
    int cut() {
        return cut.get();
    }

    /** What took longest, and how many milliseconds. */
    List<String> slowest() {
        return durations.descendingMap().entrySet().stream()
                .limit(5)
                .map(each -> each.getValue() + ": " + each.getKey() / 1_000_000 + " ms")
                .toList();
    }

    /** Gives work, one piece after the other. */
    void work(BooleanSupplier more) {
        while (more.getAsBoolean()) {
            var task = numbers.incrementAndGet();
            var kind = Kind.values()[task % Kind.values().length];
            var from = System.nanoTime();
            try {
                var end = switch (kind) {
                    case DEFERRED -> deferred(task);
                    case BACKGROUND -> background(task);
                    case STREAMED -> streamed(task);
                    case BATCH -> batch(task);
                };
                if (end == null) {
                    untold.incrementAndGet();
                } else {
                    ended.add(end);
                    durations.put(System.nanoTime() - from, kind + " " + end.id + " task-" + task);
                }
            } catch (InterruptedException e) {
                return;
            } catch (Throwable e) {
                faults.add(kind + " task-" + task + ": " + e);
            }
        }
    }

    /** Nothing that ended is otherwise now, and no result is there a second time. */
    void lookAgain() {
        for (var end : ended()) {
            var path = switch (end.kind) {
                case DEFERRED -> DEFERRED + end.id;
                case BACKGROUND, STREAMED -> RESPONSES + "/" + end.id;
                case BATCH -> BATCHES + "/" + end.id;
            };
            var found = caller(fleet.any()).get(path);
            if (end.kind != Kind.DEFERRED) {
                if (!json(found).equals(end.answer)) {
                    faults.add(end.kind + " task-" + end.task + " was " + end.answer + " and is " + found.body());
                }
            } else if (found.statusCode() != 404 && !mayBeThereAgain(end.by, end.id)) {
                faults.add("task-%d %s was handed out by %s and is there again: %d %s"
                        .formatted(end.task, end.id, toldOf(end.by, end.id), found.statusCode(), found.body()));
            }
        }
    }

    /**
     * A gateway was killed before it had written that its caller has the last bytes: nobody else can know then, and the
     * result is there again when the claim has run out.
     */
    private static boolean mayBeThereAgain(Life by, String id) {
        return by.wasKilled() && !JobDiary.of(by).handedOut().contains(id);
    }

    private static String toldOf(Life by, String id) {
        return "gateway %d, which %s and %s that in its log"
                .formatted(
                        by.number(),
                        by.wasKilled() ? "was killed" : "lives",
                        JobDiary.of(by).handedOut().contains(id) ? "says" : "does not say");
    }

    private static boolean handedOutBeforeAKill(Told one, Told other, String id) {
        var first = one.at - other.at < 0 ? one : other;
        return mayBeThereAgain(first.by, id);
    }

    private Caller caller(Life life) {
        return Caller.of(life.gateway(), key);
    }

    private static String text(int task) {
        return "task-" + task + " is one of many that are to be done";
    }

    /** What was told, or null where the answer was cut off. */
    private @Nullable JsonNode submit(String path, String body) {
        HttpResponse<String> answer;
        try {
            answer = caller(fleet.any()).post(path, body);
        } catch (UncheckedIOException e) {
            return null;
        }
        if (answer.statusCode() != 200) {
            throw new AssertionError(path + ": " + answer.statusCode() + " " + answer.body());
        }
        return json(answer);
    }

    /** An answer, and who gave it. */
    private record Told(HttpResponse<String> answer, Life by, long at) {
        int status() {
            return answer.statusCode();
        }
    }

    /** Asks whoever lives until one answers. */
    private Told get(String path) {
        while (true) {
            var life = fleet.any();
            try {
                return new Told(caller(life).get(path), life, System.nanoTime());
            } catch (UncheckedIOException e) {
                if (!life.wasKilled()) {
                    throw e;
                }
            }
        }
    }

    private static long deadline() {
        return System.nanoTime() + LONGEST.toNanos();
    }

    private static void pause(long deadline, String what) throws InterruptedException {
        if (System.nanoTime() - deadline > 0) {
            throw new AssertionError(what + " has not ended");
        }
        Thread.sleep(BETWEEN_POLLS);
    }

    private static void check(boolean sound, String what, Object... about) {
        if (!sound) {
            throw new AssertionError(what + ": " + List.of(about));
        }
    }

    // deferred completions

    private @Nullable Ended deferred(int task) throws InterruptedException {
        var told = submit(
                CHAT,
                "{\"model\":\"m\",\"deferred\":true,\"messages\":[{\"role\":\"user\",\"content\":\"" + text(task)
                        + "\"}]}");
        if (told == null) {
            return null;
        }
        var id = told.path("request_id").asText();
        var other = task % 3 == 0
                ? CompletableFuture.supplyAsync(() -> fetched(id), Thread::startVirtualThread)
                : CompletableFuture.<@Nullable Told>completedFuture(null);
        var one = fetched(id);
        var two = other.join();
        check(one == null || two == null || handedOutBeforeAKill(one, two, id), "it was handed out twice", id);
        var got = one == null ? two : one;
        if (got == null) {
            throw new AssertionError("it was lost: " + id);
        }
        var at = System.nanoTime();
        var answer = json(got.answer);
        if (got.status() == 200) {
            check(
                    answer.at("/choices/0/message/content").asText().equals(text(task)),
                    "this is not its result",
                    got.answer.body());
            return new Ended(Kind.DEFERRED, task, id, answer, got.by, at, false);
        }
        check(
                answer.at("/error/code").asText().equals("deferred_completion_failed"),
                "it failed",
                got.status(),
                got.answer.body());
        return new Ended(Kind.DEFERRED, task, id, answer, got.by, at, true);
    }

    /** Null where it is gone. */
    private @Nullable Told fetched(String id) {
        var deadline = deadline();
        while (true) {
            var told = get(DEFERRED + id);
            if (told.status() == 404) {
                return null;
            }
            if (told.status() != 202) {
                return told;
            }
            try {
                pause(deadline, id);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    // background responses

    private @Nullable Ended background(int task) throws InterruptedException {
        var told = submit(RESPONSES, response(task, false));
        return told == null
                ? null
                : ended(Kind.BACKGROUND, task, told.path("id").asText());
    }

    private static String response(int task, boolean stream) {
        return "{\"model\":\"m\",\"background\":true,\"stream\":" + stream + ",\"input\":\"" + text(task) + "\"}";
    }

    private Ended ended(Kind kind, int task, String id) throws InterruptedException {
        var deadline = deadline();
        while (true) {
            var told = get(RESPONSES + "/" + id);
            check(told.status() == 200, "it is not there", id, told.status(), told.answer.body());
            var response = json(told.answer);
            if (OVER.contains(response.path("status").asText())) {
                return ended(kind, task, response, told.by);
            }
            pause(deadline, id);
        }
    }

    private static Ended ended(Kind kind, int task, JsonNode response, Life by) {
        var completed = response.path("status").asText().equals("completed");
        if (completed) {
            check(
                    response.at("/output/0/content/0/text").asText().equals(text(task))
                            && response.path("output").size() == 1,
                    "this is not its result",
                    response);
        } else {
            check(
                    response.path("status").asText().equals("failed")
                            && response.at("/error/message").asText().contains("each attempt was broken off"),
                    "it failed",
                    response);
        }
        return new Ended(kind, task, response.path("id").asText(), response, by, System.nanoTime(), !completed);
    }

    private @Nullable Ended streamed(int task) throws InterruptedException {
        var events = new ArrayList<ObjectNode>();
        var deadline = deadline();
        var life = fleet.any();
        var first = to(life, RESPONSES)
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString(response(task, true)))
                .build();
        var whole = follow(first, events, life);
        if (events.isEmpty()) {
            check(!whole, "a stream of nothing");
            return null;
        }
        var id = events.getFirst().at("/response/id").asText();
        while (!whole) {
            cut.incrementAndGet();
            life = fleet.any();
            var after = events.getLast().path("sequence_number").asInt();
            whole = follow(
                    to(life, RESPONSES + "/" + id + "?stream=true&starting_after=" + after)
                            .GET()
                            .build(),
                    events,
                    life);
            if (!whole && System.nanoTime() - deadline > 0) {
                throw new AssertionError(id + " has not ended: " + events.getLast());
            }
        }
        var response = StreamJudge.judgeBackground(events);
        var end = ended(Kind.STREAMED, task, id);
        check(end.answer.equals(response), "the stream ended otherwise than the response", response, end.answer);
        return end;
    }

    private HttpRequest.Builder to(Life life, String path) {
        var caller = caller(life);
        return HttpRequest.newBuilder(URI.create(caller.url() + path))
                .timeout(LONGEST)
                .header("authorization", "Bearer " + caller.key());
    }

    /** Adds the events that come. True where it came to its end. */
    private static boolean follow(HttpRequest request, List<ObjectNode> events, Life life) throws InterruptedException {
        try {
            var answer = CLIENT.send(request, BodyHandlers.ofInputStream());
            try (var lines = new BufferedReader(new InputStreamReader(answer.body(), UTF_8))) {
                if (answer.statusCode() != 200) {
                    throw new AssertionError(request.uri() + ": " + answer.statusCode() + " "
                            + lines.lines().toList());
                }
                var event = "";
                for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.equals("data: [DONE]")) {
                        return true;
                    }
                    if (line.startsWith("data: ")) {
                        event = line.substring("data: ".length());
                    } else if (line.isEmpty() && !event.isEmpty()) {
                        events.add(Json.object(event.getBytes(UTF_8)));
                        event = "";
                    }
                }
            }
        } catch (IOException e) {
            // it was killed
        }
        check(life.wasKilled(), "a stream was cut off, and nobody killed its gateway", request.uri());
        return false;
    }

    // batches

    private @Nullable Ended batch(int task) throws InterruptedException {
        var count = 10 + task % 30;
        var endpoint = task % 8 < 4 ? CHAT : RESPONSES;
        var input = IntStream.rangeClosed(1, count)
                .mapToObj(line -> line(task, line, endpoint))
                .collect(Collectors.joining("\n"));
        var told = submit(
                BATCHES,
                "{\"input_file_id\":\"" + upload(input) + "\",\"endpoint\":\"" + endpoint
                        + "\",\"completion_window\":\"24h\"}");
        if (told == null) {
            return null;
        }
        var id = told.path("id").asText();
        var deadline = deadline();
        while (true) {
            var found = get(BATCHES + "/" + id);
            check(found.status() == 200, "it is not there", id, found.status(), found.answer.body());
            var batch = json(found.answer);
            if (OVER.contains(batch.path("status").asText())) {
                return ended(task, count, batch, found.by);
            }
            pause(deadline, id);
        }
    }

    private static String line(int task, int line, String endpoint) {
        var said = "task-" + task + "." + line + " is a line";
        var body = endpoint.equals(CHAT)
                ? "\"messages\":[{\"role\":\"user\",\"content\":\"" + said + "\"}]"
                : "\"input\":\"" + said + "\"";
        return "{\"custom_id\":\"line-" + line + "\",\"method\":\"POST\",\"url\":\"" + endpoint
                + "\",\"body\":{\"model\":\"m\"," + body + "}}";
    }

    /** Until somebody has it. */
    private String upload(String content) throws InterruptedException {
        var form = new Form()
                .field("purpose", "batch")
                .file("file", "in.jsonl", content.getBytes(UTF_8))
                .whole();
        while (true) {
            var life = fleet.any();
            try {
                var answer = CLIENT.send(
                        to(life, "/v1/files")
                                .header("content-type", Form.TYPE)
                                .POST(BodyPublishers.ofByteArray(form))
                                .build(),
                        BodyHandlers.ofString());
                check(answer.statusCode() == 200, "it could not be sent", answer.statusCode(), answer.body());
                return json(answer).path("id").asText();
            } catch (IOException e) {
                check(life.wasKilled(), "an upload was cut off, and nobody killed its gateway", e);
            }
        }
    }

    private Ended ended(int task, int count, JsonNode batch, Life by) {
        var ids = new ArrayList<>(results(task, batch, "output_file_id"));
        var answered = ids.size();
        ids.addAll(results(task, batch, "error_file_id"));
        var expected =
                IntStream.rangeClosed(1, count).mapToObj(line -> "line-" + line).sorted();
        check(
                ids.stream().sorted().toList().equals(expected.toList()),
                "not one result for each of " + count + " lines",
                ids,
                batch);
        check(
                batch.at("/request_counts/completed").asInt() == answered
                        && batch.at("/request_counts/total").asInt() == count
                        && batch.at("/request_counts/failed").asInt() == count - answered,
                "the counts are not those of its files",
                batch,
                answered);
        var completed = batch.path("status").asText().equals("completed") && answered == count;
        check(completed || batch.at("/errors/data/0/code").asText().equals("server_error"), "it failed", batch);
        return new Ended(Kind.BATCH, task, batch.path("id").asText(), batch, by, System.nanoTime(), !completed);
    }

    private List<String> results(int task, JsonNode batch, String member) {
        var file = batch.path(member).textValue();
        if (file == null) {
            return List.of();
        }
        var content = get("/v1/files/" + file + "/content");
        check(content.status() == 200, "there is no such file", file, content.answer.body());
        return content.answer
                .body()
                .lines()
                .map(line -> {
                    JsonNode result = Json.object(line.getBytes(UTF_8));
                    var id = result.path("custom_id").asText();
                    check(
                            member.equals("error_file_id")
                                    || line.contains("task-" + task + "." + id.substring("line-".length()) + " is"),
                            "this is not its result",
                            line);
                    return Objects.requireNonNull(id);
                })
                .toList();
    }
}
