package io.dromedary;

import static io.dromedary.testing.Caller.json;
import static io.dromedary.testing.Caller.project;
import static io.dromedary.testing.Caller.stream;
import static io.dromedary.testing.Caller.tier;
import static io.dromedary.testing.Chat.header;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.testing.Caller;
import io.dromedary.testing.Chat;
import io.dromedary.testing.ChatEvents;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.ModelAnswer;
import io.dromedary.testing.Received;
import io.dromedary.testing.Script;
import io.dromedary.testing.ScriptedBackend;
import io.dromedary.testing.StreamClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Backends that can take so many calls at once: who is let in, who waits, who gives way. Each test has backends of its own,
 * for a gate remembers. A call is known by its one message, and answered as that was scripted.
 */
@Timeout(120)
final class LanesIT {
    private static final ModelAnswer ANSWER = ModelAnswer.words("w", 3);
    private static final Duration DEADLINE = Duration.ofSeconds(2);
    private static final Duration NOISE = Duration.ofMillis(500);
    private static final Duration SOON = Duration.ofSeconds(10);

    private static final ScriptedBackend upstream = ScriptedBackend.start(LanesIT::answer);
    private static final Map<String, Queue<Function<Received, Script>>> scripts = new ConcurrentHashMap<>();

    /** Whose lanes have room and time. */
    private static GatewayProcess patient;

    /** Two may wait in each lane, for two seconds; longer in the highest. */
    private static GatewayProcess hasty;

    @BeforeAll
    static void start() throws Exception {
        patient = gateway("""
                lanes:
                  priority:   { queue: 20, deadline: 30s }
                  default:    { queue: 20, deadline: 30s }
                  over-limit: { queue: 20, deadline: 30s }
                  flex:       { queue: 20, deadline: 30s, keepFree: 0 }
                """)
                .backend("lanes", backend("lanes", 2, ""))
                .backend("giving", backend("giving", 1, ""))
                .backend("begun", backend("begun", 1, ""))
                .backend("fair", backend("fair", 1, ""))
                .backend("spill-1", backend("spill", 1, "priority: 1, spill: true"))
                .backend("spill-2", backend("spill", 1, "priority: 2"))
                .backend("stay-1", backend("stay", 1, "priority: 1"))
                .backend("stay-2", backend("stay", 1, "priority: 2"))
                .backend("over-1", backend("over", 1, "priority: 1"))
                .backend("over-2", backend("over", 1, "priority: 2"))
                .start();
        hasty = gateway("""
                lanes:
                  priority:   { queue: 2, deadline: 30s }
                  default:    { queue: 2, deadline: 2s }
                  over-limit: { queue: 2, deadline: 2s }
                  flex:       { queue: 2, deadline: 2s, keepFree: 0 }
                """)
                .backend("hurry", backend("hurry", 2, ""))
                .backend("late-flex", backend("late-flex", 2, ""))
                .backend("spilt", backend("spilt", 1, ""))
                .backend("left", backend("left", 1, ""))
                .start();
    }

    private static GatewayProcess.Builder gateway(String lanes) {
        return GatewayProcess.with()
                .backend("free", backend("free", 0, ""))
                .config("tiers.yaml", lanes)
                .config(
                        "keys.yaml",
                        Caller.keys(
                                project("p", "priority: true"),
                                project("q"),
                                project("spilling", "overLimit: true", "limits: { requestsPerMinute: 1 }"),
                                project("counted", "limits: { requestsPerMinute: 60, tokensPerMinute: 60_000 }")));
    }

    private static String backend(String model, int concurrency, String more) {
        return """
                dialect: openai
                url: %s/v1
                %s
                timeouts: { firstToken: 60s, betweenTokens: 60s }
                models:
                  %s: { upstream: %s%s }
                """.formatted(
                        upstream.url(),
                        concurrency == 0 ? "" : "concurrency: " + concurrency,
                        model,
                        model,
                        more.isEmpty() ? "" : ", " + more);
    }

    @AfterAll
    static void stop() {
        patient.close();
        hasty.close();
        upstream.close();
    }

    private static String name(Received request) {
        return request.json().path("messages").path(0).path("content").asText();
    }

    private static Script answer(Received request) {
        var own = scripts.get(name(request));
        var next = own == null ? null : own.poll();
        return (next == null ? (Function<Received, Script>) ANSWER::to : next).apply(request);
    }

    /** The next attempt of this call is answered so. */
    private static void script(String name, Function<Received, Script> script) {
        scripts.computeIfAbsent(name, any -> new ConcurrentLinkedQueue<>()).add(script);
    }

    /** The next attempt of this call is answered when that completes. */
    private static CompletableFuture<Void> hold(String name) {
        var free = new CompletableFuture<Void>();
        script(name, request -> {
            free.join();
            return ANSWER.to(request);
        });
        return free;
    }

    private static String call(String model, String name, String... members) {
        return Caller.body(model, members).replace("\"content\":\"hi\"", "\"content\":\"" + name + "\"");
    }

    /** Every attempt of calls whose names begin so. */
    private static List<String> arrived(String prefix) {
        return upstream.received().stream()
                .map(LanesIT::name)
                .filter(name -> name.startsWith(prefix))
                .toList();
    }

    private static Received attempt(String name, int index) {
        return upstream.received().stream()
                .filter(request -> name(request).equals(name))
                .skip(index)
                .findFirst()
                .orElseThrow();
    }

    private static void awaitArrived(String prefix, String... names) {
        await().atMost(SOON).untilAsserted(() -> assertThat(arrived(prefix)).containsExactly(names));
    }

    /** So many calls are at the gateway, and wherever they get to without anything else happening. */
    private static void awaitInside(GatewayProcess gateway, int calls) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(Chat.get(gateway.managementUrl() + "/observe/metrics")
                                .body())
                        .contains("dromedary_calls_in_flight " + calls + ".0"));
        for (var i = 0; i < 4; i++) {
            // whatever came to an event loop before this has had its turn
            ok(Caller.of(gateway, "q").ask(call("free", "pass")));
        }
    }

    private static HttpResponse<String> ok(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer;
    }

    private static HttpResponse<String> ok(CompletableFuture<HttpResponse<String>> answer) throws Exception {
        return ok(answer.get(20, SECONDS));
    }

    private static JsonNode noRoom(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(429);
        var error = json(answer).path("error");
        assertThat(error.path("code").asText()).isEqualTo("resource_unavailable");
        assertThat(error.path("type").asText()).isEqualTo("requests");
        return error;
    }

    @Test
    void those_who_wait_are_let_in_by_their_lanes_whenever_they_came() throws Exception {
        var p = Caller.of(patient, "p");
        var spilling = Caller.of(patient, "spilling");
        ok(spilling.ask(call("lanes", "lanes-limit")));
        var first = hold("lanes-first");
        var second = hold("lanes-second");
        var inside = List.of(p.begin(call("lanes", "lanes-first")), p.begin(call("lanes", "lanes-second")));
        await().atMost(SOON).until(() -> arrived("lanes-").size() == 3);

        var flex = hold("lanes-flex");
        var over = hold("lanes-over");
        var plain = hold("lanes-default");
        var priority = hold("lanes-priority");
        var waiting = List.of(
                p.begin(call("lanes", "lanes-flex", tier("flex"))),
                spilling.begin(call("lanes", "lanes-over")),
                p.begin(call("lanes", "lanes-default")),
                p.begin(call("lanes", "lanes-priority", tier("priority"))));
        awaitInside(patient, 6);
        assertThat(arrived("lanes-")).hasSize(3);

        first.complete(null);
        await().atMost(SOON).until(() -> arrived("lanes-").size() == 4);
        second.complete(null);
        await().atMost(SOON).until(() -> arrived("lanes-").size() == 5);
        priority.complete(null);
        plain.complete(null);
        await().atMost(SOON).until(() -> arrived("lanes-").size() == 6);
        over.complete(null);
        flex.complete(null);
        for (var answer : waiting) {
            ok(answer);
        }
        for (var answer : inside) {
            ok(answer);
        }
        assertThat(arrived("lanes-").subList(3, 7))
                .containsExactly("lanes-priority", "lanes-default", "lanes-over", "lanes-flex");
        assertThat(json(waiting.get(1).join()).path("service_tier").asText()).isEqualTo("over-limit");
    }

    @Test
    void projects_take_turns_within_a_lane() throws Exception {
        var busy = hold("fair-busy");
        var inside = Caller.of(patient, "p").begin(call("fair", "fair-busy"));
        awaitArrived("fair-", "fair-busy");
        var many = Caller.of(patient, "p");
        var waiting = new ArrayList<CompletableFuture<HttpResponse<String>>>();
        for (var i = 0; i < 4; i++) {
            waiting.add(many.begin(call("fair", "fair-p")));
        }
        awaitInside(patient, 5);
        waiting.add(Caller.of(patient, "q").begin(call("fair", "fair-q")));
        awaitInside(patient, 6);
        busy.complete(null);
        for (var answer : waiting) {
            ok(answer);
        }
        ok(inside);
        assertThat(arrived("fair-").indexOf("fair-q")).isEqualTo(2);
    }

    @Test
    void who_waits_too_long_or_finds_the_queue_full_is_refused_and_has_used_nothing() throws Exception {
        var counted = Caller.of(hasty, "counted");
        var first = hold("hurry-first");
        var second = hold("hurry-second");
        var p = Caller.of(hasty, "p");
        var inside = List.of(p.begin(call("hurry", "hurry-first")), p.begin(call("hurry", "hurry-second")));
        await().atMost(SOON).until(() -> arrived("hurry-").size() == 2);

        var begun = System.nanoTime();
        var waiting = List.of(counted.begin(call("hurry", "hurry-1")), counted.begin(call("hurry", "hurry-2")));
        awaitInside(hasty, 4);
        var tooMany = counted.ask(call("hurry", "hurry-3"));
        var fullAfter = System.nanoTime() - begun;
        noRoom(tooMany);
        assertThat(Duration.ofNanos(fullAfter)).as("at once").isLessThan(DEADLINE);
        for (var answer : waiting) {
            noRoom(answer.get(20, SECONDS));
            var took = Duration.ofNanos(System.nanoTime() - begun);
            System.out.println("refused after " + took.toMillis() + " ms of a deadline of " + DEADLINE.toMillis());
            assertThat(took).isBetween(DEADLINE, DEADLINE.plus(NOISE));
        }
        first.complete(null);
        second.complete(null);
        for (var answer : inside) {
            ok(answer);
        }
        var after = ok(counted.ask(call("hurry", "hurry-4", "\"max_completion_tokens\":100")));
        assertThat(arrived("hurry-")).doesNotContain("hurry-1", "hurry-2", "hurry-3");
        assertThat(header(after, "x-ratelimit-remaining-requests")).isEqualTo("59");
        assertThat(Long.parseLong(header(after, "x-ratelimit-remaining-tokens")))
                .isBetween(59_800L, 59_900L);
    }

    @Test
    void flex_waits_for_its_deadline_and_costs_nothing() throws Exception {
        var p = Caller.of(hasty, "p");
        var counted = Caller.of(hasty, "counted");
        var held = hold("late-flex-first");
        var heldToo = hold("late-flex-second");
        var inside =
                List.of(p.begin(call("late-flex", "late-flex-first")), p.begin(call("late-flex", "late-flex-second")));
        await().atMost(SOON).until(() -> arrived("late-flex-").size() == 2);
        var begun = System.nanoTime();
        var refused = counted.ask(call("late-flex", "late-flex-1", tier("flex")));
        var took = Duration.ofNanos(System.nanoTime() - begun);
        System.out.println("flex refused after " + took.toMillis() + " ms of a deadline of " + DEADLINE.toMillis());
        assertThat(noRoom(refused).path("message").asText()).contains("flex");
        assertThat(refused.headers().firstValue("retry-after")).isEmpty();
        assertThat(took).isBetween(DEADLINE, DEADLINE.plus(NOISE));
        held.complete(null);
        heldToo.complete(null);
        for (var answer : inside) {
            ok(answer);
        }
        var after = ok(counted.ask(call("late-flex", "late-flex-2", "\"max_completion_tokens\":100")));
        assertThat(header(after, "x-ratelimit-remaining-requests")).isEqualTo("59");
    }

    @Test
    void auto_that_found_no_room_past_its_limit_is_told_when_the_limit_lets_it_in() throws Exception {
        var spilling = Caller.of(hasty, "spilling");
        ok(spilling.ask(call("spilt", "spilt-limit")));
        var held = hold("spilt-first");
        var inside = Caller.of(hasty, "p").begin(call("spilt", "spilt-first"));
        await().atMost(SOON).until(() -> arrived("spilt-").size() == 2);
        var refused = spilling.ask(call("spilt", "spilt-auto"));
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(json(refused).path("error").path("code").asText()).isEqualTo("rate_limit_exceeded");
        assertThat(header(refused, "retry-after")).isNotEmpty();
        assertThat(refused.headers().firstValue("x-ratelimit-over-limit")).isEmpty();
        held.complete(null);
        ok(inside);
    }

    @Test
    void who_leaves_the_queue_makes_room_in_it_at_once() throws Exception {
        var p = Caller.of(hasty, "p");
        var held = hold("left-first");
        var inside = p.begin(call("left", "left-first"));
        awaitArrived("left-", "left-first");
        try (var one = StreamClient.ask(p, call("left", "left-1", tier("priority"), stream(true)));
                var two = StreamClient.ask(p, call("left", "left-2", tier("priority"), stream(true)))) {
            awaitInside(hasty, 3);
            noRoom(p.ask(call("left", "left-3", tier("priority"))));
            one.reset();
            awaitInside(hasty, 2);
            var next = p.begin(call("left", "left-4", tier("priority")));
            awaitInside(hasty, 3);
            held.complete(null);
            ok(inside);
            ok(next);
            assertThat(two.readUpTo("[DONE]\n\n")).contains("200 OK").endsWith("[DONE]\n\n");
        }
        assertThat(arrived("left-")).containsExactly("left-first", "left-2", "left-4");
    }

    @Test
    void flex_that_has_not_begun_gives_way_to_priority_and_is_served_after_it() throws Exception {
        var p = Caller.of(patient, "p");
        script("giving-flex", request -> Script.nothing().stall());
        var flex = p.begin(call("giving", "giving-flex", tier("flex")));
        awaitArrived("giving-", "giving-flex");
        var priority = ok(p.begin(call("giving", "giving-priority", tier("priority"))));
        assertThat(json(priority).path("service_tier").asText()).isEqualTo("priority");
        assertThat(attempt("giving-flex", 0).awaitCancelled(SOON)).isTrue();
        assertThat(json(ok(flex)).path("service_tier").asText()).isEqualTo("flex");
        assertThat(arrived("giving-")).containsExactly("giving-flex", "giving-priority", "giving-flex");
        assertThat(attempt("giving-flex", 0).cancelledAt().orElseThrow())
                .as("the slot is free before another has it")
                .isLessThan(attempt("giving-flex", 1).arrivedAt());
    }

    @Test
    void a_flex_stream_that_has_begun_is_never_cut() throws Exception {
        var p = Caller.of(patient, "p");
        script("begun-flex", request -> {
            var script = Script.stream(ChatEvents.role(), ChatEvents.text("Once "));
            for (var i = 0; i < 5; i++) {
                script = script.pause(Duration.ofMillis(200)).event(ChatEvents.text("more "));
            }
            return script.event(ChatEvents.finish("stop")).event(ChatEvents.DONE);
        });
        try (var flex = StreamClient.ask(p, call("begun", "begun-flex", tier("flex"), stream(true)))) {
            flex.readUpTo("Once ");
            var priority = p.begin(call("begun", "begun-priority", tier("priority")));
            awaitInside(patient, 2);
            assertThat(arrived("begun-")).containsExactly("begun-flex");
            var told = flex.readUpTo("[DONE]\n\n");
            assertThat(told.split("more ", -1)).hasSize(6);
            assertThat(told).endsWith("[DONE]\n\n").doesNotContain("\"error\"");
            ok(priority);
        }
        assertThat(arrived("begun-")).containsExactly("begun-flex", "begun-priority");
        assertThat(attempt("begun-flex", 0).cancelledAt()).isEmpty();
    }

    @Test
    void a_backend_that_spills_leaves_to_the_next_what_it_has_no_room_for() throws Exception {
        var p = Caller.of(patient, "p");
        var held = hold("spill-first");
        var inside = p.begin(call("spill", "spill-first"));
        awaitArrived("spill-", "spill-first");
        var spilt = ok(p.ask(call("spill", "spill-next")));
        assertThat(header(spilt, "x-dromedary-backend")).isEqualTo("spill-2");
        held.complete(null);
        assertThat(header(ok(inside), "x-dromedary-backend")).isEqualTo("spill-1");
    }

    @Test
    void a_backend_that_does_not_is_waited_for() throws Exception {
        var p = Caller.of(patient, "p");
        var held = hold("stay-first");
        var inside = p.begin(call("stay", "stay-first"));
        awaitArrived("stay-", "stay-first");
        var waiting = p.begin(call("stay", "stay-next"));
        awaitInside(patient, 2);
        assertThat(arrived("stay-")).containsExactly("stay-first");
        held.complete(null);
        assertThat(header(ok(inside), "x-dromedary-backend")).isEqualTo("stay-1");
        assertThat(header(ok(waiting), "x-dromedary-backend")).isEqualTo("stay-1");
    }

    @Test
    void a_call_that_fails_waits_for_the_next_backend_where_that_is_full() throws Exception {
        var p = Caller.of(patient, "p");
        // the first backend fails the one call and takes another, which then keeps it
        script("over-keeps", request -> Script.json(400, "{\"error\":{\"message\":\"no\"}}"));
        p.ask(call("over", "over-keeps"));
        var failing = (Function<Received, Script>) request -> Script.json(500, "{}");
        script("over-second", failing);
        script("over-second", failing);
        var held = hold("over-second");
        var inside = p.begin(call("over", "over-second"));
        await().atMost(SOON).until(() -> arrived("over-").size() == 4);
        script("over-third", failing);
        script("over-third", failing);
        var waiting = p.begin(call("over", "over-third"));
        await().atMost(SOON).until(() -> arrived("over-").size() == 6);
        awaitInside(patient, 2);
        assertThat(arrived("over-")).hasSize(6);
        held.complete(null);
        assertThat(header(ok(inside), "x-dromedary-backend")).isEqualTo("over-2");
        assertThat(header(ok(waiting), "x-dromedary-backend")).isEqualTo("over-2");
        assertThat(arrived("over-")).hasSize(7);
    }
}
