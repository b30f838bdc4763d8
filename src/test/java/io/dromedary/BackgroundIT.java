package io.dromedary;

import static io.dromedary.testing.Caller.chunks;
import static io.dromedary.testing.Caller.json;
import static io.dromedary.testing.Caller.project;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.testing.Caller;
import io.dromedary.testing.ChatEvents;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.OpenAiUpstream;
import io.dromedary.testing.Received;
import io.dromedary.testing.Script;
import io.dromedary.testing.ScriptedBackend;
import io.dromedary.testing.StreamClient;
import io.dromedary.testing.StreamJudge;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Responses that are made while nobody waits, over one gateway. */
@Timeout(180)
final class BackgroundIT {
    private static final String RESPONSES = "/v1/responses";
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String DONE = "data: [DONE]\n\n";
    private static final ScriptedBackend upstream = ScriptedBackend.start(new OpenAiUpstream());
    private static GatewayProcess gateway;
    private static Caller caller;
    private static Caller stranger;

    @BeforeAll
    static void start() throws Exception {
        gateway = GatewayProcess.with()
                .backend("upstream", """
                        dialect: openai
                        url: %s/v1
                        retry: { attempts: 1 }
                        breaker: { minimumCalls: 1000 }
                        models:
                          m: { upstream: echo }
                        """.formatted(upstream.url()))
                .backend("tight", """
                        dialect: openai
                        url: %s/v1
                        retry: { attempts: 1 }
                        breaker: { minimumCalls: 1000 }
                        concurrency: 1
                        models:
                          tight: { upstream: echo }
                        """.formatted(upstream.url()))
                .config("keys.yaml", Caller.keys(project("ours"), project("theirs")))
                .config("gateway.yaml", "jobs: { tiers: { background: flex } }\n")
                .start();
        caller = Caller.of(gateway, "ours");
        stranger = Caller.of(gateway, "theirs");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
    }

    /** Requests that had come before this test. */
    private int before;

    @BeforeEach
    void clear() {
        upstream.clear();
        before = upstream.received().size();
    }

    private int asked() {
        return upstream.received().size() - before;
    }

    private Received asked(int count) throws InterruptedException {
        return upstream.await(before + count, SOON);
    }

    private static String body(String input, String... members) {
        return body("m", input, members);
    }

    private static String body(String model, String input, String[] members) {
        return "{\"model\":\"" + model + "\",\"background\":true,\"input\":\"" + input + "\""
                + Stream.of(members).map(member -> "," + member).reduce("", String::concat) + "}";
    }

    private static JsonNode ok(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer);
    }

    private static JsonNode refused(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return json(answer).path("error");
    }

    private static String begin(String body) {
        var queued = ok(caller.post(RESPONSES, body));
        assertThat(queued.path("status").asText()).isEqualTo("queued");
        assertThat(queued.path("background").asBoolean()).isTrue();
        assertThat(queued.path("output")).isEmpty();
        return queued.path("id").asText();
    }

    private static JsonNode found(String id) {
        return ok(caller.get(RESPONSES + "/" + id));
    }

    private static String status(String id) {
        return found(id).path("status").asText();
    }

    private static JsonNode ended(String id, String status) {
        await().atMost(SOON).until(() -> !List.of("queued", "in_progress").contains(status(id)));
        var response = found(id);
        assertThat(response.path("status").asText()).as(response.toString()).isEqualTo(status);
        return response;
    }

    private static String text(JsonNode response) {
        var text = new StringBuilder();
        response.path("output")
                .forEach(item -> text.append(item.at("/content/0/text").asText()));
        return text.toString();
    }

    private static JsonNode judged(String stream) {
        assertThat(stream).endsWith(DONE);
        var events = new ArrayList<ObjectNode>();
        chunks(stream).forEach(event -> events.add((ObjectNode) event));
        return StreamJudge.judgeBackground(events);
    }

    private static String played(String id) {
        return caller.get(RESPONSES + "/" + id + "?stream=true").body();
    }

    private static Script slowly(String... words) {
        var script = Script.stream().event(ChatEvents.role());
        for (var word : words) {
            script = script.event(ChatEvents.text(word)).pause(Duration.ofMillis(400));
        }
        return script.event(ChatEvents.finish("stop"))
                .event(ChatEvents.usage(3, words.length))
                .event(ChatEvents.DONE);
    }

    private static Script untilLeft(String word) {
        return Script.stream()
                .event(ChatEvents.role())
                .event(ChatEvents.text(word))
                .stall();
    }

    @Test
    void a_response_is_queued_at_once_and_polled_until_it_is_there() throws Exception {
        upstream.next(slowly("one", " two"));
        var id = begin(body("hello", "\"metadata\":{\"a\":\"b\"}"));
        await().atMost(SOON).until(() -> status(id).equals("in_progress"));
        assertThat(asked(1).json().path("service_tier").asText())
                .as("the tier of work that says none")
                .isEqualTo("flex");
        var response = ended(id, "completed");
        assertThat(text(response)).isEqualTo("one two");
        assertThat(response.path("metadata").path("a").asText()).isEqualTo("b");
        assertThat(response.at("/usage/total_tokens").asInt()).isPositive();
        assertThat(response.path("completed_at").asLong())
                .isGreaterThanOrEqualTo(response.path("created_at").asLong());
        assertThat(judged(played(id))).isEqualTo(response);
        var items = ok(caller.get(RESPONSES + "/" + id + "/input_items"));
        assertThat(items.at("/data/0/content/0/text").asText()).isEqualTo("hello");
        refused(stranger.get(RESPONSES + "/" + id), 404);
        refused(stranger.post(RESPONSES + "/" + id + "/cancel", ""), 404);
        refused(stranger.get(RESPONSES + "/" + id + "?stream=true"), 404);
    }

    @Test
    void a_stream_that_is_asked_for_is_followed_and_can_be_followed_again_from_anywhere() throws Exception {
        upstream.next(slowly("one", " two", " three"));
        String head;
        try (var client = StreamClient.ask(caller, RESPONSES, body("x", "\"stream\":true"))) {
            head = client.readUpTo("\"delta\":\"one\"");
            client.reset();
        }
        assertThat(head).containsSubsequence("response.created", "response.queued", "response.in_progress");
        var id = head.replaceAll("(?s).*?\"id\":\"(resp_[0-9a-f]+)\".*", "$1");
        String rest;
        try (var client = StreamClient.get(caller, RESPONSES + "/" + id + "?stream=true&starting_after=4")) {
            rest = client.readBody(DONE);
        }
        var response = ended(id, "completed");
        assertThat(text(response)).isEqualTo("one two three");
        var all = played(id);
        assertThat(judged(all)).isEqualTo(response);
        assertThat(chunks(rest)).isEqualTo(chunks(all).subList(5, chunks(all).size()));
        var whole = caller.post(RESPONSES, body("hello there", "\"stream\":true"));
        assertThat(text(judged(whole.body()))).isEqualTo("hello there");
    }

    @Test
    void a_model_that_is_not_there_is_told_at_once_and_so_is_what_cannot_be_kept() {
        assertThat(refused(caller.post(RESPONSES, body("none", "x", new String[0])), 404)
                        .path("code")
                        .asText())
                .isEqualTo("model_not_found");
        assertThat(refused(caller.post(RESPONSES, body("x", "\"store\":false")), 400)
                        .path("param")
                        .asText())
                .isEqualTo("background");
        assertThat(refused(caller.post(RESPONSES, body("x", "\"previous_response_id\":\"resp_none\"")), 404)
                        .path("param")
                        .asText())
                .isEqualTo("previous_response_id");
        assertThat(asked()).isZero();
    }

    @Test
    void one_that_is_made_is_cancelled_with_what_there_is_of_it() throws Exception {
        upstream.next(untilLeft("half"));
        var id = begin(body("x"));
        String stream;
        try (var follower = StreamClient.get(caller, RESPONSES + "/" + id + "?stream=true")) {
            var begun = follower.readUpTo("\"delta\":\"half\"");
            assertThat(begun).contains("response.in_progress");
            var cancelled = ok(caller.post(RESPONSES + "/" + id + "/cancel", ""));
            assertThat(cancelled.path("status").asText()).isEqualTo("cancelled");
            assertThat(text(cancelled)).isEqualTo("half");
            assertThat(asked(1).awaitCancelled(SOON)).isTrue();
            assertThat(follower.readUpTo("[DONE]")).contains("event: response.incomplete");
            assertThat(ok(caller.post(RESPONSES + "/" + id + "/cancel", ""))).isEqualTo(cancelled);
            assertThat(found(id)).isEqualTo(cancelled);
            stream = played(id);
            assertThat(judged(stream)).isEqualTo(cancelled);
        }
    }

    @Test
    void one_that_waits_is_cancelled_and_never_made() throws Exception {
        upstream.next(untilLeft("holds"));
        var first = begin(body("tight", "x", new String[0]));
        asked(1);
        var second = begin(body("tight", "y", new String[0]));
        var cancelled = ok(caller.post(RESPONSES + "/" + second + "/cancel", ""));
        assertThat(cancelled.path("status").asText()).isEqualTo("cancelled");
        assertThat(cancelled.path("output")).isEmpty();
        assertThat(judged(played(second))).isEqualTo(cancelled);
        ok(caller.post(RESPONSES + "/" + first + "/cancel", ""));
        assertThat(asked()).isEqualTo(1);
    }

    @Test
    void one_that_finds_no_room_waits_for_it() throws Exception {
        upstream.next(untilLeft("holds"));
        var first = begin(body("tight", "x", new String[0]));
        asked(1);
        var second = begin(body("tight", "and then me", new String[0]));
        assertThat(status(second)).isEqualTo("queued");
        ok(caller.post(RESPONSES + "/" + first + "/cancel", ""));
        assertThat(text(ended(second, "completed"))).isEqualTo("and then me");
    }

    @Test
    void what_has_ended_stays_so_when_it_is_cancelled_and_what_somebody_waited_for_cannot_be() {
        var id = begin(body("hello"));
        var response = ended(id, "completed");
        assertThat(ok(caller.post(RESPONSES + "/" + id + "/cancel", ""))).isEqualTo(response);
        var waited = ok(caller.post(RESPONSES, "{\"model\":\"m\",\"input\":\"x\"}"));
        refused(caller.post(RESPONSES + "/" + waited.path("id").asText() + "/cancel", ""), 400);
    }

    @Test
    void one_that_is_deleted_while_it_is_made_is_stopped_and_gone() throws Exception {
        upstream.next(untilLeft("gone"));
        var id = begin(body("x"));
        var received = asked(1);
        ok(caller.delete(RESPONSES + "/" + id));
        refused(caller.get(RESPONSES + "/" + id), 404);
        refused(caller.get(RESPONSES + "/" + id + "?stream=true"), 404);
        assertThat(received.awaitCancelled(SOON)).isTrue();
        refused(caller.post(RESPONSES + "/" + id + "/cancel", ""), 404);
    }

    @Test
    void a_backend_that_fails_is_asked_once_more_and_then_the_response_has_failed() {
        var error = Script.json(500, "{\"error\":{\"message\":\"broken\",\"type\":\"server_error\"}}");
        upstream.next(error);
        var saved = begin(body("saved by the second"));
        assertThat(text(ended(saved, "completed"))).isEqualTo("saved by the second");
        upstream.next(error, error);
        var failed = ended(begin(body("x")), "failed");
        assertThat(failed.at("/error/code").asText()).isEqualTo("server_error");
        assertThat(judged(played(failed.path("id").asText()))).isEqualTo(failed);
    }

    @Test
    void an_answer_that_breaks_off_is_made_again_in_the_same_stream() {
        upstream.next(Script.stream()
                .event(ChatEvents.role())
                .event(ChatEvents.text("half"))
                .reset());
        var id = begin(body("whole answer"));
        var response = ended(id, "completed");
        assertThat(text(response)).isEqualTo("whole answer");
        var stream = played(id);
        assertThat(stream).contains("half");
        assertThat(judged(stream)).isEqualTo(response);
    }

    @Test
    void what_a_backend_refuses_has_failed_at_once() {
        upstream.next(Script.json(
                400, "{\"error\":{\"message\":\"too odd\",\"type\":\"invalid_request_error\",\"code\":null}}"));
        var failed = ended(begin(body("x")), "failed");
        assertThat(failed.at("/error/code").asText()).isEqualTo("invalid_prompt");
        assertThat(failed.at("/error/message").asText()).contains("too odd");
        assertThat(asked()).isEqualTo(1);
    }

    @Test
    void what_continues_it_waits_until_it_has_ended() {
        upstream.next(slowly("one", " two"));
        var id = begin(body("x"));
        var next = "{\"model\":\"m\",\"input\":\"and\",\"previous_response_id\":\"" + id + "\"}";
        refused(caller.post(RESPONSES, next), 404);
        ended(id, "completed");
        ok(caller.post(RESPONSES, next));
        var chained = begin(body("more", "\"previous_response_id\":\"" + id + "\""));
        ended(chained, "completed");
        var said = new ArrayList<String>();
        upstream.received()
                .getLast()
                .json()
                .path("messages")
                .forEach(message -> said.add(message.path("content").asText()));
        assertThat(said).containsExactly("x", "one two", "more");
    }

    @Test
    void a_conversation_has_its_turn_once() {
        var conversation = ok(caller.post("/v1/conversations", "{}")).path("id").asText();
        ended(begin(body("hello", "\"conversation\":\"" + conversation + "\"")), "completed");
        var items = ok(caller.get("/v1/conversations/" + conversation + "/items?order=asc"));
        assertThat(items.path("data").findValuesAsText("role")).containsExactly("user", "assistant");
    }

    @Test
    void a_call_of_the_gateways_own_is_in_the_access_log_under_the_id_of_its_response() {
        var id = begin(body("hello"));
        ended(id, "completed");
        await().atMost(SOON)
                .until(() -> gateway.log().stream()
                        .anyMatch(line ->
                                line.contains("\"request_id\":\"" + id + "\"") && line.contains("\"inner\":true")));
    }

    @Test
    void no_call_is_left_of_what_has_ended() {
        for (var i = 0; i < 20; i++) {
            ended(begin(body("hello " + i)), "completed");
        }
        var management = new Caller(gateway.managementUrl(), "none");
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(management.get("/observe/metrics").body())
                                .containsPattern("(?m)^dromedary_calls_in_flight(\\{\\})? 0"));
    }
}
