package io.dromedary;

import static io.dromedary.testing.Caller.chunks;
import static io.dromedary.testing.Caller.json;
import static io.dromedary.testing.Caller.project;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.dromedary.api.json.Json;
import io.dromedary.testing.Caller;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.OpenAiUpstream;
import io.dromedary.testing.Received;
import io.dromedary.testing.Script;
import io.dromedary.testing.ScriptedBackend;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Responses API over a backend that speaks it, alone and in a failover group with one that chats. */
@Timeout(120)
final class NativeResponsesIT {
    private static final String RESPONSES = "/v1/responses";
    private static final String SEARCH = "\"tools\":[{\"type\":\"web_search\",\"search_context_size\":\"low\"}]";

    private static final String REASONING = "{\"type\":\"reasoning\",\"id\":\"rs_theirs\",\"summary\":"
            + "[{\"type\":\"summary_text\",\"text\":\"Let me see.\"}],\"encrypted_content\":\"gAAA\"}";
    private static final String CALL = "{\"type\":\"web_search_call\",\"id\":\"ws_%s\",\"status\":\"%s\",\"action\":"
            + "{\"type\":\"search\",\"query\":\"q\"}}";
    private static final String MESSAGE = "{\"type\":\"message\",\"id\":\"msg_theirs\",\"role\":\"assistant\","
            + "\"status\":\"completed\",\"phase\":\"final_answer\",\"content\":[{\"type\":\"output_text\",\"text\":\"Ann"
            + " won.\",\"annotations\":[{\"type\":\"url_citation\",\"start_index\":0,\"end_index\":3,\"url\":"
            + "\"https://example.com\",\"title\":\"T\"}],\"logprobs\":[]}]}";

    private static final ScriptedBackend nativeOne = ScriptedBackend.start(NativeResponsesIT::answer);
    private static final ScriptedBackend chatOne = ScriptedBackend.start(new OpenAiUpstream());
    private static GatewayProcess gateway;
    private static Caller caller;

    @BeforeAll
    static void start() throws Exception {
        var models = "  %s: { upstream: echo, priority: %d }%n";
        gateway = GatewayProcess.with()
                .backend(
                        "native",
                        backend(nativeOne.url(), true)
                                + Stream.of("alone", "both", "ill", "broken")
                                        .map(name -> models.formatted(name, 1))
                                        .reduce("", String::concat))
                .backend(
                        "chat",
                        backend(chatOne.url(), false)
                                + Stream.of("both", "ill", "broken", "bereft", "chats", "falls")
                                        .map(name -> models.formatted(name, 2))
                                        .reduce("", String::concat)
                                + "  poor: { upstream: echo, capabilities: { reasoningEffort: false, jsonSchema: false } }\n")
                .backend("dead", backend(ScriptedBackend.nobody(), true) + models.formatted("bereft", 1))
                .config("models.yaml", "models:\n  falls: { fallback: [alone] }\n")
                .config("keys.yaml", Caller.keys(project("ours"), project("chatters", "models: [chats, falls]")))
                .start();
        caller = Caller.of(gateway, "ours");
    }

    private static String backend(String url, boolean speaksResponses) {
        return "dialect: openai%nurl: %s/v1%nretry: { attempts: 1 }%n%smodels:%n"
                .formatted(url, speaksResponses ? "api: responses\n" : "");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        nativeOne.close();
        chatOne.close();
    }

    @BeforeEach
    void clear() {
        nativeOne.clear();
        chatOne.clear();
        nativeOne.received().clear();
        chatOne.received().clear();
    }

    // the upstream

    /** Thinks, and then searches where it may, and speaks. */
    private static Script answer(Received received) {
        var request = received.json();
        var number = request.path("input").size();
        var call = CALL.formatted(number, "completed");
        var searches = request.path("tools").findValuesAsText("type").contains("web_search");
        var output = Stream.of(REASONING, searches ? call : "", MESSAGE)
                .filter(item -> !item.isEmpty())
                .toList();
        if (!request.path("stream").asBoolean()) {
            return Script.json(200, response("completed", output));
        }
        var script = Script.stream("{\"type\":\"response.created\",\"sequence_number\":0,\"response\":"
                + response("in_progress", List.of()) + "}");
        script = script.event(item("added", 0, "{\"type\":\"reasoning\",\"id\":\"rs_theirs\",\"summary\":[]}"))
                .event("{\"type\":\"response.reasoning_summary_text.delta\",\"item_id\":\"rs_theirs\","
                        + "\"output_index\":0,\"summary_index\":0,\"delta\":\"Let me see.\"}")
                .event(item("done", 0, REASONING));
        if (searches) {
            script = script.event(item("added", 1, CALL.formatted(number, "in_progress")))
                    .event("{\"type\":\"response.web_search_call.searching\",\"output_index\":1,\"item_id\":\"ws_"
                            + number + "\"}")
                    .event(item("done", 1, call));
        }
        var last = output.size() - 1;
        return script.event(item(
                        "added",
                        last,
                        "{\"type\":\"message\",\"id\":\"msg_theirs\",\"role\":\"assistant\"," + "\"content\":[]}"))
                .event("{\"type\":\"response.output_text.delta\",\"item_id\":\"msg_theirs\",\"output_index\":" + last
                        + ",\"content_index\":0,\"delta\":\"Ann won.\"}")
                .event(item("done", last, MESSAGE))
                .event("{\"type\":\"response.completed\",\"response\":" + response("completed", output) + "}");
    }

    private static String item(String what, int index, String item) {
        return "{\"type\":\"response.output_item." + what + "\",\"output_index\":" + index + ",\"item\":" + item + "}";
    }

    private static String response(String status, List<String> output) {
        return "{\"id\":\"resp_theirs\",\"object\":\"response\",\"created_at\":1700000000,\"status\":\"" + status
                + "\",\"error\":null,\"incomplete_details\":null,\"model\":\"up\",\"output\":["
                + String.join(",", output) + "],\"usage\":"
                + (output.isEmpty()
                        ? "null"
                        : "{\"input_tokens\":5,\"input_tokens_details\":{\"cached_tokens\":2},\"output_tokens\":7,"
                                + "\"output_tokens_details\":{\"reasoning_tokens\":4},\"total_tokens\":12}")
                + "}";
    }

    // what is asked, and what comes of it

    private static String body(String model, String input, String... members) {
        return "{\"model\":\"" + model + "\",\"input\":" + input
                + Stream.of(members).map(member -> "," + member).reduce("", String::concat) + "}";
    }

    private static JsonNode ok(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer);
    }

    private static JsonNode create(String model, String input, String... members) {
        return ok(caller.post(RESPONSES, body(model, input, members)));
    }

    private static JsonNode refused(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return json(answer).path("error");
    }

    private static String previous(JsonNode response) {
        return "\"previous_response_id\":\"" + response.path("id").asText() + "\"";
    }

    private static List<String> types(JsonNode items) {
        return StreamSupport.stream(items.spliterator(), false)
                .map(item -> item.path("type").asText())
                .toList();
    }

    private static List<String> chatted() {
        var messages = chatOne.received().getLast().json().path("messages");
        return StreamSupport.stream(messages.spliterator(), false)
                .map(message -> message.path("role").asText() + ": "
                        + message.path("content").asText())
                .toList();
    }

    private static JsonNode tree(String json) {
        return Json.object(json.getBytes(UTF_8));
    }

    private static void is_what_was_said(JsonNode response, String search) {
        var output = response.path("output");
        var own = response.path("id").asText().replace("resp_", "") + "r";
        assertThat(types(output)).containsExactly("reasoning", "web_search_call", "message");
        assertThat(output.path(0).path("id").asText()).startsWith("rs_" + own);
        assertThat(output.path(0).path("encrypted_content").asText()).isEqualTo("gAAA");
        assertThat(output.path(0).at("/summary/0/text").asText()).isEqualTo("Let me see.");
        assertThat(output.path(0).path("content")).isEmpty();
        assertThat(output.path(1)).isEqualTo(tree(CALL.formatted(search, "completed")));
        assertThat(output.path(2).path("id").asText()).startsWith("msg_" + own);
        assertThat(output.path(2).path("phase").asText()).isEqualTo("final_answer");
        assertThat(output.path(2).at("/content/0/text").asText()).isEqualTo("Ann won.");
        assertThat(output.path(2).at("/content/0/annotations/0/url").asText()).isEqualTo("https://example.com");
        assertThat(response.path("status").asText()).isEqualTo("completed");
        assertThat(response.path("usage").path("total_tokens").asInt()).isEqualTo(12);
        assertThat(response.toString()).doesNotContain("theirs");
    }

    private static void nothing_is_kept_there() {
        assertThat(nativeOne.received()).isNotEmpty().allSatisfy(received -> {
            assertThat(received.path()).isEqualTo("/v1/responses");
            assertThat(received.json().path("store").isBoolean()).isTrue();
            assertThat(received.json().path("store").asBoolean()).isFalse();
            assertThat(received.json().has("previous_response_id")).isFalse();
            assertThat(received.json().has("conversation")).isFalse();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"alone", "both", "falls"})
    void a_whole_response_has_all_that_the_backend_said_in_its_order(String model) {
        var made = create(model, "\"Who won?\"", SEARCH);

        is_what_was_said(made, "1");
        assertThat(made.path("tools")).isEqualTo(tree("{" + SEARCH + "}").path("tools"));
        assertThat(ok(caller.get(RESPONSES + "/" + made.path("id").asText()))).isEqualTo(made);
        nothing_is_kept_there();
        var sent = nativeOne.received().getLast().json();
        assertThat(sent.path("model").asText()).isEqualTo("echo");
        assertThat(sent.path("tools")).isEqualTo(made.path("tools"));
        assertThat(sent.path("include").path(0).asText()).isEqualTo("reasoning.encrypted_content");
        assertThat(chatOne.received()).isEmpty();
    }

    @Test
    void a_streamed_response_has_it_too_by_events_that_every_client_knows() {
        var sent = caller.post(RESPONSES, body("both", "\"Who won?\"", SEARCH, "\"stream\":true"));

        var events = chunks(sent);
        assertThat(types(Json.MAPPER.createArrayNode().addAll(events)))
                .containsExactly(
                        "response.created",
                        "response.in_progress",
                        "response.output_item.added",
                        "response.reasoning_summary_part.added",
                        "response.reasoning_summary_text.delta",
                        "response.reasoning_summary_text.done",
                        "response.reasoning_summary_part.done",
                        "response.output_item.done",
                        "response.output_item.added",
                        "response.output_item.done",
                        "response.output_item.added",
                        "response.content_part.added",
                        "response.output_text.delta",
                        "response.output_text.annotation.added",
                        "response.output_text.done",
                        "response.content_part.done",
                        "response.output_item.done",
                        "response.completed");
        assertThat(events.get(8).path("item")).isEqualTo(tree(CALL.formatted("1", "in_progress")));
        assertThat(sent.body()).endsWith("data: [DONE]\n\n").doesNotContain("theirs");
        var response = events.getLast().path("response");
        is_what_was_said(response, "1");
        assertThat(ok(caller.get(RESPONSES + "/" + response.path("id").asText())))
                .isEqualTo(response);
        nothing_is_kept_there();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void the_next_turn_takes_all_of_it_along_in_order(boolean stored) {
        var first = create("both", "\"Who won?\"", SEARCH, "\"instructions\":\"Be brief.\"", "\"store\":" + stored);
        nativeOne.received().clear();

        if (stored) {
            create("both", "\"Sure?\"", SEARCH, previous(first));
        } else {
            var replayed = Json.MAPPER.createArrayNode();
            replayed.add(tree("{\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"Who won?\"}]}"));
            replayed.addAll((ArrayNode) first.path("output"));
            replayed.add(tree("{\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"Sure?\"}]}"));
            create("both", replayed.toString(), SEARCH, "\"store\":false");
        }

        nothing_is_kept_there();
        var sent = nativeOne.received().getLast().json();
        assertThat(sent.has("instructions")).isFalse();
        var input = sent.path("input");
        assertThat(types(input)).containsExactly("message", "reasoning", "web_search_call", "message", "message");
        assertThat(input.path(0).path("content").path(0).path("text").asText()).isEqualTo("Who won?");
        assertThat(input.path(1).path("encrypted_content").asText()).isEqualTo("gAAA");
        assertThat(input.path(1).at("/summary/0/text").asText()).isEqualTo("Let me see.");
        assertThat(input.path(1).has("id")).isFalse();
        assertThat(input.path(2)).isEqualTo(tree(CALL.formatted("1", "completed")));
        assertThat(input.path(3).path("content").path(0).path("text").asText()).isEqualTo("Ann won.");
        assertThat(input.path(3).path("phase").asText()).isEqualTo("final_answer");
        assertThat(input.path(4).path("content").path(0).path("text").asText()).isEqualTo("Sure?");
        assertThat(input.path(4).has("id")).isFalse();
    }

    @Test
    void a_conversation_takes_it_along_too_and_gives_it_out() {
        var conversation =
                ok(caller.post("/v1/conversations", "{\"items\":[" + CALL.formatted("0", "completed") + "]}"));
        var in = "\"conversation\":\"" + conversation.path("id").asText() + "\"";
        create("alone", "\"Who won?\"", SEARCH, in);
        create("alone", "\"Sure?\"", in);

        assertThat(types(nativeOne.received().getLast().json().path("input")))
                .containsExactly("web_search_call", "message", "reasoning", "web_search_call", "message", "message");
        var items = ok(caller.get("/v1/conversations/" + conversation.path("id").asText() + "/items?order=asc"));
        assertThat(items.path("data").path(3)).isEqualTo(tree(CALL.formatted("2", "completed")));
    }

    @Test
    void what_was_said_natively_can_be_gone_on_with_by_a_backend_that_chats() {
        var first = create("alone", "\"Who won?\"", SEARCH);

        var second = create("chats", "\"Sure?\"", previous(first));

        assertThat(chatted()).containsExactly("user: Who won?", "assistant: Ann won.", "user: Sure?");
        var third = create("alone", "\"Really?\"", previous(second));
        assertThat(types(nativeOne.received().getLast().json().path("input")))
                .containsExactly("message", "reasoning", "web_search_call", "message", "message", "message", "message");
        assertThat(third.path("previous_response_id")).isEqualTo(second.path("id"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_backend_that_chats_takes_over_before_the_first_token(boolean streamed) {
        nativeOne.next(Script.json(500, "{\"error\":{\"message\":\"boom\"}}"));
        var answer = caller.post(RESPONSES, body("ill", "\"Hello\"", "\"stream\":" + streamed));

        assertThat(answer.headers().firstValue("x-dromedary-backend")).hasValue("chat");
        var response = streamed ? chunks(answer).getLast().path("response") : ok(answer);
        assertThat(response.at("/output/0/content/0/text").asText()).isEqualTo("Hello");
        assertThat(nativeOne.received()).hasSize(1);
    }

    @Test
    void a_hosted_tool_is_refused_where_nobody_has_it_and_nobody_is_asked() {
        for (var endpoint : List.of("", "/input_tokens", "/compact")) {
            var error = refused(caller.post(RESPONSES + endpoint, body("chats", "\"x\"", SEARCH)), 400);
            assertThat(error.path("param").asText()).isEqualTo("tools[0].type");
            assertThat(error.path("code").asText()).isEqualTo("unsupported_value");
            assertThat(error.path("message").asText()).contains("no backend here has it");
        }
        assertThat(chatOne.received()).isEmpty();
        ok(caller.post(RESPONSES + "/input_tokens", body("alone", "\"x\"", SEARCH)));
    }

    @Test
    void so_it_is_where_the_caller_may_not_use_the_model_that_has_it() {
        var chatter = Caller.of(gateway, "chatters");
        var error = refused(chatter.post(RESPONSES, body("falls", "\"x\"", SEARCH)), 400);
        assertThat(error.path("param").asText()).isEqualTo("tools[0].type");
        for (var model : List.of("alone", "both", "nobody")) {
            var unknown = refused(chatter.post(RESPONSES, body(model, "\"x\"", SEARCH)), 404);
            assertThat(unknown.path("code").asText()).as(model).isEqualTo("model_not_found");
        }
    }

    @Test
    void a_backend_that_chats_does_not_serve_it_while_the_one_that_could_is_dead() {
        var error = refused(caller.post(RESPONSES, body("bereft", "\"x\"", SEARCH)), 502);
        assertThat(error.path("message").asText()).contains("dead: ").contains("chat: cannot take tools[0].type");
        var failed = chunks(caller.post(RESPONSES, body("bereft", "\"x\"", SEARCH, "\"stream\":true")))
                .getLast()
                .path("response");
        assertThat(failed.path("status").asText()).isEqualTo("failed");
        assertThat(failed.at("/error/message").asText()).contains("tools[0].type");
        assertThat(chatOne.received()).isEmpty();
        assertThat(create("bereft", "\"x\"").path("status").asText()).isEqualTo("completed");
    }

    @Test
    void a_404_is_the_backends_failure_and_never_that_of_the_turn_before() {
        var first = create("alone", "\"x\"");
        nativeOne.next(Script.json(
                404,
                "{\"error\":{\"message\":\"Previous response not found\",\"type\":\"invalid_request_error\","
                        + "\"param\":\"previous_response_id\",\"code\":\"previous_response_not_found\"}}"));

        var error = refused(caller.post(RESPONSES, body("alone", "\"y\"", previous(first))), 502);

        assertThat(error.toString()).doesNotContain("previous_response_not_found");
        assertThat(error.path("code").asText()).isEqualTo("backend_failed");
    }

    @Test
    void what_is_left_out_is_told_by_the_callers_names() {
        var answer = caller.post(RESPONSES, body("poor", "\"x\"", "\"reasoning\":{\"effort\":\"low\"}"));
        ok(answer);
        assertThat(answer.headers().firstValue("x-dromedary-dropped-params")).hasValue("reasoning.effort");
        var managed =
                caller.post(RESPONSES, body("alone", "\"x\"", "\"context_management\":[{\"type\":\"compaction\"}]"));
        ok(managed);
        assertThat(managed.headers().firstValue("x-dromedary-dropped-params")).hasValue("context_management");
        assertThat(nativeOne.received().getLast().json().has("context_management"))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "poor|\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"n\",\"schema\":{}}}|text.format",
                "alone|\"stop\":[\"x\"]|stop",
            })
    void what_a_backend_cannot_do_is_told_by_the_callers_names(String model, String member, String param) {
        var error = refused(caller.post(RESPONSES, body(model, "\"x\"", member)), 400);
        assertThat(error.path("param").asText()).isEqualTo(param);
        assertThat(error.path("message").asText()).doesNotContain("response_format");
    }

    @Test
    void what_chat_rejects_is_told_by_the_callers_names() {
        chatOne.next(Script.json(
                400,
                "{\"error\":{\"message\":\"Bad 'messages[0].content'.\",\"type\":\"invalid_request_error\","
                        + "\"param\":\"messages[0].content\",\"code\":null}}"));
        var error = refused(caller.post(RESPONSES, body("chats", "\"x\"")), 400);
        assertThat(error.path("param").asText()).isEqualTo("input");
    }
}
