package io.dromedary;

import static io.dromedary.testing.Caller.project;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dromedary.testing.Caller;
import io.dromedary.testing.Chat;
import io.dromedary.testing.ChatEvents;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.ModelAnswer;
import io.dromedary.testing.Received;
import io.dromedary.testing.Script;
import io.dromedary.testing.ScriptedBackend;
import io.dromedary.testing.StreamClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Callers that leave at any moment, backends that fail in any way, deadlines of both: afterwards no reservation and no place
 * at a backend is left, and the project has paid for what was used, to the token. The short form runs in every build;
 * {@code -Dtiers.calls=10000} is the long one, and {@code -Dtiers.seed} another.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
final class NothingLeaksIT {
    private static final ModelAnswer ANSWER = ModelAnswer.words("w", 12);

    /** Of every prompt; its request has four bytes for each, so that estimates stay as they are. */
    private static final int PROMPT = 60;

    private static final int RESERVED = PROMPT + 4000;
    private static final int WHOLE = PROMPT + 12;

    /** In a millisecond five of these come back. */
    private static final long LIMIT = 300_000;

    private static final long HALF = LIMIT / 2;
    private static final int AT_ONCE = 32;
    private static final int ROUND = 600;

    /** Calls that a backend may have in flight. */
    private static final int SOUND = 8;

    private static final int LATE = 4;

    /** What happens to a call. */
    private enum Fate {
        ANSWERED,
        ANSWERED_TOO,
        ANSWERED_AGAIN,
        COUNTED_BY_NOBODY,
        LEFT_BEFORE_ITS_FIRST_TOKEN,
        LEFT_IN_THE_MIDDLE,
        LEFT_AT_ONCE,
        FAULTY,
        RESET,
        NO_JSON,
        REJECTED,
        BROKEN,
        OUT_OF_ITS_OWN_TIME,
        OUT_OF_ITS_OWN_TIME_IN_THE_MIDDLE,
        // at the backend that says that it has too much to do
        BUSY,
        LIMITED,
        SILENT,
        SILENT_IN_THE_MIDDLE,
        FINE;

        boolean isLate() {
            return ordinal() >= BUSY.ordinal();
        }
    }

    /** @param pieces that the backend says before it, or the caller, has had enough */
    private record Plan(int number, Fate fate, String tier, boolean stream, int pieces) {
        String name() {
            return "%05d-%02d-%02d".formatted(number, fate.ordinal(), pieces);
        }

        boolean costs() {
            return !tier.equals("flex") && !tier.equals("no-limit");
        }

        String body() {
            // what nobody has counted is guessed, and would move the estimates of its model
            var model = fate == Fate.COUNTED_BY_NOBODY ? "uncounted" : fate.isLate() ? "late" : "sound";
            return NothingLeaksIT.body(model, name(), Caller.tier(tier), Caller.stream(stream));
        }
    }

    /** What a call has used, if that can be told; else anything between the two. */
    private record Used(long least, long most) {
        static final Used NOTHING = exactly(0);

        static Used exactly(long tokens) {
            return new Used(tokens, tokens);
        }

        Used plus(Used more) {
            return new Used(least + more.least, most + more.most);
        }
    }

    private final Map<String, CompletableFuture<Void>> arrivals = new ConcurrentHashMap<>();
    private final Queue<CompletableFuture<Void>> held = new ConcurrentLinkedQueue<>();
    private final ScriptedBackend upstream = ScriptedBackend.start(this::answer);

    private static String body(String model, String name, String... members) {
        var body = Caller.body(model, members).replace("\"content\":\"hi\"", "\"content\":\"" + name + "\"");
        body = body.substring(0, body.length() - 1) + ",\"max_completion_tokens\":4000}";
        return body + " ".repeat(4 * PROMPT - body.length());
    }

    private CompletableFuture<Void> arrival(String name) {
        return arrivals.computeIfAbsent(name, any -> new CompletableFuture<>());
    }

    private Script answer(Received request) {
        var name = request.json().path("messages").path(0).path("content").asText();
        arrival(name).complete(null);
        var parts = name.split("-");
        return switch (parts[0]) {
            case "probe" -> counted(ANSWER, PROMPT, 12, request);
            case "use" -> counted(ANSWER, PROMPT, Long.parseLong(parts[1]) - PROMPT, request);
            case "hold" -> {
                held.remove().join();
                yield counted(ANSWER, PROMPT, 12, request);
            }
            default -> answer(Fate.values()[Integer.parseInt(parts[1])], Integer.parseInt(parts[2]), request);
        };
    }

    private static Script answer(Fate fate, int pieces, Received request) {
        return switch (fate) {
            case ANSWERED, ANSWERED_TOO, ANSWERED_AGAIN, FINE -> counted(ANSWER, PROMPT, 12, request);
            case COUNTED_BY_NOBODY -> ANSWER.withoutUsage().to(request);
            case LEFT_BEFORE_ITS_FIRST_TOKEN, LEFT_AT_ONCE, OUT_OF_ITS_OWN_TIME, SILENT ->
                Script.nothing().stall();
            case LEFT_IN_THE_MIDDLE, OUT_OF_ITS_OWN_TIME_IN_THE_MIDDLE, SILENT_IN_THE_MIDDLE ->
                ANSWER.first(pieces).beginning(request).stall();
            case FAULTY -> Script.json(500, "{}");
            case RESET -> Script.nothing().reset();
            case NO_JSON -> Script.whole(200, "text/html", Map.of(), "<html>");
            case REJECTED -> Script.json(400, ChatEvents.error("no"));
            case BROKEN -> ANSWER.first(pieces).beginning(request).closeEarly();
            case BUSY -> Script.json(503, "{}");
            case LIMITED -> Script.json(429, "{}");
        };
    }

    /** The answer with what it is to have cost. */
    private static Script counted(ModelAnswer answer, int prompt, long completion, Received request) {
        var usage = "\"usage\":{\"prompt_tokens\":" + prompt + ",\"completion_tokens\":" + completion
                + ",\"total_tokens\":" + (prompt + completion) + "}";
        if (!request.json().path("stream").asBoolean()) {
            return Script.json(200, answer.whole(request).replaceFirst("\"usage\":\\{[^}]*}", usage));
        }
        var script = Script.stream();
        for (var event : answer.beginningEvents(request)) {
            script = script.event(event);
        }
        for (var event : answer.finishEvents(request)) {
            script = script.event(event.replaceFirst("\"usage\":null", usage));
        }
        return script.event(ChatEvents.DONE);
    }

    @Test
    void no_reservation_and_no_place_is_left_whatever_happens_to_calls() throws Exception {
        var calls = Integer.getInteger("tiers.calls", ROUND);
        var seed = Long.getLong("tiers.seed", 20260102L);
        try (upstream;
                var gateway = gateway()) {
            var caller = Caller.of(gateway, "any");
            var random = new SplittableRandom(seed);
            for (var done = 0; done < calls; done += ROUND) {
                var plans = new ArrayList<Plan>();
                for (var i = done; i < Math.min(calls, done + ROUND); i++) {
                    plans.add(plan(i, random));
                }
                assertPaid(caller, gateway, plans, seed);
                upstream.received().clear();
                arrivals.clear();
            }
            assertAdmits(caller, "sound", SOUND, Duration.ofSeconds(5));
            // it was told to slow down, and comes back by one in a second
            assertAdmits(caller, "late", LATE, Duration.ofSeconds(20));
            assertThat(gateway.log())
                    .filteredOn(line ->
                            line.contains("LEAK") || line.contains("ERROR") || line.contains("WARN io.dromedary"))
                    .isEmpty();
        }
    }

    private GatewayProcess gateway() throws Exception {
        return GatewayProcess.with()
                .backend("sound", backend("sound", SOUND, "firstToken: 60s, betweenTokens: 60s"))
                .backend("uncounted", backend("uncounted", SOUND, "firstToken: 60s, betweenTokens: 60s"))
                .backend("late", backend("late", LATE, "firstToken: 250ms, betweenTokens: 250ms, total: 2s"))
                .config("tiers.yaml", """
                        lanes:
                          priority:   { queue: 1000, deadline: 60s }
                          default:    { queue: 1000, deadline: 60s }
                          over-limit: { queue: 1000, deadline: 60s }
                          flex:       { queue: 1000, deadline: 1s }
                        """)
                .config(
                        "keys.yaml",
                        Caller.keys(project(
                                "any",
                                "noLimit: true",
                                "priority: true",
                                "limits: { tokensPerMinute: " + LIMIT + ", shared: true }")))
                .start();
    }

    private String backend(String model, int concurrency, String timeouts) {
        return """
                dialect: openai
                url: %s/v1
                concurrency: %d
                timeouts: { %s }
                breaker: { failureRate: 100, minimumCalls: 100000, outageAfter: 10m, longestCooldown: 0s }
                models:
                  %s: { upstream: up }
                """.formatted(upstream.url(), concurrency, timeouts, model);
    }

    private static Plan plan(int number, SplittableRandom random) {
        var late = random.nextInt(10) == 0;
        var fates =
                Stream.of(Fate.values()).filter(fate -> fate.isLate() == late).toList();
        var fate = fates.get(random.nextInt(fates.size()));
        var tiers = List.of("auto", "default", "priority", "no-limit", "flex", "flex");
        var stream = switch (fate) {
            case LEFT_IN_THE_MIDDLE, OUT_OF_ITS_OWN_TIME_IN_THE_MIDDLE, SILENT_IN_THE_MIDDLE, BROKEN -> true;
            case COUNTED_BY_NOBODY, SILENT -> true;
            default -> random.nextBoolean();
        };
        // of flex nobody knows whether it gets to its middle
        var tier = tiers.get(random.nextInt(fate == Fate.LEFT_IN_THE_MIDDLE ? 4 : tiers.size()));
        return new Plan(number, fate, tier, stream, random.nextInt(1, 12));
    }

    /** The gateway's own account of a round agrees with ours. */
    private void assertPaid(Caller caller, GatewayProcess gateway, List<Plan> plans, long seed) throws Exception {
        // a window that is full gains nothing, which could not be told from what leaks
        var full = remaining(probe(caller));
        if (full > HALF) {
            assertThat(caller.ask(body("sound", "use-" + (full - HALF))).statusCode())
                    .isEqualTo(200);
        }
        var from = System.currentTimeMillis();
        var before = remaining(probe(caller));
        var to = System.currentTimeMillis();
        assertThat(before).isLessThan(HALF + 20_000);

        var used = new Used(WHOLE, WHOLE).plus(all(caller, plans));
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertNothingRuns(gateway));

        var fromAfter = System.currentTimeMillis();
        var after = remaining(probe(caller));
        var toAfter = System.currentTimeMillis();
        var perMilli = LIMIT / 60_000;
        var least = before - used.most + (fromAfter - to) * perMilli;
        var most = before - used.least + (toAfter - from) * perMilli;
        System.out.printf(
                "%d calls used %d to %d tokens; left are %d, due were %d to %d%n",
                plans.size(), used.least, used.most, after, least, most);
        assertThat(after).isLessThan(LIMIT - RESERVED - 1000);
        // a part of a token may be there on either side
        assertThat(after).as("seed %d", seed).isBetween(least - 2, most + 2);
    }

    private static HttpResponse<String> probe(Caller caller) {
        return caller.ask(body("sound", "probe"));
    }

    private static long remaining(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Long.parseLong(Chat.header(answer, "x-ratelimit-remaining-tokens"));
    }

    private static void assertNothingRuns(GatewayProcess gateway) throws Exception {
        assertThat(Chat.get(gateway.managementUrl() + "/observe/metrics").body())
                .contains("dromedary_open_streams 0.0")
                .contains("dromedary_calls_in_flight 0.0")
                .contains("dromedary_attempts_in_flight 0.0")
                .contains("dromedary_timers_pending 0.0");
    }

    private Used all(Caller caller, List<Plan> plans) throws Exception {
        var room = new Semaphore(AT_ONCE);
        var calls = new ArrayList<Callable<Used>>();
        for (var plan : plans) {
            calls.add(() -> {
                room.acquire();
                try {
                    var used = call(caller, plan);
                    return plan.costs() ? used : Used.NOTHING;
                } finally {
                    room.release();
                }
            });
        }
        var sum = Used.NOTHING;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var used : threads.invokeAll(calls)) {
                sum = sum.plus(used.get());
            }
        }
        return sum;
    }

    private Used call(Caller caller, Plan plan) throws Exception {
        return switch (plan.fate) {
            case LEFT_BEFORE_ITS_FIRST_TOKEN -> {
                try (var client = StreamClient.ask(caller, plan.body())) {
                    awaitArrival(plan);
                    leave(client, plan);
                    yield Used.exactly(PROMPT);
                }
            }
            case LEFT_AT_ONCE -> {
                try (var client = StreamClient.ask(caller, plan.body())) {
                    leave(client, plan);
                    // it may have come to a backend by then, or not
                    yield new Used(0, PROMPT);
                }
            }
            case LEFT_IN_THE_MIDDLE -> {
                try (var client = StreamClient.ask(caller, plan.body())) {
                    var seen = client.readUpTo(last(plan));
                    assertThat(seen).contains("200 OK");
                    leave(client, plan);
                    yield Used.exactly(PROMPT + plan.pieces);
                }
            }
            case OUT_OF_ITS_OWN_TIME -> {
                assertThat(caller.ask(plan.body(), "x-dromedary-timeout", "0.3").statusCode())
                        .isEqualTo(504);
                yield Used.NOTHING;
            }
            case OUT_OF_ITS_OWN_TIME_IN_THE_MIDDLE -> used(plan, caller.ask(plan.body(), "x-dromedary-timeout", "0.6"));
            default -> used(plan, caller.ask(plan.body()));
        };
    }

    /** Flex may never get there. */
    private void awaitArrival(Plan plan) throws Exception {
        var arrived = arrival(plan.name());
        if (plan.tier.equals("flex")) {
            arrived.completeOnTimeout(null, 500, TimeUnit.MILLISECONDS).join();
        } else {
            arrived.get(60, TimeUnit.SECONDS);
        }
    }

    /** What a stream says last before it stalls, as it goes over the wire. */
    private static String last(Plan plan) {
        return plan.pieces == 7 ? "7\\n" : "w" + plan.pieces + " ";
    }

    private static void leave(StreamClient client, Plan plan) throws IOException {
        if (plan.number % 2 == 0) {
            client.reset();
        } else {
            client.close();
        }
    }

    private static Used used(Plan plan, HttpResponse<String> answer) {
        var body = answer.body();
        if (answer.statusCode() != 200) {
            assertThat(answer.statusCode()).as(body).isIn(400, 429, 502, 503, 504);
            return Used.NOTHING;
        }
        if (!body.contains("\"error\":{")) {
            return plan.fate == Fate.COUNTED_BY_NOBODY ? new Used(WHOLE - PROMPT, WHOLE) : Used.exactly(WHOLE);
        }
        if (!body.contains("stream_broken")) {
            // it waited so long that the stream was begun with comments: a refusal, of which only the prompt may be due
            return new Used(0, PROMPT);
        }
        var pieces = Caller.chunks(answer).stream()
                .filter(chunk -> !chunk.at("/choices/0/delta/content").asText().isEmpty())
                .count();
        return Used.exactly(PROMPT + pieces);
    }

    /** So many calls at once get to a backend, none of which has ended. */
    private void assertAdmits(Caller caller, String model, int calls, Duration most) {
        var tried = new int[1];
        await().atMost(most).untilAsserted(() -> {
            var free = new CompletableFuture<Void>();
            var answers = new ArrayList<CompletableFuture<HttpResponse<String>>>();
            var names = new ArrayList<String>();
            for (var i = 0; i < calls; i++) {
                held.add(free);
                names.add("hold-" + model + tried[0]++);
                answers.add(caller.begin(body(model, names.getLast())));
            }
            var arrived = CompletableFuture.allOf(
                            names.stream().map(this::arrival).toArray(CompletableFuture<?>[]::new))
                    .orTimeout(300, TimeUnit.MILLISECONDS)
                    .handle((all, late) -> late == null)
                    .join();
            free.complete(null);
            answers.forEach(CompletableFuture::join);
            held.clear();
            assertThat(arrived).as("%d calls at %s at once", calls, model).isTrue();
        });
    }
}
