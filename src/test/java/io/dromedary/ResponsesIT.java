package io.dromedary;

import static io.dromedary.testing.Caller.chunks;
import static io.dromedary.testing.Caller.json;
import static io.dromedary.testing.Caller.project;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.json.Json;
import io.dromedary.testing.Caller;
import io.dromedary.testing.ChatEvents;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.OpenAiUpstream;
import io.dromedary.testing.Script;
import io.dromedary.testing.ScriptedBackend;
import io.dromedary.testing.StreamClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Responses API over a backend that can chat and nothing else. */
@Timeout(120)
final class ResponsesIT {
    private static final String RESPONSES = "/v1/responses";
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
                        models:
                          m: { upstream: echo }
                        """.formatted(upstream.url()))
                .backend("dead", """
                        dialect: openai
                        url: %s/v1
                        models:
                          dead: { upstream: echo }
                        """.formatted(ScriptedBackend.nobody()))
                .backend("narrow", """
                        dialect: openai
                        url: %s/v1
                        models:
                          narrow: { upstream: echo, capabilities: { contextWindow: 100 } }
                        """.formatted(upstream.url()))
                .config("prompts/greeting.yaml", """
                        id: greeting
                        versions:
                          "1":
                            model: m
                            instructions: "Greet in {{language}}."
                            variables: { language: { type: text }, name: { type: text } }
                            input:
                              - { role: user, content: "I am {{name}}." }
                        """)
                .config("keys.yaml", Caller.keys(project("ours"), project("theirs")))
                .start();
        caller = Caller.of(gateway, "ours");
        stranger = Caller.of(gateway, "theirs");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
    }

    @BeforeEach
    void clear() {
        upstream.clear();
    }

    private static String body(String input, String... members) {
        return "{\"model\":\"m\",\"input\":" + input
                + Stream.of(members).map(member -> "," + member).reduce("", String::concat) + "}";
    }

    private static JsonNode ok(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer);
    }

    private static JsonNode create(String input, String... members) {
        return ok(caller.post(RESPONSES, body(input, members)));
    }

    private static JsonNode refused(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return json(answer).path("error");
    }

    private static String id(JsonNode object) {
        return object.path("id").asText();
    }

    private static String text(JsonNode response) {
        return response.path("output")
                .path(0)
                .path("content")
                .path(0)
                .path("text")
                .asText();
    }

    private static List<String> seen() {
        var said = new ArrayList<String>();
        for (var message : Json.object(upstream.received().getLast().body().getBytes(UTF_8))
                .path("messages")) {
            said.add(message.path("role").asText() + ": "
                    + message.path("content").asText());
        }
        return said;
    }

    @Test
    void a_response_is_whole_and_can_be_fetched_again() {
        var made = create("\"Hello big world\"", "\"metadata\":{\"a\":\"b\"}");
        assertThat(id(made)).matches("resp_[0-9a-f]{44}");
        assertThat(made.path("object").asText()).isEqualTo("response");
        assertThat(made.path("status").asText()).isEqualTo("completed");
        assertThat(made.path("model").asText()).isEqualTo("m");
        assertThat(text(made)).isEqualTo("Hello big world");
        assertThat(made.path("usage").path("total_tokens").asInt()).isEqualTo(6);
        assertThat(made.path("metadata").path("a").asText()).isEqualTo("b");
        assertThat(ok(caller.get(RESPONSES + "/" + id(made)))).isEqualTo(made);
    }

    @Test
    void a_chain_shows_the_model_what_was_said_and_not_the_instructions_of_before() {
        var first = create("\"one\"", "\"instructions\":\"Be brief.\"");
        assertThat(seen()).containsExactly("system: Be brief.", "user: one");
        var second = create("\"two\"", "\"previous_response_id\":\"" + id(first) + "\"");
        assertThat(seen()).containsExactly("user: one", "assistant: one", "user: two");
        assertThat(second.path("previous_response_id").asText()).isEqualTo(id(first));
        create("\"three\"", "\"previous_response_id\":\"" + id(second) + "\"");
        create("\"other\"", "\"previous_response_id\":\"" + id(first) + "\"");
        assertThat(seen()).as("a branch").containsExactly("user: one", "assistant: one", "user: other");
    }

    @Test
    void a_stream_has_named_events_without_a_gap_and_is_kept_as_it_was_sent() {
        var sent = caller.post(RESPONSES, body("\"Hello big world\"", "\"stream\":true"));
        assertThat(sent.headers().firstValue("content-type").orElseThrow()).startsWith("text/event-stream");
        assertThat(sent.body()).endsWith("data: [DONE]\n\n");
        var events = chunks(sent);
        assertThat(events.stream().map(event -> event.path("type").asText()))
                .containsExactly(
                        "response.created",
                        "response.in_progress",
                        "response.output_item.added",
                        "response.content_part.added",
                        "response.output_text.delta",
                        "response.output_text.delta",
                        "response.output_text.delta",
                        "response.output_text.done",
                        "response.content_part.done",
                        "response.output_item.done",
                        "response.completed");
        assertThat(events.stream().map(event -> event.path("sequence_number").asInt()))
                .containsExactlyElementsOf(
                        IntStream.range(0, events.size()).boxed().toList());
        assertThat(sent.body().lines().filter(line -> line.startsWith("event: ")))
                .containsExactlyElementsOf(events.stream()
                        .map(event -> "event: " + event.path("type").asText())
                        .toList());
        var response = events.getLast().path("response");
        assertThat(ok(caller.get(RESPONSES + "/" + id(response)))).isEqualTo(response);
        assertThat(caller.get(RESPONSES + "/" + id(response) + "?stream=true").body())
                .isEqualTo(sent.body());
        var rest = caller.get(RESPONSES + "/" + id(response) + "?stream=true&starting_after=7");
        assertThat(chunks(rest)).isEqualTo(events.subList(8, events.size()));
        assertThat(rest.body()).endsWith("data: [DONE]\n\n");
    }

    @Test
    void a_stream_can_be_followed_while_it_runs_and_goes_on_for_who_follows_it() throws Exception {
        upstream.next(Script.stream()
                .event(ChatEvents.text("one"))
                .pause(Duration.ofSeconds(2))
                .event(ChatEvents.text(" two"))
                .event(ChatEvents.finish("stop"))
                .event(ChatEvents.usage(1, 2))
                .event(ChatEvents.DONE));
        String id;
        String followed;
        try (var client = StreamClient.ask(caller, RESPONSES, body("\"x\"", "\"stream\":true"))) {
            var begun = client.readUpTo("\"delta\":\"one\"");
            id = begun.replaceAll("(?s).*?\"id\":\"(resp_[0-9a-f]+)\".*", "$1");
            try (var follower = StreamClient.get(caller, RESPONSES + "/" + id + "?stream=true")) {
                follower.readUpTo("\"delta\":\"one\"");
                client.reset();
                followed = follower.readUpTo("[DONE]");
            }
        }
        assertThat(followed).contains("\"delta\":\" two\"").contains("response.completed");
        assertThat(ok(caller.get(RESPONSES + "/" + id)).path("status").asText()).isEqualTo("completed");
    }

    @Test
    void a_stream_that_its_caller_leaves_is_kept_as_incomplete() throws Exception {
        upstream.next(Script.stream().event(ChatEvents.text("one")).stall());
        String id;
        try (var client = StreamClient.ask(caller, RESPONSES, body("\"x\"", "\"stream\":true"))) {
            id = client.readUpTo("\"delta\":\"one\"").replaceAll("(?s).*?\"id\":\"(resp_[0-9a-f]+)\".*", "$1");
            client.reset();
        }
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            var kept = ok(caller.get(RESPONSES + "/" + id));
            assertThat(kept.path("status").asText()).isEqualTo("incomplete");
            assertThat(text(kept)).isEqualTo("one");
        });
    }

    @Test
    void what_nobody_answers_is_kept_as_failed() {
        var error = refused(caller.post(RESPONSES, "{\"model\":\"dead\",\"input\":\"x\"}"), 502);
        assertThat(error.path("type").asText()).isEqualTo("server_error");
        var events = chunks(caller.post(RESPONSES, "{\"model\":\"dead\",\"input\":\"x\",\"stream\":true}"));
        assertThat(events.stream().map(event -> event.path("type").asText()))
                .containsExactly("response.created", "response.in_progress", "response.failed");
        var failed = events.getLast().path("response");
        assertThat(failed.path("error").path("code").asText()).isNotEmpty();
        assertThat(ok(caller.get(RESPONSES + "/" + id(failed)))).isEqualTo(failed);
    }

    @Test
    void a_stream_that_breaks_has_failed() {
        upstream.next(Script.stream().event(ChatEvents.text("one")).reset());
        var sent = caller.post(RESPONSES, body("\"x\"", "\"stream\":true"));
        var last = chunks(sent).getLast();
        assertThat(last.path("type").asText()).as(sent.body()).isEqualTo("response.failed");
        assertThat(sent.body()).endsWith("data: [DONE]\n\n");
        var kept = ok(caller.get(RESPONSES + "/" + id(last.path("response"))));
        assertThat(kept.path("status").asText()).isEqualTo("failed");
        assertThat(text(kept)).isEqualTo("one");
    }

    @Test
    void what_is_not_to_be_kept_is_not() {
        var made = create("\"x\"", "\"store\":false");
        assertThat(made.path("store").asBoolean()).isFalse();
        assertThat(refused(caller.get(RESPONSES + "/" + id(made)), 404)
                        .path("code")
                        .asText())
                .isEqualTo("response_not_found");
        var error =
                refused(caller.post(RESPONSES, body("\"y\"", "\"previous_response_id\":\"" + id(made) + "\"")), 404);
        assertThat(error.path("code").asText()).isEqualTo("previous_response_not_found");
        assertThat(error.path("param").asText()).isEqualTo("previous_response_id");
    }

    @Test
    void what_is_deleted_is_gone_with_all_that_continues_it() {
        var first = create("\"one\"");
        var second = create("\"two\"", "\"previous_response_id\":\"" + id(first) + "\"");
        var deleted = ok(caller.delete(RESPONSES + "/" + id(first)));
        assertThat(deleted.toString())
                .isEqualTo("{\"id\":\"" + id(first) + "\",\"object\":\"response\",\"deleted\":true}");
        refused(caller.delete(RESPONSES + "/" + id(first)), 404);
        refused(caller.get(RESPONSES + "/" + id(first)), 404);
        ok(caller.get(RESPONSES + "/" + id(second)));
        refused(caller.post(RESPONSES, body("\"x\"", "\"previous_response_id\":\"" + id(second) + "\"")), 404);
    }

    @Test
    void input_items_are_paged() {
        var made = create("[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":\"b\"},"
                + "{\"role\":\"user\",\"content\":\"c\"}]");
        var path = RESPONSES + "/" + id(made) + "/input_items";
        var all = ok(caller.get(path + "?order=asc"));
        assertThat(all.path("data").findValuesAsText("role")).containsExactly("user", "assistant", "user");
        assertThat(all.path("data").findValuesAsText("id"))
                .doesNotHaveDuplicates()
                .doesNotContain("");
        assertThat(all.path("has_more").asBoolean()).isFalse();
        var page = ok(caller.get(path + "?limit=2"));
        assertThat(page.path("has_more").asBoolean()).isTrue();
        assertThat(page.path("first_id")).isEqualTo(all.path("data").path(2).path("id"));
        var rest = ok(caller.get(path + "?limit=2&after=" + page.path("last_id").asText()));
        assertThat(rest.path("data")).hasSize(1);
        assertThat(refused(caller.get(path + "?limit=0"), 400).path("param").asText())
                .isEqualTo("limit");
        assertThat(refused(caller.get(path + "?order=x"), 400).path("param").asText())
                .isEqualTo("order");
        assertThat(refused(caller.get(path + "?after=x"), 400).path("param").asText())
                .isEqualTo("after");
    }

    @Test
    void a_tool_call_goes_out_and_its_output_comes_back() {
        var tools = "\"tools\":[{\"type\":\"function\",\"name\":\"weather\",\"parameters\":{\"type\":\"object\"}}]";
        var made = create("\"Oslo\"", tools);
        var call = made.path("output").path(0);
        assertThat(call.path("type").asText()).isEqualTo("function_call");
        var callId = call.path("call_id").asText();
        var output = "[{\"type\":\"function_call_output\",\"call_id\":\"%s\",\"output\":\"rain\"}]";
        var previous = "\"previous_response_id\":\"" + id(made) + "\"";
        assertThat(text(create(output.formatted(callId), previous, tools))).isEqualTo("rain");
        var before = upstream.received().size();
        var error = refused(caller.post(RESPONSES, body(output.formatted("call_unknown"), previous)), 400);
        assertThat(error.path("param").asText()).isEqualTo("input[0].call_id");
        assertThat(upstream.received()).as("no backend was asked").hasSize(before);
    }

    @Test
    void a_reference_stands_for_its_item() {
        var made = create("\"one\"");
        var said = made.path("output").path(0).path("id").asText();
        create("[{\"type\":\"item_reference\",\"id\":\"" + said + "\"},{\"role\":\"user\",\"content\":\"two\"}]");
        assertThat(seen()).containsExactly("assistant: one", "user: two");
        var reference = body("[{\"type\":\"item_reference\",\"id\":\"%s\"}]");
        var unknown = refused(caller.post(RESPONSES, reference.formatted("msg_x")), 404);
        assertThat(unknown.path("param").asText()).isEqualTo("input[0].id");
        var foreign = refused(stranger.post(RESPONSES, reference.formatted(said)), 404);
        assertThat(foreign.path("param").asText()).isEqualTo("input[0].id");
    }

    @Test
    void a_conversation_grows_by_what_is_said_in_it() {
        var conversation = ok(caller.post(
                "/v1/conversations",
                "{\"items\":[{\"role\":\"user\",\"content\":\"first\"}],\"metadata\":{\"k\":\"v\"}}"));
        var in = "\"conversation\":\"" + id(conversation) + "\"";
        var made = create("\"one\"", in);
        assertThat(made.path("conversation").path("id").asText()).isEqualTo(id(conversation));
        assertThat(seen()).containsExactly("user: first", "user: one");
        ok(caller.post(RESPONSES, body("\"two\"", in)));
        assertThat(seen()).containsExactly("user: first", "user: one", "assistant: one", "user: two");
        var items = ok(caller.get("/v1/conversations/" + id(conversation) + "/items?order=asc"));
        assertThat(items.path("data").findValuesAsText("role"))
                .containsExactly("user", "user", "assistant", "user", "assistant");
        var error = refused(caller.post(RESPONSES, body("\"x\"", "\"conversation\":\"conv_unknown\"")), 404);
        assertThat(error.path("param").asText()).isEqualTo("conversation");
        refused(caller.post(RESPONSES, body("\"x\"", in, "\"store\":false")), 400);
    }

    @Test
    void a_compaction_is_sealed_and_is_taken_back() {
        upstream.next(Script.json(200, """
                {"id":"c","object":"chat.completion","created":1,"model":"echo","choices":[{"index":0,"message":\
                {"role":"assistant","content":"They like tea."},"finish_reason":"stop"}],%s}""".formatted(ChatEvents.usageMember(9, 4))));
        var compact = ok(caller.post(RESPONSES + "/compact", body("\"I like tea\"")));
        assertThat(compact.path("object").asText()).isEqualTo("response.compaction");
        assertThat(compact.path("usage").path("output_tokens").asInt()).isEqualTo(4);
        var items = compact.path("output");
        var item = items.path(items.size() - 1);
        assertThat(item.path("type").asText()).isEqualTo("compaction");
        assertThat(item.path("encrypted_content").asText()).doesNotContain("tea");
        create("[" + item + ",{\"role\":\"user\",\"content\":\"go on\"}]");
        assertThat(seen().getFirst()).contains("They like tea.");
        var tampered = item.toString().replaceFirst("(\"encrypted_content\":\"..........)(.)", "$1_$2");
        var error = refused(caller.post(RESPONSES, body("[" + tampered + "]")), 400);
        assertThat(error.path("param").asText()).isEqualTo("input[0].encrypted_content");
        refused(stranger.post(RESPONSES, body("[" + item + "]")), 400);
    }

    @Test
    void input_tokens_are_counted_without_a_backend() {
        var asked = upstream.received().size();
        var count = ok(caller.post(RESPONSES + "/input_tokens", body("\"Hello big world, and all the rest of it\"")));
        assertThat(count.path("object").asText()).isEqualTo("response.input_tokens");
        assertThat(count.path("input_tokens").asInt()).isPositive();
        assertThat(upstream.received()).hasSize(asked);
        var unknown = refused(caller.post(RESPONSES + "/input_tokens", "{\"model\":\"none\",\"input\":\"x\"}"), 404);
        assertThat(unknown.path("code").asText()).isEqualTo("model_not_found");
    }

    @Test
    void what_does_not_fit_is_left_out_oldest_first_where_the_caller_says_so() {
        @Nullable String previous = null;
        for (var turn = 0; turn < 4; turn++) {
            var chain = previous == null ? "\"store\":true" : "\"previous_response_id\":\"" + previous + "\"";
            previous = id(create("\"turn " + turn + " " + "x".repeat(60) + "\"", chain));
        }
        var last = "{\"model\":\"narrow\",\"truncation\":\"auto\",\"input\":\"last\",\"previous_response_id\":\""
                + previous + "\"}";
        ok(caller.post(RESPONSES, last));
        assertThat(seen()).hasSizeBetween(2, 6).last().isEqualTo("user: last");
        assertThat(String.join("", seen())).doesNotContain("turn 0").contains("turn 3");
    }

    @Test
    void a_prompt_template_is_filled() {
        ok(caller.post(
                RESPONSES,
                "{\"prompt\":{\"id\":\"greeting\",\"variables\":{\"language\":\"French\",\"name\":\"Ann\"}}}"));
        assertThat(seen()).containsExactly("system: Greet in French.", "user: I am Ann.");
        var error = refused(
                caller.post(RESPONSES, "{\"prompt\":{\"id\":\"greeting\",\"variables\":{\"language\":\"x\"}}}"), 400);
        assertThat(error.path("param").asText()).isEqualTo("prompt.variables.name");
    }

    static Stream<String> operations() {
        return Stream.of(
                "GET " + RESPONSES + "/%s",
                "GET " + RESPONSES + "/%s?stream=true",
                "DELETE " + RESPONSES + "/%s",
                "POST " + RESPONSES + "/%s/cancel",
                "GET " + RESPONSES + "/%s/input_items");
    }

    @ParameterizedTest
    @MethodSource("operations")
    void a_foreign_id_and_an_unknown_one_cannot_be_told_apart(String operation) {
        var id = id(create("\"secret\"", "\"stream\":false"));
        var unknown = "resp_" + "0".repeat(32);
        var foreign = operate(stranger, operation, id);
        assertThat(foreign.statusCode()).isEqualTo(404);
        assertThat(foreign.body())
                .isEqualTo(operate(caller, operation, unknown).body().replace(unknown, id));
    }

    private static HttpResponse<String> operate(Caller who, String operation, String id) {
        var words = operation.formatted(id).split(" ", 2);
        return switch (words[0]) {
            case "GET" -> who.get(words[1]);
            case "DELETE" -> who.delete(words[1]);
            default -> who.post(words[1], "");
        };
    }

    @Test
    void only_what_runs_in_the_background_can_be_cancelled() {
        var error = refused(caller.post(RESPONSES + "/" + id(create("\"x\"")) + "/cancel", ""), 400);
        assertThat(error.path("message").asText()).startsWith("Cannot cancel a synchronous response.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"input\":\"x\"}|model",
                "{\"model\":\"m\"}|input",
                "{\"model\":\"m\",\"input\":[{\"type\":\"nothing\"}]}|input[0].type",
                "{\"model\":\"m\",\"input\":\"x\",\"background\":true,\"store\":false}|background",
                "{\"model\":\"m\",\"input\":\"x\",\"tools\":[{\"type\":\"web_search\"}]}|tools[0].type",
                "{\"model\":\"m\",\"input\":\"x\",\"metadata\":{\"a\":1}}|metadata.a",
                "{\"model\":\"m\",\"input\":\"x\",\"top_logprobs\":21}|top_logprobs",
            })
    void what_is_wrong_is_named(String row) {
        var parts = row.split("\\|");
        var error = refused(caller.post(RESPONSES, parts[0]), 400);
        assertThat(error.path("param").asText()).isEqualTo(parts[1]);
        assertThat(error.path("type").asText()).isEqualTo("invalid_request_error");
    }
}
