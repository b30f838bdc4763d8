package io.dromedary;

import static io.dromedary.testing.Caller.body;
import static io.dromedary.testing.Caller.json;
import static io.dromedary.testing.Caller.project;
import static io.dromedary.testing.Caller.stream;
import static io.dromedary.testing.Caller.tier;
import static io.dromedary.testing.Chat.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.testing.Caller;
import io.dromedary.testing.ChatEvents;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.ModelAnswer;
import io.dromedary.testing.Received;
import io.dromedary.testing.Script;
import io.dromedary.testing.ScriptedBackend;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What callers with limits see of them, and whom they hold for. */
@Timeout(120)
final class RateLimitsIT {
    private static final ModelAnswer ANSWER = ModelAnswer.words("w", 3);
    private static final String DURATION = "(\\d+h)?(\\d+m)?\\d+(\\.\\d+)?s|\\d+ms";

    private static final ScriptedBackend upstream = ScriptedBackend.start(RateLimitsIT::answer);
    private static GatewayProcess gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = GatewayProcess.with()
                .backend("upstream", """
                        dialect: openai
                        url: %s/v1
                        timeouts: { firstToken: 10s }
                        models:
                          m: { upstream: up }
                          other: { upstream: up }
                          slow: { upstream: slow }
                        """.formatted(upstream.url()))
                .config("gateway.yaml", "timeouts: { keepAlive: 1s }\n")
                .config("models.yaml", "models: { m: { aliases: [nick] } }\n")
                .config("keys.yaml", keys(3))
                .start();
    }

    /** @param reloaded requests per minute of the project that a test changes */
    private static String keys(int reloaded) {
        return Caller.keys(
                project("free"),
                project("both", "limits: { requestsPerMinute: 600, tokensPerMinute: 60_000 }"),
                project("slow", "limits: { requestsPerMinute: 600, tokensPerMinute: 60_000 }"),
                project("few", "limits: { requestsPerMinute: 20 }"),
                project("short", "limits: { tokensPerMinute: 1200 }"),
                project("small", "limits: { tokensPerMinute: 100 }"),
                project("each", "limits: { requestsPerMinute: 2 }"),
                project("together", "limits: { requestsPerMinute: 2, shared: true }"),
                project("special", "limits: { requestsPerMinute: 1, models: { other: { requestsPerMinute: 3 } } }"),
                project("dynamic", "limits: { requestsPerMinute: 100, dynamic: true }"),
                project("spilling", "overLimit: true", "limits: { requestsPerMinute: 1 }"),
                project("reloaded", "limits: { requestsPerMinute: " + reloaded + " }"),
                project(
                        "keyed",
                        List.of(Caller.key("one", "limits: { requestsPerMinute: 2 }"), Caller.key("two")),
                        "limits: { requestsPerMinute: 4 }"));
    }

    private static Script answer(Received request) {
        return request.body().contains("\"slow\"")
                ? Script.stream()
                        .pause(Duration.ofSeconds(3))
                        .event(ChatEvents.text("late"))
                        .event(ChatEvents.finish("stop"))
                        .event(ChatEvents.DONE)
                : ANSWER.to(request);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
    }

    private static Caller caller(String key) {
        return Caller.of(gateway, key);
    }

    private static JsonNode error(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(429);
        var error = json(answer).path("error");
        assertThat(error.path("code").asText()).isEqualTo("rate_limit_exceeded");
        assertThat(error.path("param").isNull()).isTrue();
        assertThat(header(answer, "x-request-id")).isNotEmpty();
        return error;
    }

    private static long remaining(HttpResponse<String> answer, String kind) {
        return Long.parseLong(header(answer, "x-ratelimit-remaining-" + kind));
    }

    private static void assertServed(int calls, Caller caller, String model) {
        for (var i = 0; i < calls; i++) {
            var answer = caller.ask(body(model));
            assertThat(answer.statusCode()).as("%d: %s", i, answer.body()).isEqualTo(200);
        }
    }

    private static void assertLimits(HttpResponse<String> answer, String requests, String tokens) {
        assertThat(header(answer, "x-ratelimit-limit-requests")).isEqualTo(requests);
        assertThat(header(answer, "x-ratelimit-limit-tokens")).isEqualTo(tokens);
        assertThat(remaining(answer, "requests")).isBetween(590L, 599L);
        assertThat(remaining(answer, "tokens")).isBetween(58_000L, 59_999L);
        assertThat(header(answer, "x-ratelimit-reset-requests")).matches(DURATION);
        assertThat(header(answer, "x-ratelimit-reset-tokens")).matches(DURATION);
        assertThat(header(answer, "x-request-id")).isNotEmpty();
        assertThat(answer.headers().firstValue("retry-after")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void an_answer_tells_the_limits_and_what_is_left_of_them(boolean streams) {
        assertLimits(caller("both").ask(body("m", stream(streams))), "600", "60000");
    }

    @Test
    void a_stream_that_is_kept_alive_before_its_first_token_tells_them_too() {
        var answer = caller("slow").ask(body("slow", stream(true)));
        assertThat(answer.body()).startsWith(": keepalive\n\n").contains("late");
        assertLimits(answer, "600", "60000");
    }

    @Test
    void a_project_without_limits_hears_nothing_of_them() {
        assertThat(caller("free").ask(body("m")).headers().map().keySet())
                .noneMatch(name -> name.startsWith("x-ratelimit"));
    }

    @Test
    void a_dynamic_limit_tells_how_it_grows() {
        var answer = caller("dynamic").ask(body("m"));
        assertThat(header(answer, "x-ratelimit-dynamic-scale-requests")).isEqualTo("1.00");
        assertThat(header(answer, "x-ratelimit-dynamic-period-remaining")).matches("\\d+s");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void who_has_no_request_left_is_told_when_to_come_back_and_gets_in_then(boolean streams) {
        var few = caller("few");
        var refused = Stream.generate(() -> few.ask(body("m", stream(streams))))
                .limit(40)
                .filter(answer -> answer.statusCode() != 200)
                .findFirst()
                .orElseThrow();
        var at = System.nanoTime();
        var error = error(refused);
        assertThat(error.path("type").asText()).isEqualTo("requests");
        assertThat(error.path("message").asText())
                .startsWith("Rate limit reached for m in project few: 20 requests per minute. Try again in ");
        assertThat(header(refused, "x-ratelimit-limit-requests")).isEqualTo("20");
        assertThat(remaining(refused, "requests")).isZero();
        assertThat(header(refused, "x-ratelimit-reset-requests")).matches(DURATION);
        var retryAfter = Long.parseLong(header(refused, "retry-after"));
        assertThat(retryAfter).isBetween(1L, 3L);
        await().pollInterval(Duration.ofMillis(50))
                .until(() ->
                        System.nanoTime() - at >= Duration.ofSeconds(retryAfter).toNanos());
        assertThat(few.ask(body("m", stream(streams))).statusCode()).isEqualTo(200);
    }

    @Test
    void what_is_reserved_is_short_for_others_until_it_is_settled_by_what_was_used() throws Exception {
        var caller = caller("short");
        var reserving = caller.begin(body("slow", stream(true), "\"max_completion_tokens\":1100"));
        await().until(() ->
                upstream.received().stream().anyMatch(request -> request.body().contains("1100")));
        var refused = caller.ask(body("slow", "\"max_completion_tokens\":500"));
        var error = error(refused);
        assertThat(error.path("type").asText()).isEqualTo("tokens");
        assertThat(error.path("message").asText()).contains("1200 tokens per minute");
        assertThat(header(refused, "x-ratelimit-limit-tokens")).isEqualTo("1200");
        assertThat(remaining(refused, "tokens")).isLessThan(500);
        // 20 come back in each second
        assertThat(Long.parseLong(header(refused, "retry-after"))).isBetween(15L, 30L);
        assertThat(reserving.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        var next = caller.ask(body("slow", stream(true), "\"max_completion_tokens\":500"));
        assertThat(next.statusCode())
                .as("the rest is given back at once: %s", next.body())
                .isEqualTo(200);
        assertThat(remaining(next, "tokens")).isBetween(600L, 700L);
    }

    @Test
    void a_request_that_can_never_fit_is_refused_without_a_time_to_come_back() {
        var refused = caller("small").ask(body("m", "\"max_completion_tokens\":1000"));
        var error = error(refused);
        assertThat(error.path("type").asText()).isEqualTo("tokens");
        assertThat(error.path("message").asText()).startsWith("Request too large for m in project small");
        assertThat(refused.headers().firstValue("retry-after")).isEmpty();
        assertThat(header(refused, "x-ratelimit-limit-tokens")).isEqualTo("100");
        assertThat(remaining(refused, "tokens")).isEqualTo(100);
    }

    @Test
    void each_model_has_the_limits_for_itself_by_whichever_name_it_is_called() {
        var each = caller("each");
        assertServed(1, each, "m");
        assertServed(1, each, "nick");
        error(each.ask(body("nick")));
        error(each.ask(body("m")));
        assertServed(2, each, "other");
        error(each.ask(body("other")));
    }

    @Test
    void models_that_share_limits_count_together() {
        var together = caller("together");
        assertServed(1, together, "m");
        assertServed(1, together, "other");
        for (var model : List.of("m", "other")) {
            assertThat(error(together.ask(body(model))).path("message").asText())
                    .startsWith("Rate limit reached for project together: 2 requests");
        }
    }

    @Test
    void a_model_may_have_limits_of_its_own() {
        var special = caller("special");
        assertServed(1, special, "m");
        error(special.ask(body("m")));
        assertServed(3, special, "other");
        error(special.ask(body("other")));
    }

    @Test
    void a_key_may_have_limits_of_its_own_within_those_of_its_project() {
        var one = caller("one");
        assertServed(2, one, "m");
        assertThat(error(one.ask(body("m"))).path("message").asText()).contains("key one of project keyed");
        var two = caller("two");
        // what was refused to the one was not taken from both
        assertServed(2, two, "m");
        assertThat(error(two.ask(body("m"))).path("message").asText())
                .startsWith("Rate limit reached for m in project keyed: 4 requests");
        assertServed(2, one, "other");
    }

    @Test
    void a_call_that_was_refused_is_not_said_to_be_served_past_the_limit() {
        var spilling = caller("spilling");
        assertServed(1, spilling, "m");
        upstream.next(Script.json(400, "{\"error\":{\"message\":\"no\",\"type\":\"invalid_request_error\"}}"));
        var refused = spilling.ask(body("m"));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.headers().firstValue("x-ratelimit-over-limit")).isEmpty();
        assertThat(header(spilling.ask(body("m")), "x-ratelimit-over-limit")).isEqualTo("yes");
    }

    @Test
    void limits_that_are_changed_in_the_file_hold_within_five_seconds() throws Exception {
        var reloaded = caller("reloaded");
        assertServed(3, reloaded, "m");
        error(reloaded.ask(body("m")));
        Files.writeString(gateway.config().resolve("keys.yaml"), keys(300));
        await().atMost(Duration.ofSeconds(5))
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(() -> assertThat(
                                header(reloaded.ask(body("m", tier("default"))), "x-ratelimit-limit-requests"))
                        .isEqualTo("300"));
        // 300 per minute is one in 200 ms: what was used up comes back at the new rate
        await().atMost(Duration.ofSeconds(5))
                .until(() -> reloaded.ask(body("m")).statusCode() == 200);
    }
}
