package io.dromedary;

import static io.dromedary.testing.Caller.chunks;
import static io.dromedary.testing.Caller.json;
import static io.dromedary.testing.Caller.project;
import static io.dromedary.testing.Chat.header;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.testing.Caller;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.ModelAnswer;
import io.dromedary.testing.ScriptedBackend;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A response is paid for like the chat call that it is: by all that the model is shown, and by its service tier. */
@Timeout(120)
final class ResponseLimitsIT {
    private static final ModelAnswer ANSWER = ModelAnswer.words("w", 3);
    private static final String RESPONSES = "/v1/responses";
    private static final String LONG = "word ".repeat(2000);
    private static final String ONE_REQUEST = "limits: { requestsPerMinute: 1 }";

    private static final ScriptedBackend upstream = ScriptedBackend.start(ANSWER.withoutUsage()::to);
    private static GatewayProcess gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = GatewayProcess.with()
                .backend("upstream", """
                        dialect: openai
                        url: %s/v1
                        capabilities: { serviceTiers: [] }
                        models:
                          m: { upstream: up }
                        """.formatted(upstream.url()))
                .config(
                        "keys.yaml",
                        Caller.keys(
                                project("counted", "limits: { tokensPerMinute: 60_000 }"),
                                project("compared", "limits: { tokensPerMinute: 60_000 }"),
                                project("small", "limits: { tokensPerMinute: 6000 }"),
                                project("over", "overLimit: true", ONE_REQUEST),
                                project("over-stream", "overLimit: true", ONE_REQUEST),
                                project("hard", ONE_REQUEST),
                                project("bare")))
                .start();
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
    }

    private static String body(String input, String... members) {
        var more = members.length == 0 ? "" : "," + String.join(",", members);
        return "{\"model\":\"m\",\"input\":\"" + input + "\",\"max_output_tokens\":16" + more + "}";
    }

    private static String after(JsonNode response) {
        return "\"previous_response_id\":\"" + response.path("id").asText() + "\"";
    }

    private static JsonNode ok(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer);
    }

    private static long remaining(HttpResponse<String> answer) {
        return Long.parseLong(header(answer, "x-ratelimit-remaining-tokens"));
    }

    private static Caller caller(String key) {
        return Caller.of(gateway, key);
    }

    @Test
    void a_chained_call_takes_what_its_whole_history_costs() {
        var caller = caller("counted");
        var alone = caller.post(RESPONSES, body("short"));
        var before = remaining(alone);
        var first = caller.post(RESPONSES, body(LONG));
        var cost = before - remaining(first);
        assertThat(cost).isGreaterThan(2000);
        var second = caller.post(RESPONSES, body("short", after(ok(first))));
        var chained = remaining(first) - remaining(second);
        // a minute's allowance comes back while this runs: a thousand a second
        assertThat(chained).isGreaterThan(cost / 2);
        assertThat(chained).isGreaterThan(1000);
        ok(second);
    }

    /** The same words, once as the history of a response and once as the messages of a chat. */
    @Test
    void it_costs_as_much_as_the_chat_call_that_it_is() {
        var first = ok(caller("bare").post(RESPONSES, body(LONG)));
        var counted = ok(caller("bare")
                        .post(
                                RESPONSES + "/input_tokens",
                                "{\"model\":\"m\",\"input\":\"short\"," + after(first) + "}"))
                .path("input_tokens")
                .asLong();
        var alone = ok(caller("bare").post(RESPONSES + "/input_tokens", "{\"model\":\"m\",\"input\":\"" + LONG + "\"}"))
                .path("input_tokens")
                .asLong();
        assertThat(counted).isGreaterThan(alone).isLessThan(alone + 100);
    }

    @Test
    void a_history_that_is_larger_than_the_limit_is_refused_before_a_backend_is_asked() {
        var caller = caller("small");
        var first = ok(caller.post(RESPONSES, body(LONG)));
        var second = caller.post(RESPONSES, body(LONG, after(first)));
        var third = second.statusCode() == 200 ? caller.post(RESPONSES, body(LONG, after(json(second)))) : second;
        assertThat(third.statusCode()).as(third.body()).isEqualTo(429);
        assertThat(json(third).path("error").path("code").asText()).isEqualTo("rate_limit_exceeded");
        assertThat(upstream.received()).noneMatch(request -> occurrences(request.body()) > 6000);
    }

    private static int occurrences(String body) {
        return body.split("word ", -1).length - 1;
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "flex"})
    void the_answer_says_by_which_tier_it_was_served(String tier) {
        var member = "\"service_tier\":\"" + tier + "\"";
        var whole = ok(caller("bare").post(RESPONSES, body("x", member)));
        assertThat(whole.path("service_tier").asText()).isEqualTo(tier);
        assertThat(ok(caller("bare").get(RESPONSES + "/" + whole.path("id").asText())))
                .isEqualTo(whole);
        var streamed = chunks(caller("bare").post(RESPONSES, body("x", member, "\"stream\":true")));
        assertThat(streamed.getLast().path("response").path("service_tier").asText())
                .isEqualTo(tier);
    }

    @Test
    void a_tier_that_the_key_may_not_use_is_refused_as_it_is_for_chat() {
        var response = caller("bare").post(RESPONSES, body("x", "\"service_tier\":\"priority\""));
        var chat = caller("bare").ask(Caller.body("m", Caller.tier("priority")));
        assertThat(response.statusCode()).isEqualTo(chat.statusCode());
        assertThat(json(response)).isEqualTo(json(chat));
        var unknown = caller("bare").post(RESPONSES, body("x", "\"service_tier\":\"golden\""));
        assertThat(unknown.statusCode()).isEqualTo(400);
        assertThat(json(unknown).path("error").path("param").asText()).isEqualTo("service_tier");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void past_its_limit_a_call_is_served_over_limit_where_the_project_may(boolean stream) {
        var caller = caller(stream ? "over-stream" : "over");
        var member = "\"stream\":" + stream;
        caller.post(RESPONSES, body("x", member));
        var over = caller.post(RESPONSES, body("x", member));
        var chat = caller.ask(Caller.body("m", Caller.stream(stream)));
        assertThat(over.statusCode()).as(over.body()).isEqualTo(200);
        var response = stream ? chunks(over).getLast().path("response") : json(over);
        var told = stream ? chunks(chat).getLast() : json(chat);
        assertThat(response.path("status").asText()).isEqualTo("completed");
        assertThat(response.path("service_tier")).isEqualTo(told.path("service_tier"));
        assertThat(header(over, "x-ratelimit-over-limit"))
                .isEqualTo(header(chat, "x-ratelimit-over-limit"))
                .isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void past_its_limit_a_call_is_a_429_where_the_project_may_not(boolean stream) {
        var caller = caller("hard");
        caller.post(RESPONSES, body("x"));
        var refused = caller.post(RESPONSES, body("x", "\"stream\":" + stream));
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("content-type").orElseThrow()).startsWith("application/json");
        assertThat(header(refused, "retry-after")).isNotEmpty();
        assertThat(json(refused).path("error").path("code").asText()).isEqualTo("rate_limit_exceeded");
    }
}
