package io.dromedary.backend.dialect.bedrock;

import static io.dromedary.backend.dialect.blocks.Spoken.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dromedary.api.ServiceTier;
import io.dromedary.api.Usage;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.sse.Framing;
import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.dialect.blocks.Spoken;
import io.dromedary.testing.EventStreamBytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ConverseTest {
    private static final String NEW = "eu.anthropic.claude-sonnet-4-5-20250929-v1:0";
    private static final String OLD = "anthropic.claude-3-5-sonnet-20240620-v1:0";
    private static final String TYPE = "application/vnd.amazon.eventstream";
    private static final String HI = "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]";
    private static final String STREAM =
            "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true}," + HI + "}";
    private static final String TOOL = """
            "tools":[{"type":"function","function":{"name":"look","description":"Looks","parameters":\
            {"type":"object","properties":{"at":{"type":"string"}}}}}]""";
    private static final String SCHEMA = """
            "response_format":{"type":"json_schema","json_schema":{"name":"person","schema":\
            {"type":"object","properties":{"age":{"type":"integer"}}}}}""";

    private static Spoken to(String upstream) {
        return new Spoken(BedrockDialect::new, upstream, TYPE);
    }

    private static String with(String members) {
        return "{\"model\":\"m\"," + HI + "," + members + "}";
    }

    private static byte[] stream(byte[]... frames) {
        var bytes = new ByteArrayOutputStream();
        for (var frame : frames) {
            bytes.writeBytes(frame);
        }
        return bytes.toByteArray();
    }

    private static byte[] delta(int block, String delta) {
        return EventStreamBytes.event(
                "contentBlockDelta", "{\"contentBlockIndex\":" + block + ",\"delta\":" + delta + "}");
    }

    private static byte[] end(int block) {
        return EventStreamBytes.event("contentBlockStop", "{\"contentBlockIndex\":" + block + "}");
    }

    private static byte[] begin(int block, String id, String name) {
        return EventStreamBytes.event(
                "contentBlockStart",
                "{\"contentBlockIndex\":" + block + ",\"start\":{\"toolUse\":{\"toolUseId\":\"" + id + "\",\"name\":\""
                        + name + "\"}}}");
    }

    private static final byte[] START = EventStreamBytes.event("messageStart", "{\"role\":\"assistant\"}");
    private static final byte[] METADATA = EventStreamBytes.event(
            "metadata",
            "{\"usage\":{\"inputTokens\":10,\"outputTokens\":7,\"totalTokens\":23,\"cacheReadInputTokens\":4,"
                    + "\"cacheWriteInputTokens\":2},\"metrics\":{\"latencyMs\":9}}");

    private static byte[] stop(String reason) {
        return EventStreamBytes.event("messageStop", "{\"stopReason\":\"" + reason + "\"}");
    }

    private static final byte[] CALLS = stream(
            START,
            delta(0, "{\"reasoningContent\":{\"text\":\"hm\"}}"),
            delta(0, "{\"reasoningContent\":{\"signature\":\"sig\"}}"),
            end(0),
            delta(1, "{\"reasoningContent\":{\"redactedContent\":\"eA==\"}}"),
            end(1),
            delta(2, "{\"text\":\"Yes \u00e9\"}"),
            end(2),
            begin(3, "a", "look"),
            delta(3, "{\"toolUse\":{\"input\":\"{\\\"at\\\"\"}}"),
            delta(3, "{\"toolUse\":{\"input\":\":1}\"}}"),
            end(3),
            begin(4, "b", "rest"),
            end(4),
            EventStreamBytes.event("somethingNew", "{}"),
            stop("tool_use"),
            METADATA);

    @Test
    void the_model_is_in_the_path_escaped_and_a_stream_has_a_path_of_its_own() {
        var whole = Objects.requireNonNull(
                to(NEW).send("{\"model\":\"m\"," + HI + "}").elsewhere());
        var streamed = Objects.requireNonNull(to("arn:aws:bedrock:eu-west-1:1:inference-profile/x")
                .send(STREAM)
                .elsewhere());

        assertThat(whole.path()).isEqualTo("/model/eu.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse");
        assertThat(streamed.path())
                .isEqualTo("/model/arn%3Aaws%3Abedrock%3Aeu-west-1%3A1%3Ainference-profile%2Fx/converse-stream");
        assertThat(json(new String(whole.body(), StandardCharsets.UTF_8)))
                .isEqualTo(json("{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hi\"}]}]}"));
    }

    @Test
    void a_conversation_becomes_blocks() {
        var sent = to(NEW).sent("""
                        {"model":"m","max_tokens":50,"temperature":0.5,"stop":["END"],"messages":[
                          {"role":"system","content":"Be brief."},
                          {"role":"user","content":[{"type":"text","text":"See"},
                            {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}},
                            {"type":"file","file":{"filename":"a_b.pdf","file_data":"data:application/pdf;base64,JVBERg=="}}]},
                          {"role":"assistant","content":"I look.","reasoning_details":[
                             {"type":"reasoning.text","text":"hm","signature":"sig"},
                             {"type":"reasoning.encrypted","data":"eA=="}],
                           "tool_calls":[{"id":"c","type":"function","function":{"name":"look","arguments":"{\\"at\\":1}"}}]},
                          {"role":"tool","tool_call_id":"c","content":"rain"}],
                """ + TOOL + "}");

        assertThat(sent).isEqualTo(json("""
                {"system":[{"text":"Be brief."}],
                 "messages":[
                   {"role":"user","content":[{"text":"See"},{"image":{"format":"png","source":{"bytes":"AAAA"}}},
                     {"document":{"format":"pdf","name":"a-b","source":{"bytes":"JVBERg=="}}}]},
                   {"role":"assistant","content":[
                     {"reasoningContent":{"reasoningText":{"text":"hm","signature":"sig"}}},
                     {"reasoningContent":{"redactedContent":"eA=="}},{"text":"I look."},
                     {"toolUse":{"toolUseId":"c","name":"look","input":{"at":1}}}]},
                   {"role":"user","content":[{"toolResult":{"toolUseId":"c","content":[{"text":"rain"}]}}]}],
                 "toolConfig":{"tools":[{"toolSpec":{"name":"look","description":"Looks","inputSchema":{"json":
                   {"type":"object","properties":{"at":{"type":"string"}}}}}}]},
                 "inferenceConfig":{"maxTokens":50,"stopSequences":["END"],"temperature":0.5}}"""));
    }

    @Test
    void an_images_address_is_refused_by_its_place() {
        assertThatThrownBy(() -> to(NEW).send("""
                {"model":"m","messages":[{"role":"user","content":[
                  {"type":"image_url","image_url":{"url":"https://example.com/a.png"}}]}]}"""))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.refusal().param())
                                .isEqualTo("messages[0].content[0].image_url.url"));
    }

    @Test
    void the_choice_among_tools() {
        assertThat(choice("\"auto\"")).isEqualTo(json("{\"auto\":{}}"));
        assertThat(choice("\"required\"")).isEqualTo(json("{\"any\":{}}"));
        assertThat(choice("{\"type\":\"function\",\"function\":{\"name\":\"look\"}}"))
                .isEqualTo(json("{\"tool\":{\"name\":\"look\"}}"));
        assertThat(to(NEW).sent(with(TOOL + ",\"tool_choice\":\"none\"")).has("toolConfig"))
                .isFalse();
        assertThatThrownBy(() -> to(NEW).send(with(TOOL + ",\"parallel_tool_calls\":false")))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.refusal().param()).isEqualTo("parallel_tool_calls"));
    }

    private static Object choice(String choice) {
        return to(NEW).sent(with(TOOL + ",\"tool_choice\":" + choice)).at("/toolConfig/toolChoice");
    }

    @Test
    void tools_that_were_called_are_declared_even_where_none_may_be_called_now() {
        var loop = """
                {"model":"m","messages":[{"role":"user","content":"x"},{"role":"assistant","tool_calls":[
                  {"id":"a","type":"function","function":{"name":"gone","arguments":"{}"}}]},
                 {"role":"tool","tool_call_id":"a","content":"1"}]%s}""";

        assertThat(to(NEW).sent(loop.formatted("")).at("/toolConfig/tools")).isEqualTo(json("""
                [{"toolSpec":{"name":"gone","inputSchema":{"json":{"type":"object"}}}}]"""));
        var none = loop.formatted("," + TOOL + ",\"tool_choice\":\"none\"");
        assertThat(to(NEW).sent(none).at("/toolConfig/tools")).hasSize(2);
        assertThat(to(NEW).send(none).dropped()).containsExactly("tool_choice");
    }

    @Test
    void a_tool_that_was_called_is_declared_once() {
        var none = """
                {"model":"m","messages":[{"role":"user","content":"x"},{"role":"assistant","tool_calls":[
                  {"id":"a","type":"function","function":{"name":"look","arguments":"{}"}}]},
                 {"role":"tool","tool_call_id":"a","content":"1"}],"tool_choice":"none",
                 "tools":[{"type":"function","function":{"name":"look"}},{"type":"function","function":{"name":"rest"}}]}""";

        assertThat(to(NEW).sent(none).at("/toolConfig/tools").findValuesAsText("name"))
                .containsExactly("look", "rest");
    }

    @Test
    void a_strict_tool_is_strict_where_the_model_can_be_and_told_where_it_cannot() {
        var strict = with("""
                "tools":[{"type":"function","function":{"name":"a","strict":true,"parameters":
                  {"properties":{"n":{"type":"integer"}}}}}]""");

        assertThat(to(NEW).sent(strict).at("/toolConfig/tools/0/toolSpec")).isEqualTo(json("""
                {"name":"a","strict":true,"inputSchema":{"json":{"properties":{"n":{"type":"integer"}},"type":"object",
                  "additionalProperties":false}}}"""));
        assertThat(to(OLD).sent(strict).at("/toolConfig/tools/0/toolSpec")).isEqualTo(json("""
                {"name":"a","inputSchema":{"json":{"properties":{"n":{"type":"integer"}},"type":"object"}}}"""));
        assertThat(to(OLD).send(strict).dropped()).containsExactly("tools[0].function.strict");
    }

    @Test
    void any_json_object_is_asked_for_in_words() {
        assertThat(to(NEW).sent(with("\"response_format\":{\"type\":\"json_object\"}"))
                        .at("/system/0/text")
                        .asText())
                .contains("one valid JSON object");
    }

    @Test
    void a_claude_that_is_told_its_budget_has_a_limit_above_it_and_what_it_is_sent_apart_is_not_told() {
        var thinking =
                with("\"max_tokens\":9000,\"temperature\":0.3,\"thinking\":{\"type\":\"%s\",\"budget_tokens\":2000}");

        assertThat(to(NEW).send(thinking.formatted("enabled")).dropped()).containsExactly("temperature");
        assertThat(to(NEW).send(thinking.formatted("disabled")).dropped()).isEmpty();
        assertThat(to(NEW).sent(with("\"reasoning_effort\":\"low\"")).path("inferenceConfig"))
                .isEqualTo(json("{\"maxTokens\":64000}"));
        assertThat(to("anthropic.claude-opus-4-6-v1")
                        .sent(with("\"reasoning_effort\":\"low\""))
                        .has("inferenceConfig"))
                .isFalse();
    }

    @Test
    void the_tier_that_the_caller_named_is_sent_and_the_one_that_served_told() {
        var flex = to(NEW).calling(ServiceTier.FLEX, "flex");
        assertThat(flex.sent(with("\"service_tier\":\"flex\"")).path("serviceTier"))
                .isEqualTo(json("{\"type\":\"flex\"}"));

        var metadata = EventStreamBytes.event(
                "metadata",
                "{\"usage\":{\"inputTokens\":1,\"outputTokens\":1},\"serviceTier\":{\"type\":\"standard\"}}");
        var heard = flex.stream(STREAM, stream(START, delta(0, "{\"text\":\"a\"}"), stop("end_turn"), metadata));
        assertThat(heard.chunks().getLast().path("service_tier").asText()).isEqualTo("default");
    }

    @Test
    void the_counts_of_the_metadata_are_the_last_word() {
        var metadata = EventStreamBytes.event("metadata", "{\"usage\":{\"inputTokens\":1,\"outputTokens\":1}}");
        var pieces = stream(START, delta(0, "{\"text\":\"a\"}"), delta(0, "{\"text\":\"b\"}"), stop("end_turn"));

        assertThat(to(NEW).stream(STREAM, stream(pieces, metadata)).answer().usage())
                .isEqualTo(new Usage(1, 1));
    }

    @Test
    void blocks_that_nobody_knows_are_left_out_and_counted() {
        var answer = to(NEW).answer("{\"model\":\"m\"," + HI + "}");
        assertThat(answer.whole("""
                        {"output":{"message":{"content":[{"video":{}},{"text":"Yes"}]}},"stopReason":"end_turn"}""".getBytes(StandardCharsets.UTF_8))).isNotNull();
        assertThat(answer.dropped()).isEqualTo(1);
        assertThat(to(NEW).stream(STREAM, stream(START, delta(0, "{\"citation\":{}}"), stop("end_turn")))
                        .answer()
                        .dropped())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"message\":\"Too many requests\",\"__type\":\"ThrottlingException\"}",
                "{\"Message\":\"x\",\"__type\":\"a#ThrottlingException\"}",
                "{\"__type\":\"ThrottlingException\"}"
            })
    void an_exception_in_place_of_an_answer_has_its_class(String body) {
        var answer = to(NEW).answer("{\"model\":\"m\"," + HI + "}");

        assertThat(answer.whole(body.getBytes(StandardCharsets.UTF_8))).isNull();
        assertThat(answer.failure()).isInstanceOf(AttemptFailure.Overloaded.class);
    }

    @Test
    void a_message_without_the_name_of_an_exception_is_an_error_all_the_same() {
        for (var member : new String[] {"message", "Message"}) {
            var answer = to(NEW).answer("{\"model\":\"m\"," + HI + "}");
            assertThat(answer.whole(("{\"" + member + "\":\"gone\"}").getBytes(StandardCharsets.UTF_8)))
                    .isNull();
            assertThat(answer.failure()).isInstanceOf(AttemptFailure.Faulty.class);
        }
        var other = to(NEW).answer("{\"model\":\"m\"," + HI + "}");
        assertThat(other.whole("{\"a\":1}".getBytes(StandardCharsets.UTF_8))).isNull();
        assertThat(other.failure()).isInstanceOf(AttemptFailure.Broken.class);
    }

    @Test
    void an_error_of_the_stream_itself_has_its_class() {
        var error = EventStreamBytes.error("throttlingException", "slow down");

        assertThat(to(NEW).stream(STREAM, stream(START, error)).answer().failure())
                .isInstanceOf(AttemptFailure.Overloaded.class);
    }

    @Test
    void it_is_reached_as_bedrock_documents_it() {
        var dialect = to(NEW).dialect();

        assertThat(dialect.name()).isEqualTo("bedrock");
        assertThat(dialect.chatPath()).isEqualTo("/model");
        assertThat(dialect.failure(429, name -> null, "{\"message\":\"x\"}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(AttemptFailure.Overloaded.class);
    }

    @Test
    void a_schema_is_the_upstreams_where_the_model_is_held_to_it_and_a_tools_where_not() {
        var format = to(NEW).sent(with(SCHEMA)).at("/outputConfig/textFormat");
        assertThat(format.path("type").asText()).isEqualTo("json_schema");
        assertThat(format.at("/structure/jsonSchema/name").asText()).isEqualTo("person");
        assertThat(json(format.at("/structure/jsonSchema/schema").asText())).isEqualTo(json("""
                {"type":"object","properties":{"age":{"type":"integer"}},"additionalProperties":false}"""));

        for (var upstream : new String[] {OLD, "amazon.nova-pro-v1:0"}) {
            var sent = to(upstream).sent(with(SCHEMA));
            assertThat(sent.at("/toolConfig/toolChoice")).isEqualTo(json("{\"tool\":{\"name\":\"json_answer\"}}"));
            assertThat(sent.has("outputConfig")).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "anthropic.claude-sonnet-4-5-v1:0 | high | {\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":8000}}",
                "anthropic.claude-opus-4-6-v1 | low | {\"thinking\":{\"type\":\"adaptive\"},\"output_config\":{\"effort\":\"low\"}}",
                "openai.gpt-oss-120b-1:0 | minimal | {\"reasoning_effort\":\"low\"}",
                "openai.gpt-oss-120b-1:0 | none | {\"reasoning_effort\":\"low\"}",
                "openai.gpt-oss-120b-1:0 | medium | {\"reasoning_effort\":\"medium\"}",
                "us.amazon.nova-2-lite-v1:0 | none | {\"reasoningConfig\":{\"type\":\"disabled\"}}",
                "us.amazon.nova-2-lite-v1:0 | xhigh | {\"reasoningConfig\":{\"type\":\"enabled\",\"maxReasoningEffort\":\"high\"}}"
            })
    void an_effort_is_said_in_the_words_of_the_models_maker(String upstream, String effort, String additional) {
        assertThat(to(upstream)
                        .sent(with("\"max_tokens\":10000,\"reasoning_effort\":\"" + effort + "\""))
                        .path("additionalModelRequestFields"))
                .isEqualTo(json(additional));
    }

    @Test
    void what_cannot_be_sent_is_told() {
        assertThat(to("meta.llama3-70b-instruct-v1:0")
                        .send(with("\"reasoning_effort\":\"high\",\"top_k\":3,\"seed\":1,\"user\":\"u\",\"foo\":1"))
                        .dropped())
                .containsExactlyInAnyOrder("seed", "user", "reasoning_effort", "top_k", "foo");
        assertThat(to(NEW).sent(with("\"top_k\":3")).path("additionalModelRequestFields"))
                .isEqualTo(json("{\"top_k\":3}"));
    }

    @Test
    void a_whole_answer() {
        var answer = to(NEW).whole("{\"model\":\"m\"," + HI + "}", """
                        {"output":{"message":{"role":"assistant","content":[
                           {"reasoningContent":{"reasoningText":{"text":"hm","signature":"sig"}}},
                           {"reasoningContent":{"redactedContent":"eA=="}},{"text":"Yes"},
                           {"toolUse":{"toolUseId":"a","name":"look","input":{"at":1}}}]}},
                         "stopReason":"tool_use","usage":{"inputTokens":10,"outputTokens":7,"totalTokens":17},
                         "metrics":{"latencyMs":5}}""");

        assertThat(answer.at("/choices/0")).isEqualTo(json("""
                {"index":0,"message":{"role":"assistant","content":"Yes","reasoning_content":"hm","reasoning_details":[
                   {"type":"reasoning.text","text":"hm","signature":"sig"},{"type":"reasoning.encrypted","data":"eA=="}],
                   "tool_calls":[{"id":"a","type":"function","function":{"name":"look","arguments":"{\\"at\\":1}"}}],
                   "refusal":null},"logprobs":null,"finish_reason":"tool_calls"}"""));
        assertThat(answer.at("/usage/total_tokens").asInt()).isEqualTo(17);
    }

    @ParameterizedTest
    @CsvSource({
        "end_turn, stop",
        "stop_sequence, stop",
        "max_tokens, length",
        "model_context_window_exceeded, length",
        "guardrail_intervened, content_filter",
        "content_filtered, content_filter"
    })
    void reasons_to_stop_are_told_in_openais_words(String theirs, String ours) {
        var heard = to(NEW).stream(STREAM, stream(START, delta(0, "{\"text\":\"a\"}"), stop(theirs), METADATA));

        assertThat(heard.answer().finishReason()).isEqualTo(ours);
    }

    @Test
    void an_answer_that_was_malformed_is_none() {
        assertThat(to(NEW).stream(STREAM, stream(START, stop("malformed_tool_use"), METADATA))
                        .answer()
                        .failure())
                .isInstanceOf(AttemptFailure.Faulty.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 11, 100, 1 << 20})
    void a_stream_reads_the_same_wherever_it_is_cut(int piece) {
        var heard = to(NEW).stream(STREAM, CALLS, piece);

        assertThat(heard.joined("reasoning_content")).isEqualTo("hm");
        assertThat(heard.details())
                .containsExactly(
                        json("{\"type\":\"reasoning.text\",\"text\":\"hm\",\"signature\":\"sig\"}"),
                        json("{\"type\":\"reasoning.encrypted\",\"data\":\"eA==\"}"));
        assertThat(heard.joined("content")).isEqualTo("Yes \u00e9");
        assertThat(heard.calls()).containsExactly("0 look a", "1 rest b");
        assertThat(heard.arguments(0)).isEqualTo("{\"at\":1}");
        assertThat(heard.arguments(1)).isEqualTo("{}");
        assertThat(heard.answer().usage()).isEqualTo(new Usage(16, 7, 4, 0));
        assertThat(heard.answer().finishReason()).isEqualTo("tool_calls");
        assertThat(heard.answer().done()).isTrue();
        assertThat(heard.answer().dropped()).isEqualTo(1);
        assertThat(heard.events()).last().isEqualTo("[DONE]");
    }

    @Test
    void a_stream_without_a_stop_was_cut_and_one_without_usage_was_not() {
        assertThat(to(NEW).stream(STREAM, stream(START, delta(0, "{\"text\":\"a\"}")))
                        .answer()
                        .failure())
                .isInstanceOf(AttemptFailure.Broken.class);
        assertThat(to(NEW).stream(STREAM, stream(START, delta(0, "{\"text\":\"a\"}"), stop("end_turn")))
                        .answer()
                        .failure())
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 9, 14, 40, 120})
    void a_damaged_frame_is_named_as_one(int at) {
        var bytes = stream(START, delta(0, "{\"text\":\"a piece of text that is somewhat longer\"}"));
        bytes[at] ^= 0x41;

        assertThatThrownBy(() -> {
                    var heard = to(NEW).stream(STREAM, bytes);
                    // a length that grew is waited for, and then the stream is cut
                    assertThat(heard.answer().failure()).isInstanceOf(AttemptFailure.Broken.class);
                    throw new Framing.UnreadableException("cut");
                })
                .isInstanceOf(Framing.UnreadableException.class);
    }

    private static Stream<Arguments> exceptions() {
        return Stream.of(
                Arguments.of("throttlingException", "Too many requests", AttemptFailure.Overloaded.class),
                Arguments.of("serviceUnavailableException", "busy", AttemptFailure.Overloaded.class),
                Arguments.of("internalServerException", "oops", AttemptFailure.Faulty.class),
                Arguments.of("modelStreamErrorException", "oops", AttemptFailure.Faulty.class),
                Arguments.of("validationException", "bad field", AttemptFailure.Rejected.class),
                Arguments.of(
                        "validationException",
                        "Input is too long for requested model.",
                        AttemptFailure.ContextTooLong.class));
    }

    @ParameterizedTest
    @MethodSource("exceptions")
    void an_exception_within_a_stream_has_its_class(
            String type, String message, Class<? extends AttemptFailure> expected) {
        var heard = to(NEW).stream(
                STREAM, stream(START, EventStreamBytes.exception(type, "{\"message\":\"" + message + "\"}")));

        assertThat(heard.answer().failure()).isInstanceOf(expected);
    }

    private static Stream<Arguments> errors() {
        return Stream.of(
                Arguments.of(400, "ValidationException", "bad field", AttemptFailure.Rejected.class),
                Arguments.of(
                        400,
                        "ValidationException",
                        "The provided model identifier is invalid.",
                        AttemptFailure.Misconfigured.class),
                Arguments.of(400, "ValidationException", "Input is too long", AttemptFailure.ContextTooLong.class),
                Arguments.of(403, "AccessDeniedException", "no access", AttemptFailure.Misconfigured.class),
                Arguments.of(403, "ExpiredTokenException", "expired", AttemptFailure.Misconfigured.class),
                Arguments.of(404, "ResourceNotFoundException", "x", AttemptFailure.Misconfigured.class),
                Arguments.of(408, "ModelTimeoutException", "x", AttemptFailure.Faulty.class),
                Arguments.of(424, "ModelErrorException", "x", AttemptFailure.Faulty.class),
                Arguments.of(429, "ThrottlingException", "x", AttemptFailure.Overloaded.class),
                Arguments.of(429, "ModelNotReadyException", "x", AttemptFailure.Overloaded.class),
                Arguments.of(400, "ServiceQuotaExceededException", "x", AttemptFailure.Overloaded.class),
                Arguments.of(500, "InternalServerException", "x", AttemptFailure.Faulty.class),
                Arguments.of(503, "ServiceUnavailableException", "x", AttemptFailure.Overloaded.class));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void each_exception_has_its_class(
            int status, String type, String message, Class<? extends AttemptFailure> expected) {
        var body = ("{\"message\":\"" + message + "\"}").getBytes(StandardCharsets.UTF_8);
        var headers = Map.of("x-amzn-errortype", type + ":http://internal.amazon.com/coral/");

        assertThat(ConverseErrors.ofStatus(status, headers::get, body, Spoken.CLOCK))
                .isInstanceOf(expected);
        assertThat(ConverseErrors.ofStatus(status, name -> null, new byte[0], Spoken.CLOCK))
                .isNotNull();
    }

    @Test
    void an_exception_without_its_header_is_named_by_its_body() {
        var body = "{\"__type\":\"com.amazon.coral.service#ServiceQuotaExceededException\",\"Message\":\"x\"}";

        assertThat(ConverseErrors.ofStatus(400, name -> null, body.getBytes(StandardCharsets.UTF_8), Spoken.CLOCK))
                .isInstanceOf(AttemptFailure.Overloaded.class);
        assertThat(to(NEW).answer(STREAM).whole(body.getBytes(StandardCharsets.UTF_8)))
                .isNull();
    }
}
