package io.dromedary;

import static io.dromedary.testing.Caller.json;
import static io.dromedary.testing.Caller.project;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import io.dromedary.testing.Caller;
import io.dromedary.testing.ChatEvents;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.OpenAiUpstream;
import io.dromedary.testing.Script;
import io.dromedary.testing.ScriptedBackend;
import io.dromedary.testing.SocketClient;
import io.dromedary.testing.StreamJudge;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses over a WebSocket, turn after turn, and what is left of them where others look. */
@Timeout(120)
final class ResponseTurnsSocketIT {
    private static final String RESPONSES = "/v1/responses";
    private static final Set<String> LAST =
            Set.of("response.completed", "response.incomplete", "response.failed", "error");
    private static final ScriptedBackend upstream = ScriptedBackend.start(new OpenAiUpstream());
    private static GatewayProcess gateway;
    private static Caller caller;

    @BeforeAll
    static void start() throws Exception {
        gateway = gateway();
        caller = Caller.of(gateway, "ours");
    }

    private static GatewayProcess gateway() throws Exception {
        return GatewayProcess.with()
                .backend("upstream", """
                        dialect: openai
                        url: %s/v1
                        retry: { attempts: 1 }
                        breaker: { minimumCalls: 1000 }
                        models:
                          m: { upstream: echo }
                        """.formatted(upstream.url()))
                .config("keys.yaml", Caller.keys(project("ours"), project("theirs")))
                .start();
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
    }

    @BeforeEach
    void clear() {
        upstream.clear();
        upstream.otherwise(new OpenAiUpstream());
    }

    private static SocketClient open() throws IOException {
        return open(caller);
    }

    private static SocketClient open(Caller who) throws IOException {
        var client = SocketClient.ask(who.url(), RESPONSES, "authorization: Bearer " + who.key());
        assertThat(client.head()).startsWith("HTTP/1.1 101 ");
        return client;
    }

    private static String create(String text, String... members) {
        return "{\"type\":\"response.create\",\"model\":\"m\",\"input\":\"" + text + "\""
                + Stream.of(members).map(member -> "," + member).reduce("", String::concat) + "}";
    }

    private static String after(JsonNode response) {
        return "\"previous_response_id\":\"" + response.path("id").asText() + "\"";
    }

    private static final String UNSTORED = "\"store\":false";

    private static ObjectNode tree(String message) {
        return Json.object(message.getBytes(UTF_8));
    }

    /** The messages of one turn, up to the last. */
    private static List<ObjectNode> turn(SocketClient client) throws IOException {
        var messages = new ArrayList<ObjectNode>();
        do {
            messages.add(tree(client.message()));
        } while (!LAST.contains(messages.getLast().path("type").asText()));
        return messages;
    }

    /** The response that a turn ended with. */
    private static JsonNode response(SocketClient client) throws IOException {
        var response = StreamJudge.judge(turn(client));
        assertThat(response.path("status").asText()).as(response.toString()).isEqualTo("completed");
        return response;
    }

    private static JsonNode said(SocketClient client, String message) throws IOException {
        client.text(message);
        return response(client);
    }

    private static JsonNode refused(SocketClient client, int status) throws IOException {
        var messages = turn(client);
        assertThat(messages).as(messages.toString()).hasSize(1);
        var last = messages.getLast();
        assertThat(last.path("type").asText()).isEqualTo("error");
        assertThat(last.path("status").asInt()).as(last.toString()).isEqualTo(status);
        assertThat(last.path("error").path("code").isTextual()).isTrue();
        return last.path("error");
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
        for (var message : upstream.received().getLast().json().path("messages")) {
            said.add(message.path("role").asText() + ": "
                    + message.path("content").asText());
        }
        return said;
    }

    private static HttpResponse<String> get(String id) {
        return caller.get(RESPONSES + "/" + id);
    }

    @Test
    void turns_that_are_stored_chain_and_are_there_for_everybody_of_the_project() throws Exception {
        try (var client = open()) {
            var one = said(client, create("one"));
            var two = said(client, create("two", after(one)));
            var three = said(client, create("three", after(two)));
            assertThat(seen())
                    .containsExactly("user: one", "assistant: one", "user: two", "assistant: two", "user: three");
            var branch = said(client, create("branch", after(one)));
            assertThat(seen()).containsExactly("user: one", "assistant: one", "user: branch");
            for (var each : List.of(one, two, three, branch)) {
                assertThat(json(get(each.path("id").asText()))).isEqualTo(each);
            }
            try (var other = open()) {
                assertThat(text(said(other, create("four", after(three))))).isEqualTo("four");
            }
            var overHttp = caller.post(RESPONSES, "{\"model\":\"m\",\"input\":\"five\"," + after(three) + "}");
            assertThat(overHttp.statusCode()).isEqualTo(200);
            assertThat(seen()).hasSize(7);
            var streamed = caller.get(RESPONSES + "/" + one.path("id").asText() + "?stream=true");
            assertThat(Caller.chunks(streamed).getLast().path("response")).isEqualTo(one);
        }
    }

    @Test
    void turns_that_are_not_stored_chain_on_their_connection_and_nowhere_else() throws Exception {
        try (var client = open();
                var other = open()) {
            var one = said(client, create("one", UNSTORED));
            var two = said(client, create("two", UNSTORED, after(one)));
            assertThat(two.path("previous_response_id")).isEqualTo(one.path("id"));
            var three = said(client, create("three", UNSTORED, after(two)));
            assertThat(seen())
                    .containsExactly("user: one", "assistant: one", "user: two", "assistant: two", "user: three");
            for (var each : List.of(one, two, three)) {
                assertThat(get(each.path("id").asText()).statusCode()).isEqualTo(404);
            }
            other.text(create("x", UNSTORED, after(three)));
            assertNotFound(refused(other, 404));
            var http = caller.post(RESPONSES, "{\"model\":\"m\",\"input\":\"x\"," + after(three) + "}");
            assertThat(http.statusCode()).isEqualTo(404);
            assertThat(text(said(client, create("four", UNSTORED, after(three)))))
                    .isEqualTo("four");
        }
    }

    private static void assertNotFound(JsonNode error) {
        assertThat(error.path("code").asText()).isEqualTo("previous_response_not_found");
        assertThat(error.path("param").asText()).isEqualTo("previous_response_id");
    }

    @Test
    void a_connection_remembers_its_latest_response_alone() throws Exception {
        try (var client = open()) {
            var one = said(client, create("one", UNSTORED));
            said(client, create("two", UNSTORED, after(one)));
            client.text(create("again", UNSTORED, after(one)));
            assertNotFound(refused(client, 404));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"refused", "missing", "upstream", "broken"})
    void a_turn_that_fails_takes_the_one_before_along(String how) throws Exception {
        try (var client = open()) {
            var one = said(client, create("one", UNSTORED));
            switch (how) {
                case "refused" -> client.text(create("x", UNSTORED, after(one), "\"temperature\":9"));
                case "missing" ->
                    client.text(
                            "{\"type\":\"response.create\",\"model\":\"m\",\"input\":[{\"type\":\"function_call_output\","
                                    + "\"call_id\":\"call_none\",\"output\":\"x\"}]," + UNSTORED + "," + after(one)
                                    + "}");
                case "upstream" -> {
                    upstream.next(Script.json(500, ChatEvents.error("no")));
                    client.text(create("x", UNSTORED, after(one)));
                }
                default -> {
                    upstream.next(Script.stream().event(ChatEvents.text("be")).reset());
                    client.text(create("x", UNSTORED, after(one)));
                }
            }
            var last = turn(client).getLast();
            assertThat(last.path("type").asText()).isIn("error", "response.failed");
            client.text(create("y", UNSTORED, after(one)));
            assertNotFound(refused(client, 404));
            assertThat(text(said(client, create("fresh")))).isEqualTo("fresh");
        }
    }

    /** What is stored is not the connection's to forget. */
    @Test
    void a_turn_that_fails_leaves_what_is_stored() throws Exception {
        try (var client = open()) {
            var one = said(client, create("one"));
            client.text(create("x", after(one), "\"temperature\":9"));
            assertThat(refused(client, 400).path("param").asText()).isEqualTo("temperature");
            assertThat(text(said(client, create("two", after(one))))).isEqualTo("two");
        }
    }

    @Test
    void messages_wait_for_their_turn() throws Exception {
        upstream.next(Script.stream()
                .event(ChatEvents.text("slow"))
                .pause(Duration.ofMillis(300))
                .event(ChatEvents.finish("stop"))
                .event(ChatEvents.usage(1, 1))
                .event(ChatEvents.DONE));
        try (var client = open()) {
            client.text(create("one"));
            client.text(create("two"));
            client.text(create("bad", "\"temperature\":9"));
            client.text("{");
            client.text(create("three"));
            assertThat(text(response(client))).isEqualTo("slow");
            assertThat(text(response(client))).isEqualTo("two");
            assertThat(refused(client, 400).path("param").asText()).isEqualTo("temperature");
            assertThat(refused(client, 400).path("code").asText()).isEqualTo("invalid_json");
            assertThat(text(response(client))).isEqualTo("three");
        }
    }

    @Test
    void an_error_in_the_middle_is_the_last_message_of_its_turn_and_not_of_the_socket() throws Exception {
        upstream.next(Script.stream().event(ChatEvents.text("begun")).reset());
        try (var client = open()) {
            client.text(create("one"));
            var messages = turn(client);
            var failed = StreamJudge.judge(messages);
            assertThat(failed.path("status").asText()).isEqualTo("failed");
            assertThat(failed.path("error").path("code").asText()).isNotEmpty();
            assertThat(text(failed)).isEqualTo("begun");
            assertThat(json(get(failed.path("id").asText()))).isEqualTo(failed);
            assertThat(text(said(client, create("two")))).isEqualTo("two");
        }
    }

    @Test
    void no_backend_that_answers_is_told_by_one_last_message() throws Exception {
        upstream.next(Script.json(500, ChatEvents.error("no")));
        try (var client = open()) {
            client.text(create("one"));
            var failed = StreamJudge.judge(turn(client));
            assertThat(failed.path("status").asText()).isEqualTo("failed");
            assertThat(json(get(failed.path("id").asText()))).isEqualTo(failed);
            assertThat(text(said(client, create("two")))).isEqualTo("two");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"background\":true|background",
                "\"background\":false|background",
                "\"stream\":true|stream",
                "\"stream\":false|stream",
                "\"stream_options\":{}|stream_options",
                "\"stream_id\":\"a\"|stream_id",
            })
    void what_has_no_meaning_there_is_refused(String row) throws Exception {
        var parts = row.split("\\|");
        try (var client = open()) {
            client.text(create("x", parts[0]));
            assertThat(refused(client, 400).path("param").asText()).isEqualTo(parts[1]);
            assertThat(text(said(client, create("two")))).isEqualTo("two");
        }
    }

    @Test
    void tools_are_called_and_their_outputs_come_back_on_the_connection() throws Exception {
        try (var client = open()) {
            var tools = "\"tools\":[{\"type\":\"function\",\"name\":\"weather\",\"parameters\":{\"type\":\"object\"}}]";
            var asked = said(client, create("Oslo", tools, UNSTORED));
            var call = asked.path("output").path(0).path("call_id").asText();
            assertThat(call).isNotEmpty();
            var answered = said(
                    client,
                    "{\"type\":\"response.create\",\"model\":\"m\",\"input\":[{\"type\":\"function_call_output\",\"call_id\":\""
                            + call + "\",\"output\":\"rain\"}]," + UNSTORED + "," + tools + "," + after(asked) + "}");
            assertThat(text(answered)).isEqualTo("rain");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_client_that_leaves_in_the_middle_leaves_an_incomplete_response(boolean inOrder) throws Exception {
        upstream.next(Script.stream().event(ChatEvents.text("begun")).stall());
        String id;
        try (var client = open()) {
            client.text(create("one"));
            ObjectNode message;
            do {
                message = tree(client.message());
            } while (!message.path("type").asText().equals("response.output_text.delta"));
            id = "resp_" + message.path("item_id").asText().replaceFirst("msg_([0-9a-f]+)r.*", "$1");
            assertThat(json(get(id)).path("status").asText()).isEqualTo("in_progress");
            if (inOrder) {
                client.sayClose();
            } else {
                client.reset();
            }
        }
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            var kept = json(get(id));
            assertThat(kept.path("status").asText()).isEqualTo("incomplete");
            assertThat(text(kept)).isEqualTo("begun");
        });
        assertThat(upstream.received().getLast().awaitCancelled(Duration.ofSeconds(10)))
                .isTrue();
        var told = Caller.chunks(caller.get(RESPONSES + "/" + id + "?stream=true"));
        assertThat(StreamJudge.judge(
                        told.stream().map(event -> (ObjectNode) event).toList()))
                .isEqualTo(json(get(id)));
    }

    @Test
    void a_stored_turn_can_be_followed_from_elsewhere_while_it_runs() throws Exception {
        upstream.next(Script.stream()
                .event(ChatEvents.text("one"))
                .pause(Duration.ofSeconds(1))
                .event(ChatEvents.text(" two"))
                .event(ChatEvents.finish("stop"))
                .event(ChatEvents.usage(1, 2))
                .event(ChatEvents.DONE));
        try (var client = open()) {
            client.text(create("x"));
            var created = tree(client.message());
            var id = created.path("response").path("id").asText();
            var followed = Caller.chunks(caller.get(RESPONSES + "/" + id + "?stream=true"));
            var told = new ArrayList<JsonNode>(List.of(created));
            told.addAll(turn(client));
            assertThat(followed).isEqualTo(told);
        }
    }

    @Test
    void a_key_that_nobody_knows_opens_no_socket() throws Exception {
        for (var header : List.of("authorization: Bearer sk-nobody", "x-nothing: at all")) {
            try (var client = SocketClient.ask(gateway.url(), RESPONSES, header)) {
                assertThat(client.head()).startsWith("HTTP/1.1 401 ");
                assertThat(tree(client.body()).path("error").path("code").asText())
                        .isEqualTo("invalid_api_key");
            }
        }
    }

    @Test
    void another_project_finds_nothing_of_it_over_its_own_socket() throws Exception {
        try (var client = open();
                var stranger = open(Caller.of(gateway, "theirs"))) {
            var one = said(client, create("one"));
            stranger.text(create("x", after(one)));
            var foreign = refused(stranger, 404);
            stranger.text(create("x", "\"previous_response_id\":\"resp_" + "0".repeat(32) + "\""));
            var unknown = refused(stranger, 404);
            assertThat(foreign.path("code")).isEqualTo(unknown.path("code"));
            assertThat(foreign.path("message").asText())
                    .isEqualTo(unknown.path("message")
                            .asText()
                            .replaceFirst("0{32}", one.path("id").asText().substring(5)));
        }
    }

    @Test
    void two_gateways_that_share_no_store_share_nothing() throws Exception {
        try (var second = gateway();
                var here = open();
                var there = open(Caller.of(second, "ours"))) {
            for (var store : List.of("\"store\":true", UNSTORED)) {
                var one = said(here, create("one", store));
                there.text(create("x", store, after(one)));
                assertNotFound(refused(there, 404));
                assertThat(text(said(here, create("two", store, after(one))))).isEqualTo("two");
            }
        }
    }
}
