package io.dromedary;

import static io.dromedary.testing.Caller.project;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import io.dromedary.testing.Allowed;
import io.dromedary.testing.Caller;
import io.dromedary.testing.ChatEvents;
import io.dromedary.testing.Description;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.OpenAiUpstream;
import io.dromedary.testing.Received;
import io.dromedary.testing.Script;
import io.dromedary.testing.ScriptedBackend;
import io.dromedary.testing.SocketClient;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever a gateway sends of the Responses API is as both published descriptions say: bodies, events, messages and errors.
 * Skipped where they are not at hand.
 */
@Timeout(180)
final class ResponsesSchemaIT {
    private static final String RESPONSES = "/v1/responses";
    private static final ScriptedBackend upstream = ScriptedBackend.start(new OpenAiUpstream());
    private static GatewayProcess gateway;
    private static Caller caller;

    /**
     * One call.
     *
     * @param name of what is shown by it
     * @param members of the request beside the model
     * @param chat what the backend answers, a delta or a whole chunk each
     * @param status that the response ends with
     */
    private record Case(String name, String members, List<String> chat, String status) {
        @Override
        public String toString() {
            return name;
        }

        String body(String... more) {
            return "{\"model\":\"m\"," + members
                    + Stream.of(more).map(member -> "," + member).reduce("", String::concat) + "}";
        }
    }

    @BeforeAll
    static void start() throws Exception {
        Description.openAi();
        Description.openResponses();
        gateway = GatewayProcess.with()
                .backend("upstream", """
                        dialect: openai
                        url: %s/v1
                        retry: { attempts: 1 }
                        breaker: { minimumCalls: 1000 }
                        models:
                          m: { upstream: echo }
                        """.formatted(upstream.url()))
                .config("keys.yaml", Caller.keys(project("ours")))
                .start();
        caller = Caller.of(gateway, "ours");
    }

    @AfterAll
    static void stop() {
        if (gateway != null) {
            gateway.close();
        }
        upstream.close();
    }

    @BeforeEach
    void clear() {
        upstream.clear();
    }

    private static String delta(String members) {
        return "{\"delta\":{" + members + "},\"finish\":null}";
    }

    private static String said(String text) {
        return delta("\"content\":\"" + text + "\"");
    }

    private static String thought(String text) {
        return delta("\"reasoning_content\":\"" + text + "\"");
    }

    private static String call(int index, String id, String name, String arguments) {
        return delta(
                "\"tool_calls\":[{\"index\":" + index + ",\"id\":\"" + id + "\",\"type\":\"function\",\"function\":"
                        + "{\"name\":\"" + name + "\",\"arguments\":\"" + arguments + "\"}}]");
    }

    private static String more(int index, String arguments) {
        return delta("\"tool_calls\":[{\"index\":" + index + ",\"function\":{\"arguments\":\"" + arguments + "\"}}]");
    }

    private static String finish(String reason) {
        return "{\"delta\":{},\"finish\":\"" + reason + "\"}";
    }

    private static final String INPUT = "\"input\":\"hello\"";
    private static final String TOOLS = INPUT
            + ",\"tools\":[{\"type\":\"function\",\"name\":\"weather\",\"parameters\":{\"type\":\"object\"}},"
            + "{\"type\":\"function\",\"name\":\"time\",\"description\":\"d\",\"parameters\":{\"type\":\"object\","
            + "\"properties\":{},\"additionalProperties\":false},\"strict\":true}]";

    static Stream<Case> cases() {
        return Stream.of(
                new Case("text", INPUT, List.of(said("Hello"), said(" world"), finish("stop")), "completed"),
                new Case("nothing at all", INPUT, List.of(finish("stop")), "completed"),
                new Case(
                        "all options",
                        INPUT
                                + ",\"instructions\":\"Be brief.\",\"temperature\":0.5,\"top_p\":0.9,\"max_output_tokens\":50,"
                                + "\"metadata\":{\"a\":\"b\"},\"user\":\"u\",\"safety_identifier\":\"s\",\"prompt_cache_key\":\"p\","
                                + "\"truncation\":\"auto\",\"store\":false,\"parallel_tool_calls\":false,"
                                + "\"presence_penalty\":0.5,\"frequency_penalty\":0.25,\"text\":{\"verbosity\":\"low\"}",
                        List.of(said("brief"), finish("stop")),
                        "completed"),
                new Case(
                        "logprobs",
                        INPUT + ",\"top_logprobs\":2,\"include\":[\"message.output_text.logprobs\"]",
                        List.of(
                                "{\"delta\":{\"content\":\"Hi\"},\"finish\":null,\"logprobs\":{\"content\":[{\"token\":\"Hi\","
                                        + "\"logprob\":-0.5,\"bytes\":[72,105],\"top_logprobs\":[{\"token\":\"Hi\",\"logprob\":-0.5,"
                                        + "\"bytes\":[72,105]},{\"token\":\"Ho\",\"logprob\":-1.5,\"bytes\":null}]}],\"refusal\":null}}",
                                finish("stop")),
                        "completed"),
                new Case(
                        "a schema",
                        INPUT
                                + ",\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"n\",\"strict\":true,\"schema\":"
                                + "{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false}}}",
                        List.of(said("{"), said("}"), finish("stop")),
                        "completed"),
                new Case(
                        "any json",
                        INPUT + ",\"text\":{\"format\":{\"type\":\"json_object\"}}",
                        List.of(said("{}"), finish("stop")),
                        "completed"),
                new Case(
                        "a call",
                        TOOLS,
                        List.of(call(0, "call_a", "weather", ""), more(0, "{}"), finish("tool_calls")),
                        "completed"),
                new Case(
                        "a call without arguments",
                        TOOLS,
                        List.of(call(0, "call_a", "weather", ""), finish("tool_calls")),
                        "completed"),
                new Case(
                        "parallel calls beside text",
                        TOOLS + ",\"tool_choice\":\"required\"",
                        List.of(
                                said("Let me see."),
                                call(0, "call_a", "weather", ""),
                                more(0, "{\\\"a\\\":1}"),
                                call(1, "call_b", "time", "{"),
                                more(1, "}"),
                                finish("tool_calls")),
                        "completed"),
                new Case(
                        "a tool that has to be called",
                        TOOLS + ",\"tool_choice\":{\"type\":\"function\",\"name\":\"time\"}",
                        List.of(call(0, "call_a", "time", "{}"), finish("stop")),
                        "completed"),
                new Case(
                        "tools that are allowed",
                        TOOLS
                                + ",\"tool_choice\":{\"type\":\"allowed_tools\",\"mode\":\"auto\",\"tools\":[{\"type\":\"function\","
                                + "\"name\":\"time\"}]}",
                        List.of(call(0, "call_a", "time", "{}"), finish("tool_calls")),
                        "completed"),
                new Case(
                        "thoughts",
                        INPUT + ",\"reasoning\":{\"effort\":\"low\"}",
                        List.of(thought("Hm"), thought(", so."), said("42"), finish("stop")),
                        "completed"),
                new Case(
                        "thoughts and a call",
                        TOOLS,
                        List.of(thought("Hm."), call(0, "call_a", "weather", "{}"), finish("tool_calls")),
                        "completed"),
                new Case(
                        "thoughts alone until the limit",
                        INPUT,
                        List.of(thought("Hm"), thought("..."), finish("length")),
                        "incomplete"),
                new Case(
                        "a refusal",
                        INPUT,
                        List.of(delta("\"refusal\":\"I\""), delta("\"refusal\":\" cannot.\""), finish("stop")),
                        "completed"),
                new Case(
                        "text that is too long",
                        INPUT + ",\"max_output_tokens\":16",
                        List.of(said("Once upon"), finish("length")),
                        "incomplete"),
                new Case(
                        "a call that is too long",
                        TOOLS,
                        List.of(call(0, "call_a", "weather", "{\\\"a\\\":"), finish("length")),
                        "incomplete"),
                new Case("text that is filtered", INPUT, List.of(said("Once"), finish("content_filter")), "incomplete"),
                new Case("everything is filtered", INPUT, List.of(finish("content_filter")), "incomplete"));
    }

    /** What a case says, as the request wants it. */
    private static Script script(Case each, Received request) {
        return request.json().path("stream").asBoolean() ? stream(each) : Script.json(200, whole(each));
    }

    private static Script stream(Case each) {
        var script = Script.stream().event(ChatEvents.role());
        for (var text : each.chat) {
            script = script.event(chunk(Json.object(text.getBytes(UTF_8))));
        }
        return script.event(ChatEvents.usage(5, 4)).event(ChatEvents.DONE);
    }

    private static String chunk(ObjectNode said) {
        var choice = Json.MAPPER.createObjectNode().put("index", 0);
        choice.set("delta", said.path("delta"));
        choice.set("finish_reason", said.path("finish"));
        choice.set("logprobs", said.path("logprobs").isMissingNode() ? null : said.path("logprobs"));
        return envelope("chat.completion.chunk", choice, "");
    }

    private static String envelope(String object, ObjectNode choice, String more) {
        return "{\"id\":\"c\",\"object\":\"" + object + "\",\"created\":1,\"model\":\"echo\",\"choices\":[" + choice
                + "]" + more + "}";
    }

    private static String whole(Case each) {
        var message = Json.MAPPER.createObjectNode().put("role", "assistant");
        message.putNull("content");
        var choice = Json.MAPPER.createObjectNode().put("index", 0);
        for (var text : each.chat) {
            var said = Json.object(text.getBytes(UTF_8));
            for (var name : List.of("content", "reasoning_content", "refusal")) {
                if (said.path("delta").has(name)) {
                    message.put(
                            name,
                            message.path(name).asText("").replace("null", "")
                                    + said.path("delta").path(name).asText());
                }
            }
            for (var call : said.path("delta").path("tool_calls")) {
                var calls = message.withArray("tool_calls");
                if (call.has("id")) {
                    calls.add(((ObjectNode) call.deepCopy()).without("index"));
                } else {
                    var function =
                            (ObjectNode) calls.path(call.path("index").asInt()).path("function");
                    function.put(
                            "arguments",
                            function.path("arguments").asText()
                                    + call.path("function").path("arguments").asText());
                }
            }
            if (said.has("logprobs")) {
                choice.set("logprobs", said.path("logprobs"));
            }
            choice.set("finish_reason", said.path("finish"));
        }
        choice.set("message", message);
        return envelope("chat.completion", choice, "," + ChatEvents.usageMember(5, 4));
    }

    private static void assertResponse(JsonNode sent) {
        var response = (ObjectNode) sent;
        assertThat(Description.openAi().faults("Response", Allowed.openAiResponse(response)))
                .as("OpenAI: %s", response)
                .isEmpty();
        assertThat(Description.openResponses().faults("ResponseResource", Allowed.openResponsesResponse(response)))
                .as("Open Responses: %s", response)
                .isEmpty();
    }

    /** Gives the response that they end with. */
    private static JsonNode assertEvents(List<ObjectNode> events) {
        assertDescribed(events);
        var response = StreamJudge.judge(events);
        assertResponse(response);
        return response;
    }

    private static JsonNode assertBackground(List<ObjectNode> events) {
        assertDescribed(events);
        var response = StreamJudge.judgeBackground(events);
        assertResponse(response);
        return response;
    }

    private static void assertDescribed(List<ObjectNode> events) {
        for (var event : events) {
            assertThat(Description.openAi().faults(Allowed.openAi(event)))
                    .as("OpenAI: %s", event)
                    .isEmpty();
            assertThat(Allowed.isOpenResponses(event)).isTrue();
            assertThat(Description.openResponses().faults(Allowed.openResponses(event)))
                    .as("Open Responses: %s", event)
                    .isEmpty();
        }
    }

    private static JsonNode ok(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Caller.json(answer);
    }

    private static List<ObjectNode> events(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).endsWith("\n\ndata: [DONE]\n\n");
        return Caller.chunks(answer).stream().map(event -> (ObjectNode) event).toList();
    }

    private static void assertOpenAi(String schema, JsonNode sent) {
        assertThat(Description.openAi().faults(schema, sent))
                .as(sent.toString())
                .isEmpty();
    }

    /** What the response says, without what differs from call to call. */
    private static JsonNode alike(JsonNode response) {
        var random = response.path("id").asText().substring("resp_".length());
        var copy = Json.object(response.toString().replace(random, "").getBytes(UTF_8));
        copy.remove(List.of("created_at", "completed_at"));
        return copy;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void a_whole_response_a_stream_and_a_socket_say_the_same_and_say_it_as_described(Case each) throws Exception {
        upstream.otherwise(request -> script(each, request));
        var whole = ok(caller.post(RESPONSES, each.body()));
        assertResponse(whole);
        assertThat(whole.path("status").asText()).isEqualTo(each.status);
        var streamed = assertEvents(events(caller.post(RESPONSES, each.body("\"stream\":true"))));
        assertThat(alike(streamed)).isEqualTo(alike(whole));
        try (var socket = socket()) {
            socket.text("{\"type\":\"response.create\"," + each.body().substring(1));
            assertThat(alike(assertEvents(turn(socket)))).isEqualTo(alike(whole));
        }
        if (!whole.path("store").asBoolean()) {
            return;
        }
        for (var response : List.of(whole, streamed)) {
            var kept = ok(caller.get(RESPONSES + "/" + response.path("id").asText()));
            assertResponse(kept);
            assertThat(kept).isEqualTo(response);
        }
        var later =
                assertBackground(events(caller.post(RESPONSES, each.body("\"stream\":true", "\"background\":true"))));
        assertThat(later.path("status").asText()).isEqualTo(each.status);
        assertThat(ok(caller.get(RESPONSES + "/" + later.path("id").asText()))).isEqualTo(later);
        var path = RESPONSES + "/" + streamed.path("id").asText();
        assertThat(assertEvents(events(caller.get(path + "?stream=true")))).isEqualTo(streamed);
        assertOpenAi("ResponseItemList", ok(caller.get(path + "/input_items")));
        upstream.otherwise(new OpenAiUpstream());
        assertResponse(ok(caller.post(RESPONSES, continued(whole))));
    }

    /** With an output for each call. */
    private static String continued(JsonNode response) {
        var input = new ArrayList<String>();
        for (var item : response.path("output")) {
            if (item.has("call_id")) {
                input.add("{\"type\":\"function_call_output\",\"call_id\":" + item.path("call_id")
                        + ",\"output\":\"ok\"}");
            }
        }
        input.add("{\"role\":\"user\",\"content\":\"on\"}");
        return "{\"model\":\"m\",\"input\":[" + String.join(",", input) + "],\"previous_response_id\":"
                + response.path("id") + "}";
    }

    private static SocketClient socket() throws Exception {
        var client = SocketClient.ask(gateway.url(), RESPONSES, "authorization: Bearer " + caller.key());
        assertThat(client.head()).startsWith("HTTP/1.1 101 ");
        return client;
    }

    private static List<ObjectNode> turn(SocketClient socket) throws Exception {
        var messages = new ArrayList<ObjectNode>();
        do {
            messages.add(Json.object(socket.message().getBytes(UTF_8)));
        } while (!messages.getLast().path("type").asText().matches("error|response\\.(completed|incomplete|failed)"));
        return messages;
    }

    private static Stream<Script> failures() {
        return Stream.of(
                Script.json(500, ChatEvents.error("broken")),
                Script.json(
                        429,
                        "{\"error\":{\"message\":\"slow down\",\"type\":\"requests\",\"param\":null,\"code\":\"rate_limit_exceeded\"}}"),
                Script.json(
                        400,
                        "{\"error\":{\"message\":\"too long\",\"type\":\"invalid_request_error\",\"param\":\"messages\","
                                + "\"code\":\"context_length_exceeded\"}}"),
                Script.json(
                        401,
                        "{\"error\":{\"message\":\"no\",\"type\":\"invalid_request_error\",\"code\":\"invalid_api_key\"}}"),
                Script.stream().event(ChatEvents.text("begun")).reset(),
                Script.stream().event(ChatEvents.text("begun")).event(ChatEvents.error("broken")),
                Script.stream().event(ChatEvents.text("begun")).closeEarly(),
                Script.stream()
                        .event(ChatEvents.text("begun"))
                        .raw("\n\n")
                        .raw("data: {\"error\":{\"message\":\"a\\ud800b\",\"code\":529}}\n\n"),
                Script.nothing().reset());
    }

    @ParameterizedTest
    @MethodSource("failures")
    void failures_are_told_as_described(Script failure) throws Exception {
        upstream.next(failure);
        var streamed = caller.post(RESPONSES, "{\"model\":\"m\",\"input\":\"x\",\"stream\":true}");
        if (streamed.statusCode() == 200) {
            var failed = assertEvents(events(streamed));
            assertThat(failed.path("status").asText()).isEqualTo("failed");
            assertThat(ok(caller.get(RESPONSES + "/" + failed.path("id").asText())))
                    .isEqualTo(failed);
        } else {
            assertError(streamed);
        }
        upstream.next(failure);
        try (var socket = socket()) {
            socket.text("{\"type\":\"response.create\",\"model\":\"m\",\"input\":\"x\"}");
            var messages = turn(socket);
            if (streamed.statusCode() == 200) {
                assertThat(assertEvents(messages).path("status").asText()).isEqualTo("failed");
            } else {
                assertThat(messages).hasSize(1);
                assertEnvelope(messages.getFirst());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("failures")
    void a_whole_response_that_fails_is_an_error_as_described(Script failure) {
        // once more where a connection that was open already breaks without an answer
        upstream.next(failure, failure);
        assertError(caller.post(RESPONSES, "{\"model\":\"m\",\"input\":\"x\"}"));
    }

    @Test
    void a_response_in_the_background_is_as_described_whatever_becomes_of_it() throws Exception {
        var half = Script.stream().event(ChatEvents.role()).event(ChatEvents.text("half"));
        // the first attempt breaks off, the second is cancelled
        upstream.next(half.reset(), half.stall());
        var queued = ok(caller.post(RESPONSES, "{\"model\":\"m\",\"input\":\"x\",\"background\":true}"));
        assertThat(queued.path("status").asText()).isEqualTo("queued");
        assertResponse(queued);
        var path = RESPONSES + "/" + queued.path("id").asText();
        try (var follower = StreamClient.get(caller, path + "?stream=true")) {
            follower.readUpTo("\"output_index\":1,\"content_index\":0,\"delta\":\"half\"");
            var running = ok(caller.get(path));
            assertThat(running.path("status").asText()).isEqualTo("in_progress");
            assertResponse(running);
            var cancelled = ok(caller.post(path + "/cancel", ""));
            assertThat(cancelled.path("status").asText()).isEqualTo("cancelled");
            assertResponse(cancelled);
            assertThat(follower.readUpTo("[DONE]")).contains("\"cancelled\"");
            assertThat(assertBackground(events(caller.get(path + "?stream=true"))))
                    .isEqualTo(cancelled);
        }
        upstream.next(Script.json(400, "{\"error\":{\"message\":\"no\",\"type\":\"invalid_request_error\"}}"));
        var failed = assertBackground(events(
                caller.post(RESPONSES, "{\"model\":\"m\",\"input\":\"x\",\"background\":true,\"stream\":true}")));
        assertThat(failed.path("status").asText()).isEqualTo("failed");
    }

    @Test
    void a_response_that_runs_and_one_that_its_caller_left_are_as_described() throws Exception {
        upstream.next(Script.stream()
                .event(ChatEvents.role())
                .event(ChatEvents.text("begun"))
                .stall());
        String id;
        try (var client = StreamClient.ask(caller, RESPONSES, "{\"model\":\"m\",\"input\":\"x\",\"stream\":true}")) {
            id = client.readUpTo("\"delta\":\"begun\"").replaceAll("(?s).*?\"id\":\"(resp_\\w+)\".*", "$1");
            var running = ok(caller.get(RESPONSES + "/" + id));
            assertThat(running.path("status").asText()).isEqualTo("in_progress");
            assertResponse(running);
            assertError(caller.post(
                    RESPONSES, "{\"model\":\"m\",\"input\":\"x\",\"previous_response_id\":\"" + id + "\"}"));
            client.reset();
        }
        await().atMost(Duration.ofSeconds(10))
                .until(() -> ok(caller.get(RESPONSES + "/" + id))
                        .path("status")
                        .asText()
                        .equals("incomplete"));
        var left = ok(caller.get(RESPONSES + "/" + id));
        assertResponse(left);
        assertThat(assertEvents(events(caller.get(RESPONSES + "/" + id + "?stream=true"))))
                .isEqualTo(left);
        upstream.otherwise(new OpenAiUpstream());
        assertResponse(ok(caller.post(
                RESPONSES, "{\"model\":\"m\",\"input\":\"go on\",\"previous_response_id\":\"" + id + "\"}")));
    }

    private static void assertError(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isGreaterThanOrEqualTo(400);
        assertThat(answer.headers().firstValue("content-type").orElseThrow()).startsWith("application/json");
        var body = Caller.json(answer);
        assertOpenAi("ErrorResponse", body);
        assertThat(Description.openResponses().faults("ErrorPayload", body.path("error")))
                .as(answer.body())
                .isEmpty();
    }

    private static void assertEnvelope(ObjectNode message) {
        assertThat(Description.openResponses().faults("WebSocketErrorEvent", message))
                .as(message.toString())
                .isEmpty();
        assertThat(message.path("type").asText()).isEqualTo("error");
        assertThat(message.path("error").path("code").isTextual())
                .as(message.toString())
                .isTrue();
        assertOpenAi("Error", message.path("error"));
    }

    static Stream<String> mistakes() {
        return Stream.of(
                "",
                "{",
                "[]",
                "{\"input\":\"x\"}",
                "{\"model\":\"m\"}",
                "{\"model\":\"m\",\"input\":[{\"type\":\"nothing\"}]}",
                "{\"model\":\"none\",\"input\":\"x\"}",
                "{\"model\":\"m\",\"input\":\"x\",\"temperature\":9}",
                "{\"model\":\"m\",\"input\":\"x\",\"previous_response_id\":\"resp_x\"}",
                "{\"model\":\"m\",\"input\":\"x\",\"conversation\":\"conv_x\"}",
                "{\"model\":\"m\",\"input\":\"x\",\"prompt\":{\"id\":\"none\"}}",
                "{\"model\":\"m\",\"input\":\"x\",\"background\":true,\"store\":false}",
                "{\"model\":\"m\",\"input\":[{\"type\":\"item_reference\",\"id\":\"msg_x\"}]}",
                "{\"model\":\"m\",\"input\":[{\"type\":\"compaction\",\"encrypted_content\":\"x\"}]}",
                "{\"model\":\"m\",\"input\":[{\"type\":\"function_call_output\",\"call_id\":\"c\",\"output\":\"x\"}]}",
                "{\"model\":\"m\",\"input\":\"x\",\"service_tier\":\"priority\"}");
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void mistakes_are_told_as_described(String body) throws Exception {
        for (var path : List.of(RESPONSES, RESPONSES + "/compact", RESPONSES + "/input_tokens")) {
            var answer = caller.post(path, body);
            if (answer.statusCode() != 200) {
                assertError(answer);
            }
        }
        var answer = caller.post(RESPONSES, body);
        assertError(answer);
        var streamed = caller.post(
                RESPONSES, body.isEmpty() ? body : body.substring(0, body.length() - 1) + ",\"stream\":true}");
        assertError(streamed);
        try (var socket = socket()) {
            socket.text(body.startsWith("{\"") ? "{\"type\":\"response.create\"," + body.substring(1) : body);
            var messages = turn(socket);
            assertThat(messages).hasSize(1);
            assertEnvelope(messages.getFirst());
            assertThat(messages.getFirst().path("status").asInt()).isEqualTo(answer.statusCode());
        }
    }

    @Test
    void what_is_not_there_is_told_as_described() {
        for (var path : List.of(
                RESPONSES + "/resp_x",
                RESPONSES + "/resp_x?stream=true",
                RESPONSES + "/resp_x/input_items",
                RESPONSES + "/resp_x/nothing",
                "/v1/conversations/conv_x",
                "/v1/conversations/conv_x/items",
                "/v1/conversations/conv_x/items/msg_x")) {
            assertError(caller.get(path));
        }
        assertError(caller.post(RESPONSES + "/resp_x/cancel", ""));
        assertError(caller.delete(RESPONSES + "/resp_x"));
        assertError(new Caller(gateway.url(), "sk-nobody").get(RESPONSES + "/resp_x"));
    }

    @Test
    void compactions_are_as_described() {
        var made = ok(caller.post(
                RESPONSES,
                "{\"model\":\"m\",\"input\":[{\"role\":\"user\",\"content\":\"tea\"},{\"role\":\"assistant\",\"content\":\"yes\"},"
                        + "{\"role\":\"developer\",\"content\":\"d\"},{\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"a\"},"
                        + "{\"type\":\"input_image\",\"image_url\":\"data:image/png;base64,aGk=\"}]}]}"));
        var compacted = ok(caller.post(
                RESPONSES + "/compact", "{\"model\":\"m\",\"previous_response_id\":" + made.path("id") + "}"));
        assertOpenAi("CompactResource", compacted);
        assertThat(Description.openResponses().faults("CompactResource", compacted))
                .as(compacted.toString())
                .isEmpty();
        var again =
                ok(caller.post(RESPONSES, "{\"model\":\"m\",\"input\":" + withUser(compacted.path("output")) + "}"));
        assertResponse(again);
        assertOpenAi(
                "ResponseItemList",
                ok(caller.get(RESPONSES + "/" + again.path("id").asText() + "/input_items")));
    }

    private static JsonNode withUser(JsonNode items) {
        var all = Json.MAPPER.createArrayNode();
        items.forEach(all::add);
        all.addObject().put("role", "user").put("content", "go on");
        return all;
    }

    @Test
    void counts_and_deletions_are_as_described() {
        assertOpenAi(
                "TokenCountsResource",
                ok(caller.post(RESPONSES + "/input_tokens", "{\"model\":\"m\",\"input\":\"one two\"}")));
        var made = ok(caller.post(RESPONSES, "{\"model\":\"m\",\"input\":\"x\"}"));
        var deleted = ok(caller.delete(RESPONSES + "/" + made.path("id").asText()));
        assertThat(deleted.toString())
                .isEqualTo("{\"id\":" + made.path("id") + ",\"object\":\"response\",\"deleted\":true}");
    }

    private static final String ITEMS =
            "[{\"role\":\"user\",\"content\":\"a\"},{\"type\":\"message\",\"role\":\"assistant\",\"content\":\"b\"},"
                    + "{\"role\":\"system\",\"content\":\"c\"},{\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"d\"},"
                    + "{\"type\":\"input_image\",\"image_url\":\"https://example.org/i.png\",\"detail\":\"low\"},"
                    + "{\"type\":\"input_file\",\"filename\":\"f\",\"file_data\":\"data:text/plain;base64,aGk=\"}]},"
                    + "{\"type\":\"function_call\",\"call_id\":\"c1\",\"name\":\"f\",\"arguments\":\"{}\"},"
                    + "{\"type\":\"function_call_output\",\"call_id\":\"c1\",\"output\":\"r\"},"
                    + "{\"type\":\"reasoning\",\"summary\":[{\"type\":\"summary_text\",\"text\":\"t\"}]}]";

    private static final String PARTS =
            "[{\"type\":\"function_call\",\"call_id\":\"c1\",\"name\":\"f\",\"arguments\":\"{}\"},"
                    + "{\"type\":\"function_call_output\",\"call_id\":\"c1\",\"output\":[{\"type\":\"input_text\",\"text\":\"r\"},"
                    + "{\"type\":\"input_image\",\"image_url\":\"https://example.org/i.png\"},"
                    + "{\"type\":\"input_file\",\"filename\":\"f\",\"file_data\":\"data:text/plain;base64,aGk=\"}]},"
                    + "{\"type\":\"custom_tool_call\",\"call_id\":\"c2\",\"name\":\"g\",\"input\":\"i\"},"
                    + "{\"type\":\"custom_tool_call_output\",\"call_id\":\"c2\",\"output\":\"o\"}]";

    @Test
    void conversations_and_their_items_are_as_described() {
        var made = ok(caller.post("/v1/conversations", "{\"items\":" + ITEMS + ",\"metadata\":{\"a\":\"b\"}}"));
        var parts = ok(caller.post("/v1/conversations", "{\"items\":" + PARTS + "}"));
        assertOpenAi(
                "ConversationItemList",
                ok(caller.get("/v1/conversations/" + parts.path("id").asText() + "/items")));
        assertOpenAi("ConversationResource", made);
        assertOpenAi("ConversationResource", ok(caller.post("/v1/conversations", "")));
        var path = "/v1/conversations/" + made.path("id").asText();
        assertOpenAi("ConversationResource", ok(caller.get(path)));
        assertOpenAi("ConversationResource", ok(caller.post(path, "{\"metadata\":{}}")));
        assertOpenAi(
                "ConversationItemList",
                ok(caller.post(path + "/items", "{\"items\":" + ITEMS.replace("c1", "c2") + "}")));
        ok(caller.post(RESPONSES, "{\"model\":\"m\",\"input\":\"x\",\"conversation\":" + made.path("id") + "}"));
        var list = ok(caller.get(path + "/items?limit=100&order=asc"));
        assertThat(list.path("data")).hasSize(16);
        assertOpenAi("ConversationItemList", list);
        for (var item : list.path("data")) {
            var one = ok(caller.get(path + "/items/" + item.path("id").asText()));
            assertThat(one).isEqualTo(item);
            assertOpenAi("ConversationItem", one);
        }
        var first = list.path("data").path(0).path("id").asText();
        assertOpenAi("ConversationResource", ok(caller.delete(path + "/items/" + first)));
        assertOpenAi("DeletedConversationResource", ok(caller.delete(path)));
    }

    @Test
    void input_items_of_every_kind_are_listed_as_described() {
        var made = ok(
                caller.post(RESPONSES, "{\"model\":\"m\",\"input\":" + ITEMS.replace(",\"detail\":\"low\"", "") + "}"));
        assertResponse(made);
        var list = ok(caller.get(RESPONSES + "/" + made.path("id").asText() + "/input_items?order=asc"));
        assertThat(list.path("data")).hasSize(7);
        assertOpenAi("ResponseItemList", list);
    }
}
