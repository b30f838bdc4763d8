package io.dromedary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dromedary.api.json.Json;
import io.dromedary.testing.Chat;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.ModelAnswer;
import io.dromedary.testing.Received;
import io.dromedary.testing.Script;
import io.dromedary.testing.ScriptedBackend;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Backends that are down, silent or mad under load. The short form runs in every build; {@code -Doutage.seconds=60
 * -Doutage.calls=10000} is the long one.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class OutageIT {
    private static final ModelAnswer ANSWER = ModelAnswer.words("w", 12);
    private static final String TEXT = ANSWER.said(0, ModelAnswer.Kind.TEXT);
    private static final int CALLS_PER_SECOND = 50;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** How long a caller who was refused waits before its next call. */
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(250);

    private record Told(long begun, long took, HttpResponse<String> response, boolean stream) {
        String backend() {
            return Chat.header(response, "x-dromedary-backend");
        }

        boolean isWhole() {
            var body = response.body();
            return response.statusCode() == 200
                    && (stream
                            ? body.endsWith("data: [DONE]\n\n") && !body.contains("\"error\":{")
                            : body.contains("\"finish_reason\":\"stop\""));
        }
    }

    private static String call(boolean stream) {
        return "{\"model\":\"m\",\"stream\":" + stream + ",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    }

    private static String backend(ScriptedBackend backend, int priority) {
        return """
                dialect: openai
                url: %s/v1
                timeouts: { firstToken: 1s, betweenTokens: 1s }
                models:
                  m: { upstream: up, priority: %d }
                """.formatted(backend.url(), priority);
    }

    private static Told ask(GatewayProcess gateway, boolean stream) throws Exception {
        var begun = System.nanoTime();
        var response = Chat.ask(gateway, call(stream));
        return new Told(begun, System.nanoTime() - begun, response, stream);
    }

    @Test
    void a_primary_that_is_down_costs_no_call_is_left_alone_and_gets_its_traffic_back_on_a_ramp() throws Exception {
        var outage = Integer.getInteger("outage.seconds", 9);
        try (var primary = ScriptedBackend.start(ANSWER::to);
                var spare = ScriptedBackend.start(ANSWER::to);
                var gateway = GatewayProcess.with()
                        .backend("primary", backend(primary, 1))
                        .backend("spare", backend(spare, 2))
                        .start();
                var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var i = 0; i < 100; i++) {
                assertThat(ask(gateway, i % 2 == 0).isWhole()).isTrue();
            }
            primary.received().clear();
            Queue<Object> told = new ConcurrentLinkedQueue<>();
            var start = System.nanoTime();
            var down = start + 2 * SECOND;
            var up = down + outage * SECOND;
            var end = up + 17 * SECOND;
            for (var i = 0; start + i * SECOND / CALLS_PER_SECOND < end; i++) {
                var due = start + i * SECOND / CALLS_PER_SECOND;
                LockSupport.parkNanos(due - System.nanoTime());
                if (due >= up) {
                    primary.otherwise(ANSWER::to);
                } else if (due >= down) {
                    primary.otherwise(request -> Script.nothing().reset());
                }
                var stream = i % 2 == 0;
                callers.submit(() -> told.add(tell(gateway, stream)));
            }
            callers.shutdown();
            assertThat(callers.awaitTermination(30, TimeUnit.SECONDS)).isTrue();

            assertThat(told)
                    .allSatisfy(one -> assertThat(one)
                            .isInstanceOfSatisfying(
                                    Told.class,
                                    answer -> assertThat(answer.isWhole())
                                            .as(answer.response().body())
                                            .isTrue()));
            var left = count(primary.received(), Received::arrivedAt, down + 2 * SECOND, up);
            // a probe every five seconds, sent again up to three times where its kept connection had died
            assertThat(left).as("attempts while it was down").isLessThanOrEqualTo(4L * (outage / 5 + 1));
            var answers = told.stream().map(Told.class::cast).toList();
            var back = answers.stream()
                    .filter(answer -> answer.begun() > up && answer.backend().equals("primary"))
                    .mapToLong(Told::begun)
                    .min()
                    .orElseThrow();
            assertThat(share(answers, back, back + SECOND)).as("at first").isLessThan(0.6);
            assertThat(share(answers, up + 15 * SECOND, end)).as("in the end").isGreaterThan(0.98);
            assertThat(primary.received()).isNotEmpty();
        }
    }

    private static Object tell(GatewayProcess gateway, boolean stream) {
        try {
            return ask(gateway, stream);
        } catch (Exception e) {
            return e;
        }
    }

    private static <T> long count(List<T> all, ToLongFunction<T> at, long from, long to) {
        return all.stream()
                .mapToLong(at)
                .filter(time -> time >= from && time < to)
                .count();
    }

    private static double share(List<Told> answers, long from, long to) {
        var within = answers.stream()
                .filter(answer -> answer.begun() >= from && answer.begun() < to)
                .toList();
        return (double) within.stream()
                        .filter(answer -> answer.backend().equals("primary"))
                        .count()
                / within.size();
    }

    @Test
    void a_primary_that_accepts_and_never_answers_keeps_nobody_waiting_and_is_asked_once_for_each_call()
            throws Exception {
        try (var primary = ScriptedBackend.start(request -> Script.nothing().stall());
                var spare = ScriptedBackend.start(ANSWER::to);
                var gateway = GatewayProcess.with()
                        .backend("primary", backend(primary, 1))
                        .backend("spare", """
                                dialect: openai
                                url: %s/v1
                                models: { other: { upstream: up } }
                                """.formatted(spare.url()))
                        .config("models.yaml", "models: { m: { fallback: [other] } }")
                        .start();
                var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var i = 0; i < 60; i++) {
                Chat.ask(gateway, call(i % 2 == 0).replace("\"m\"", "\"other\""));
            }
            Queue<Object> told = new ConcurrentLinkedQueue<>();
            for (var i = 0; i < 200; i++) {
                var stream = i % 2 == 0;
                callers.submit(() -> told.add(tell(gateway, stream)));
            }
            callers.shutdown();
            assertThat(callers.awaitTermination(30, TimeUnit.SECONDS)).isTrue();

            assertThat(told)
                    .hasSize(200)
                    .allSatisfy(one -> assertThat(one).isInstanceOfSatisfying(Told.class, answer -> {
                        assertThat(answer.isWhole())
                                .as(answer.response().body())
                                .isTrue();
                        assertThat(answer.backend()).isEqualTo("spare");
                        assertThat(answer.response().body()).contains("\"model\":\"other\"");
                        assertThat(Duration.ofNanos(answer.took())).isLessThan(Duration.ofSeconds(2));
                    }));
            assertThat(primary.received()).hasSizeLessThanOrEqualTo(200);
            assertThat(Chat.get(gateway.managementUrl() + "/observe/health").body())
                    .containsPattern("\"name\": ?\"primary\"[^}]*\"state\": ?\"down\"[^}]*m open until");
            var before = primary.received().size();
            assertThat(ask(gateway, false).took()).isLessThan(SECOND);
            assertThat(primary.received()).hasSize(before);
        }
    }

    @Test
    void whatever_backends_do_every_call_ends_and_nothing_is_left_behind() throws Exception {
        var calls = Integer.getInteger("outage.calls", 600);
        var seed = Long.getLong("outage.seed", 20260101L);
        var backends = new ArrayList<ScriptedBackend>();
        var random = new SplittableRandom(seed);
        for (var i = 0; i < 3; i++) {
            var own = random.split();
            backends.add(ScriptedBackend.start(request -> {
                synchronized (own) {
                    return mad(own, request);
                }
            }));
        }
        try (var gateway = GatewayProcess.with()
                        .backend("one", backend(backends.get(0), 1))
                        .backend("two", backend(backends.get(1), 1))
                        .backend(
                                "three",
                                backend(backends.get(2), 2)
                                        .replace("models:", "capabilities: { prefill: true }\nmodels:"))
                        .start();
                var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var room = new Semaphore(64);
            Queue<Object> told = new ConcurrentLinkedQueue<>();
            for (var i = 0; i < calls; i++) {
                room.acquire();
                var stream = random.nextInt(3) > 0;
                callers.submit(() -> {
                    var answer = tell(gateway, stream);
                    told.add(answer);
                    if (!(answer instanceof Told whole && whole.isWhole())) {
                        // as clients do, or thousands of calls were over in the moment in which all backends look dead
                        LockSupport.parkNanos(PAUSE);
                    }
                    room.release();
                });
            }
            callers.shutdown();
            assertThat(callers.awaitTermination(60, TimeUnit.SECONDS))
                    .as("nobody hangs")
                    .isTrue();

            var whole = new AtomicInteger();
            assertThat(told)
                    .as("seed %d", seed)
                    .hasSize(calls)
                    .allSatisfy(one -> assertThat(one).isInstanceOfSatisfying(Told.class, answer -> {
                        if (answer.isWhole()) {
                            whole.incrementAndGet();
                            assertThat(text(answer))
                                    .as(answer.response().headers().map()
                                            + answer.response().body())
                                    .isEqualTo(TEXT);
                        } else {
                            assertClean(answer);
                        }
                    }));
            assertThat(whole.get()).isGreaterThan(calls / 2);
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(Chat.get(gateway.managementUrl() + "/observe/metrics")
                                    .body())
                            .contains("dromedary_open_streams 0.0")
                            .contains("dromedary_calls_in_flight 0.0")
                            .contains("dromedary_attempts_in_flight 0.0")
                            .contains("dromedary_hedges_in_flight 0.0")
                            .contains("dromedary_timers_pending 0.0")
                            .contains("dromedary_resume_memory_bytes 0.0"));
            for (var backend : backends) {
                for (var request : backend.received()) {
                    // every attempt has an end: nothing waits for an upstream that nobody listens to
                    request.awaitCancelled(Duration.ofSeconds(5));
                }
            }
            assertThat(gateway.log())
                    .noneMatch(line -> line.contains("WARN") || line.contains("ERROR") || line.contains("LEAK"));
        } finally {
            backends.forEach(ScriptedBackend::close);
        }
    }

    private static void assertClean(Told answer) {
        var body = answer.response().body();
        assertThat(body).contains("\"error\":{").doesNotContain("127.0.0.1").doesNotContain("[DONE]");
        if (answer.response().statusCode() != 200) {
            assertThat(answer.response().statusCode()).isIn(429, 502, 504);
        }
    }

    private static String text(Told answer) {
        var body = answer.response().body();
        var text = new StringBuilder();
        var chunks = answer.stream()
                ? body.lines()
                        .filter(line -> line.startsWith("data: {"))
                        .map(line -> line.substring(6))
                        .toList()
                : List.of(body);
        for (var chunk : chunks) {
            var choice = Json.object(chunk.getBytes(StandardCharsets.UTF_8))
                    .path("choices")
                    .path(0);
            text.append(choice.path(answer.stream() ? "delta" : "message")
                    .path("content")
                    .asText(""));
        }
        return text.toString();
    }

    /** What a backend may do that has lost its mind: one call in two goes well. */
    private static Script mad(SplittableRandom random, Received request) {
        var messages =
                Json.object(request.body().getBytes(StandardCharsets.UTF_8)).path("messages");
        var last = messages.path(messages.size() - 1);
        var answer = last.path("role").asText().equals("assistant")
                ? ANSWER.after(last.path("content").asText())
                : ANSWER;
        var begun = random.nextInt(answer.pieces().size() + 1);
        return switch (random.nextInt(24)) {
            case 0 -> Script.json(503, "{\"error\":{\"message\":\"busy\"}}");
            case 1 -> Script.json(500, "");
            case 2 -> Script.json(429, Map.of("retry-after", "1"), "{\"error\":{\"message\":\"slow down\"}}");
            case 3 -> Script.nothing().reset();
            case 4 -> Script.whole(200, "text/html", Map.of(), "<html>");
            case 5 -> Script.stream("{\"error\":{\"message\":\"overloaded\"}}");
            case 6 -> Script.nothing().stall();
            case 7 -> Script.stream().stall();
            case 8 -> answer.first(begun).beginning(request).closeEarly();
            case 9 -> answer.first(begun).beginning(request).reset();
            case 10 -> answer.first(begun).beginning(request).stall();
            case 11 ->
                answer.first(begun)
                        .beginning(request)
                        .halfEvent("{\"choices\":[]}")
                        .closeEarly();
            default -> answer.to(request);
        };
    }
}
