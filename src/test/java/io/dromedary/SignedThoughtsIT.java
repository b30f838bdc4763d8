package io.dromedary;

import static io.dromedary.testing.JsonCheck.assertThatJson;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import io.dromedary.testing.Caller;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.MessageJudge;
import io.dromedary.testing.Script;
import io.dromedary.testing.ScriptedBackend;
import io.dromedary.testing.conversation.Said;
import io.dromedary.testing.wire.AnthropicWire;
import io.dromedary.testing.wire.BedrockWire;
import io.dromedary.testing.wire.Wire;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What Claude thinks reaches a caller of the Messages or the Responses API with its signatures, and goes back as it was. */
final class SignedThoughtsIT {
    private static final Said.Call CALL = new Said.Call("toolu_1", "get_weather", "{\"city\":\"Zagora\"}");
    private static final String USED = """
            {"type":"tool_use","id":"toolu_1","name":"get_weather","input":{"city":"Zagora"}}""";
    private static final String SIGNATURE = "EqQBCgIYAhIM+/Zq==";
    private static final String SEALED = "EmwKAhgBEgy3va3p/A==";

    private static final ScriptedBackend anthropic = ScriptedBackend.start();
    private static final ScriptedBackend bedrock = ScriptedBackend.start();
    private static GatewayProcess gateway;
    private static Caller caller;

    /** Claude at one of those who serve it. */
    private enum Claude {
        ANTHROPIC(anthropic, new AnthropicWire()) {
            @Override
            Script sealed(boolean stream) {
                return stream
                        ? events(
                                """
                                {"type":"message_start","message":{"id":"msg_theirs","type":"message","role":"assistant",
                                 "model":"c","content":[],"stop_reason":null,"usage":{"input_tokens":3,"output_tokens":1}}}""",
                                """
                                {"type":"content_block_start","index":0,
                                 "content_block":{"type":"redacted_thinking","data":"%s"}}""".formatted(SEALED),
                                "{\"type\":\"content_block_stop\",\"index\":0}",
                                """
                                {"type":"content_block_start","index":1,
                                 "content_block":{"type":"thinking","thinking":"","signature":""}}""",
                                """
                                {"type":"content_block_delta","index":1,
                                 "delta":{"type":"thinking_delta","thinking":"Hm"}}""",
                                """
                                {"type":"content_block_delta","index":1,
                                 "delta":{"type":"signature_delta","signature":"%s"}}""".formatted(SIGNATURE),
                                "{\"type\":\"content_block_stop\",\"index\":1}",
                                """
                                {"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"toolu_1",
                                 "name":"get_weather","input":{}}}""",
                                """
                                {"type":"content_block_delta","index":2,
                                 "delta":{"type":"input_json_delta","partial_json":"{\\"city\\":\\"Zagora\\"}"}}""",
                                "{\"type\":\"content_block_stop\",\"index\":2}",
                                """
                                {"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":9}}""",
                                "{\"type\":\"message_stop\"}")
                        : Script.json(200, """
                                {"id":"msg_theirs","type":"message","role":"assistant","model":"c","content":[
                                  {"type":"redacted_thinking","data":"%s"},
                                  {"type":"thinking","thinking":"Hm","signature":"%s"},%s],
                                 "stop_reason":"tool_use","usage":{"input_tokens":3,"output_tokens":9}}""".formatted(SEALED, SIGNATURE, USED));
            }

            @Override
            String returned(String text) {
                return "{\"type\":\"thinking\",\"thinking\":\"" + text + "\",\"signature\":\"" + SIGNATURE + "\"}";
            }

            @Override
            String returnedSealed() {
                return "{\"type\":\"redacted_thinking\",\"data\":\"" + SEALED + "\"}";
            }
        },

        BEDROCK(bedrock, new BedrockWire()) {
            @Override
            Script sealed(boolean stream) {
                return stream
                        ? events(
                                "{\"messageStart\":{\"role\":\"assistant\"}}",
                                """
                                {"contentBlockDelta":{"contentBlockIndex":0,
                                 "delta":{"reasoningContent":{"redactedContent":"%s"}}}}""".formatted(SEALED),
                                "{\"contentBlockStop\":{\"contentBlockIndex\":0}}",
                                """
                                {"contentBlockDelta":{"contentBlockIndex":1,"delta":{"reasoningContent":{"text":"Hm"}}}}""",
                                """
                                {"contentBlockDelta":{"contentBlockIndex":1,
                                 "delta":{"reasoningContent":{"signature":"%s"}}}}""".formatted(SIGNATURE),
                                "{\"contentBlockStop\":{\"contentBlockIndex\":1}}",
                                """
                                {"contentBlockStart":{"contentBlockIndex":2,
                                 "start":{"toolUse":{"toolUseId":"toolu_1","name":"get_weather"}}}}""",
                                """
                                {"contentBlockDelta":{"contentBlockIndex":2,
                                 "delta":{"toolUse":{"input":"{\\"city\\":\\"Zagora\\"}"}}}}""",
                                "{\"contentBlockStop\":{\"contentBlockIndex\":2}}",
                                "{\"messageStop\":{\"stopReason\":\"tool_use\"}}",
                                """
                                {"metadata":{"usage":{"inputTokens":3,"outputTokens":9,"totalTokens":12}}}""")
                        : Script.json(200, """
                                {"output":{"message":{"role":"assistant","content":[
                                  {"reasoningContent":{"redactedContent":"%s"}},
                                  {"reasoningContent":{"reasoningText":{"text":"Hm","signature":"%s"}}},
                                  {"toolUse":{"toolUseId":"toolu_1","name":"get_weather","input":{"city":"Zagora"}}}]}},
                                 "stopReason":"tool_use","usage":{"inputTokens":3,"outputTokens":9,"totalTokens":12}}""".formatted(SEALED, SIGNATURE));
            }

            @Override
            String returned(String text) {
                return "{\"reasoningContent\":{\"reasoningText\":{\"text\":\"" + text + "\",\"signature\":\""
                        + SIGNATURE + "\"}}}";
            }

            @Override
            String returnedSealed() {
                return "{\"reasoningContent\":{\"redactedContent\":\"" + SEALED + "\"}}";
            }
        };

        private final ScriptedBackend backend;
        private final Wire wire;

        Claude(ScriptedBackend backend, Wire wire) {
            this.backend = backend;
            this.wire = wire;
        }

        Script events(String... events) {
            return Script.head(200, Map.of("content-type", wire.streamType()))
                    .raw(wire.framed(Stream.of(events)
                            .map(event -> event.replace("\n", ""))
                            .toList()));
        }

        /** Thoughts that nobody can read, thoughts that one can, and a call. */
        abstract Script sealed(boolean stream);

        /** The block that it wants to see again. */
        abstract String returned(String text);

        abstract String returnedSealed();

        String model() {
            return "at-" + name();
        }

        void answers(Script script) {
            backend.otherwise(received -> received.method().equals("GET") ? Script.json(200, "{}") : script);
        }

        /** What it was asked last. */
        ObjectNode asked() {
            return backend.received().stream()
                    .filter(received -> !received.method().equals("GET"))
                    .map(received -> Json.object(received.bytes()))
                    .reduce((first, second) -> second)
                    .orElseThrow();
        }
    }

    @BeforeAll
    static void start() throws Exception {
        gateway = GatewayProcess.with()
                .environment("THERE_KEY", "sk-there")
                .backend("anthropic", """
                        dialect: anthropic
                        url: %s/v1
                        auth: ${env:THERE_KEY}
                        models:
                          at-ANTHROPIC: { upstream: claude-sonnet-4-5 }
                        """.formatted(anthropic.url()))
                .backend("bedrock", """
                        dialect: bedrock
                        url: %s
                        auth: ${env:THERE_KEY}
                        options: { region: us-east-1 }
                        models:
                          at-BEDROCK: { upstream: anthropic.claude-sonnet-4-5-20250929-v1:0 }
                        """.formatted(bedrock.url()))
                .start();
        caller = new Caller(gateway.url(), GatewayProcess.KEY);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        anthropic.close();
        bedrock.close();
    }

    private static Stream<Arguments> ways() {
        return Stream.of(Claude.values())
                .flatMap(claude -> Stream.of(Arguments.of(claude, false), Arguments.of(claude, true)));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void a_signed_thought_is_told_and_taken_back(Claude claude, boolean stream) {
        var said = new Said("Hm, well: 🤔", SIGNATURE, "Let me look.", "", List.of(CALL));

        var message = ask(claude, claude.wire.answer(said, stream, new SplittableRandom(3)), request(claude, stream));

        assertThatJson(message.path("content").toString()).isEqualTo("""
                [{"type":"thinking","thinking":"Hm, well: 🤔","signature":"%s"},{"type":"text","text":"Let me look."},%s]""".formatted(SIGNATURE, USED));
        assertThat(takenBack(claude, message, stream)
                        .at("/messages/1/content/0")
                        .toString())
                .isEqualTo(claude.returned("Hm, well: 🤔"));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void thoughts_that_are_sealed_keep_their_place_before_those_that_are_not(Claude claude, boolean stream) {
        var message = ask(claude, claude.sealed(stream), request(claude, stream));

        assertThatJson(message.path("content").toString()).isEqualTo("""
                [{"type":"redacted_thinking","data":"%s"},{"type":"thinking","thinking":"Hm","signature":"%s"},%s]""".formatted(SEALED, SIGNATURE, USED));
        var back = takenBack(claude, message, stream).at("/messages/1/content");
        assertThat(back.path(0).toString()).isEqualTo(claude.returnedSealed());
        assertThat(back.path(1).toString()).isEqualTo(claude.returned("Hm"));
    }

    private static Stream<Arguments> turns() {
        return ways().flatMap(
                        way -> Stream.of(true, false).map(stored -> Arguments.of(way.get()[0], way.get()[1], stored)));
    }

    @ParameterizedTest
    @MethodSource("turns")
    void a_response_has_signed_thoughts_that_the_next_turn_brings_back(Claude claude, boolean stream, boolean stored) {
        var said = new Said("Hm, well: 🤔", SIGNATURE, "Let me look.", "", List.of(CALL));
        claude.answers(claude.wire.answer(said, stream, new SplittableRandom(3)));
        var first = respond(turn(claude, stream, stored));
        assertThat(first.at("/output/0/type").asText()).isEqualTo("reasoning");
        assertThat(first.at("/output/0/encrypted_content").asText()).isNotEmpty();

        var back = nextTurn(claude, first, stream, stored).at("/messages/1/content");

        assertThat(back.path(0).toString()).isEqualTo(claude.returned("Hm, well: 🤔"));
        assertThat(back.path(1).toString()).contains("\"text\":\"Let me look.\"");
        assertThat(back.path(2).toString()).contains("toolu_1", "{\"city\":\"Zagora\"}");
    }

    @ParameterizedTest
    @MethodSource("turns")
    void a_response_has_sealed_thoughts_that_the_next_turn_brings_back(Claude claude, boolean stream, boolean stored) {
        claude.answers(claude.sealed(stream));
        var first = respond(turn(claude, stream, stored));

        var back = nextTurn(claude, first, stream, stored).at("/messages/1/content");

        assertThat(back.path(0).toString()).isEqualTo(claude.returnedSealed());
        assertThat(back.path(1).toString()).isEqualTo(claude.returned("Hm"));
        assertThat(back.path(2).toString()).contains("toolu_1", "{\"city\":\"Zagora\"}");
    }

    private static ObjectNode turn(Claude claude, boolean stream, boolean stored) {
        return Json.object("""
                {"model":"%s","input":[{"role":"user","content":"Weather?"}],"stream":%s,"store":%s,
                 "max_output_tokens":4000,"reasoning":{"effort":"low"},"include":["reasoning.encrypted_content"],
                 "tools":[{"type":"function","name":"get_weather","parameters":{"type":"object"},"strict":false}]}""".formatted(claude.model(), stream, stored).getBytes(StandardCharsets.UTF_8));
    }

    /** The response as it is at its end. */
    private static JsonNode respond(ObjectNode request) {
        var answer = caller.post("/v1/responses", request.toString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        var response = request.path("stream").asBoolean()
                ? answer.body()
                        .lines()
                        .filter(line -> line.startsWith("data: {\"type\":\"response.completed\""))
                        .map(line -> line.substring("data: ".length()))
                        .map(event -> Json.object(event.getBytes(StandardCharsets.UTF_8))
                                .path("response"))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError(answer.body()))
                : Json.object(answer.body().getBytes(StandardCharsets.UTF_8));
        assertThat(response.path("status").asText()).as(answer.body()).isEqualTo("completed");
        return response;
    }

    /** What the backend is asked when the result of its call is there, and the caller or the gateway knows what it said. */
    private static JsonNode nextTurn(Claude claude, JsonNode first, boolean stream, boolean stored) {
        claude.answers(claude.wire.answer(Said.text("Warm."), stream, new SplittableRandom(3)));
        var request = turn(claude, stream, stored);
        var input = stored ? request.putArray("input") : request.withArray("input");
        if (stored) {
            request.set("previous_response_id", first.path("id"));
        } else {
            first.path("output").forEach(input::add);
        }
        input.addObject()
                .put("type", "function_call_output")
                .put("call_id", "toolu_1")
                .put("output", "23 degrees");
        respond(request);
        return claude.asked();
    }

    private static ObjectNode ask(Claude claude, Script script, ObjectNode request) {
        claude.answers(script);
        var answer = caller.post("/v1/messages", request.toString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return request.path("stream").asBoolean()
                ? MessageJudge.judge(answer.body())
                : Json.object(answer.body().getBytes(StandardCharsets.UTF_8));
    }

    private static ObjectNode request(Claude claude, boolean stream) {
        return Json.object("""
                {"model":"%s","max_tokens":4000,"stream":%s,"thinking":{"type":"enabled","budget_tokens":2000},
                 "tools":[{"name":"get_weather","input_schema":{"type":"object"}}],
                 "messages":[{"role":"user","content":"Weather?"}]}""".formatted(claude.model(), stream).getBytes(StandardCharsets.UTF_8));
    }

    /** What the backend is asked when its answer is sent again, with the result of its call. */
    private static ObjectNode takenBack(Claude claude, ObjectNode message, boolean stream) {
        var request = request(claude, stream);
        request.withArray("messages").addObject().put("role", "assistant").set("content", message.path("content"));
        request.withArray("messages")
                .addObject()
                .put("role", "user")
                .putArray("content")
                .addObject()
                .put("type", "tool_result")
                .put("tool_use_id", "toolu_1")
                .put("content", "23 degrees");
        ask(claude, claude.wire.answer(Said.text("Warm."), stream, new SplittableRandom(3)), request);
        return claude.asked();
    }
}
