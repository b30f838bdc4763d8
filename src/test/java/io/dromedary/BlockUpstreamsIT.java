package io.dromedary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.errors.BadRequestException;
import com.openai.errors.OpenAIServiceException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.ReasoningEffort;
import com.openai.models.ResponseFormatJsonSchema;
import com.openai.models.ResponseFormatJsonSchema.JsonSchema;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionContentPart;
import com.openai.models.chat.completions.ChatCompletionContentPartImage;
import com.openai.models.chat.completions.ChatCompletionContentPartText;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import io.dromedary.testing.AnthropicUpstream;
import io.dromedary.testing.BedrockUpstream;
import io.dromedary.testing.EventStreamBytes;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.Script;
import io.dromedary.testing.ScriptedBackend;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** OpenAI's Java client finds the same before Anthropic's Messages API and Bedrock's Converse as anywhere else. */
@Timeout(120)
final class BlockUpstreamsIT {
    private static final String ANTHROPIC = "behind-anthropic";
    private static final String OLDER = "behind-an-older-claude";
    private static final String SIGNED = "behind-bedrock-signed";
    private static final String KEYED = "behind-bedrock-with-a-key";
    private static final String GROUP = "in-a-group";
    private static final String PIXEL = "data:image/png;base64,iVBORw0KGgo=";

    private static final ScriptedBackend anthropic = ScriptedBackend.start(new AnthropicUpstream());
    private static final ScriptedBackend bedrock = ScriptedBackend.start(new BedrockUpstream());
    private static GatewayProcess gateway;
    private static OpenAIClient client;

    @BeforeAll
    static void start() throws Exception {
        gateway = GatewayProcess.with()
                .backend("anthropic", """
                        dialect: anthropic
                        url: %s/v1
                        auth: ${env:ANTHROPIC_KEY}
                        models:
                          behind-anthropic: { upstream: claude-sonnet-4-5 }
                          behind-an-older-claude: { upstream: claude-3-5-haiku-20241022 }
                          in-a-group: { upstream: claude-opus-4-7, priority: 1 }
                        """.formatted(anthropic.url()))
                .backend("signed", """
                        dialect: bedrock
                        url: %s
                        auth: ${env:AWS_PAIR}
                        options: { region: eu-west-1 }
                        models:
                          behind-bedrock-signed: { upstream: "anthropic.claude-sonnet-4-5-20250929-v1:0" }
                          in-a-group: { upstream: "anthropic.claude-opus-4-7", priority: 2 }
                        """.formatted(bedrock.url()))
                .backend("keyed", """
                        dialect: bedrock
                        url: %s
                        auth: ${env:BEDROCK_KEY}
                        models:
                          behind-bedrock-with-a-key: { upstream: "amazon.nova-pro-v1:0" }
                        """.formatted(bedrock.url()))
                .environment("ANTHROPIC_KEY", "sk-ant-1")
                .environment("AWS_PAIR", "AKIDEXAMPLE:secret:token")
                .environment("BEDROCK_KEY", "ABSKexample")
                .start();
        client = OpenAIOkHttpClient.builder()
                .baseUrl(gateway.url() + "/v1")
                .apiKey(GatewayProcess.KEY)
                .maxRetries(0)
                .responseValidation(true)
                .build();
    }

    @AfterEach
    void forget() {
        anthropic.clear();
        bedrock.clear();
        anthropic.received().clear();
        bedrock.received().clear();
    }

    @AfterAll
    static void stop() {
        client.close();
        gateway.close();
        anthropic.close();
        bedrock.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {ANTHROPIC, OLDER, SIGNED, KEYED})
    void a_whole_answer(String model) {
        var completion = client.chat().completions().create(hello(model).build());

        assertThat(content(completion)).isEqualTo("Hello big world");
        assertThat(completion.model()).isEqualTo(model);
        assertThat(completion.id()).startsWith("chatcmpl-");
        assertThat(finish(completion)).isEqualTo("stop");
        assertThat(completion.usage().orElseThrow().totalTokens()).isEqualTo(6);
    }

    @ParameterizedTest
    @ValueSource(strings = {ANTHROPIC, OLDER, SIGNED, KEYED})
    void a_stream_with_usage_at_its_end(String model) {
        var chunks = streamed(hello(model).streamOptions(usage()).build());

        assertThat(chunks.getLast().usage().orElseThrow().totalTokens()).isEqualTo(6);
        var completion = put(chunks);
        assertThat(content(completion)).isEqualTo("Hello big world");
        assertThat(finish(completion)).isEqualTo("stop");
        assertThat(completion.model()).isEqualTo(model);
    }

    @ParameterizedTest
    @ValueSource(strings = {ANTHROPIC, OLDER, SIGNED, KEYED})
    void a_tool_is_called_and_its_result_told(String model) {
        var question = weather(model);
        var asked = client.chat().completions().create(question.build());
        var message = asked.choices().getFirst().message();
        var call = message.toolCalls().orElseThrow().getFirst().asFunction();

        assertThat(call.function().name()).isEqualTo("get_weather");
        assertThat(call.function().arguments().replace(" ", "")).isEqualTo("{\"city\":\"Paris\",\"unit\":\"celsius\"}");
        assertThat(finish(asked)).isEqualTo("tool_calls");

        var told = client.chat()
                .completions()
                .create(question.addMessage(message)
                        .addMessage(ChatCompletionToolMessageParam.builder()
                                .toolCallId(call.id())
                                .content("Sunny and mild")
                                .build())
                        .build());
        assertThat(content(told)).isEqualTo("Sunny and mild");
    }

    @ParameterizedTest
    @ValueSource(strings = {ANTHROPIC, OLDER, SIGNED, KEYED})
    void a_tool_is_called_in_a_stream(String model) {
        var completion = put(streamed(weather(model).streamOptions(usage()).build()));
        var call = completion
                .choices()
                .getFirst()
                .message()
                .toolCalls()
                .orElseThrow()
                .getFirst()
                .asFunction();

        assertThat(call.function().name()).isEqualTo("get_weather");
        assertThat(call.function().arguments()).isEqualTo("{\"city\": \"Paris\", \"unit\": \"celsius\"}");
        assertThat(finish(completion)).isEqualTo("tool_calls");
    }

    @ParameterizedTest
    @ValueSource(strings = {ANTHROPIC, OLDER, SIGNED, KEYED})
    void an_answer_follows_a_json_schema(String model) {
        var schema = JsonSchema.Schema.builder()
                .putAllAdditionalProperties(Map.of(
                        "type", JsonValue.from("object"),
                        "properties", JsonValue.from(Map.of("age", Map.of("type", "integer")))))
                .build();
        var request = hello(model)
                .responseFormat(ResponseFormatJsonSchema.builder()
                        .jsonSchema(JsonSchema.builder()
                                .name("person")
                                .schema(schema)
                                .build())
                        .build());

        var whole = client.chat().completions().create(request.build());
        assertThat(content(whole)).startsWith("{").endsWith("}");
        assertThat(whole.choices().getFirst().message().toolCalls()).isEmpty();
        assertThat(finish(whole)).isEqualTo("stop");
        assertThat(content(put(streamed(request.streamOptions(usage()).build()))))
                .startsWith("{")
                .endsWith("}");
    }

    @ParameterizedTest
    @ValueSource(strings = {ANTHROPIC, SIGNED})
    void an_image_is_seen(String model) {
        var parts = List.of(
                ChatCompletionContentPart.ofImageUrl(ChatCompletionContentPartImage.builder()
                        .imageUrl(ChatCompletionContentPartImage.ImageUrl.builder()
                                .url(PIXEL)
                                .build())
                        .build()),
                ChatCompletionContentPart.ofText(ChatCompletionContentPartText.builder()
                        .text("What is it?")
                        .build()));

        var completion = client.chat()
                .completions()
                .create(ChatCompletionCreateParams.builder()
                        .model(model)
                        .addUserMessageOfArrayOfContentParts(parts)
                        .build());

        assertThat(content(completion)).isEqualTo("What is it?");
        var sent = (model.equals(ANTHROPIC) ? anthropic : bedrock).received().getLast();
        assertThat(sent.body()).contains("iVBORw0KGgo=").doesNotContain("data:image");
    }

    @Test
    void each_upstream_is_told_who_asks_in_its_own_way() {
        client.chat().completions().create(hello(ANTHROPIC).build());
        client.chat().completions().create(hello(SIGNED).build());
        client.chat().completions().create(hello(KEYED).build());

        var messages = anthropic.received().getLast();
        assertThat(messages.path()).isEqualTo("/v1/messages");
        assertThat(messages.header("x-api-key")).isEqualTo("sk-ant-1");
        assertThat(messages.header("anthropic-version")).isEqualTo("2023-06-01");
        assertThat(messages.header("authorization")).isNull();
        var signed = bedrock.received().getFirst();
        assertThat(signed.path()).isEqualTo("/model/anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse");
        assertThat(signed.header("authorization"))
                .startsWith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/")
                .contains("/eu-west-1/bedrock/aws4_request");
        assertThat(signed.header("x-amz-security-token")).isEqualTo("token");
        assertThat(bedrock.received().getLast().header("authorization")).isEqualTo("Bearer ABSKexample");
    }

    @Test
    void a_stream_of_calls_side_by_side() {
        bedrock.next(BedrockUpstream.head()
                .raw(EventStreamBytes.event("messageStart", "{\"role\":\"assistant\"}"))
                .raw(call(0, "a", "one"))
                .raw(call(1, "b", "two"))
                .raw(EventStreamBytes.event("messageStop", "{\"stopReason\":\"tool_use\"}"))
                .raw(EventStreamBytes.event("metadata", "{\"usage\":{\"inputTokens\":1,\"outputTokens\":2}}")));

        var completion = put(streamed(weather(SIGNED).streamOptions(usage()).build()));

        assertThat(completion.choices().getFirst().message().toolCalls().orElseThrow())
                .extracting(call -> call.asFunction().function().name()
                        + call.asFunction().function().arguments())
                .containsExactly("one{}", "two{}");
    }

    private static byte[] call(int index, String id, String name) {
        var start = EventStreamBytes.event(
                "contentBlockStart",
                "{\"contentBlockIndex\":" + index + ",\"start\":{\"toolUse\":{\"toolUseId\":\"" + id + "\",\"name\":\""
                        + name + "\"}}}");
        var stop = EventStreamBytes.event("contentBlockStop", "{\"contentBlockIndex\":" + index + "}");
        return ByteBuffer.allocate(start.length + stop.length)
                .put(start)
                .put(stop)
                .array();
    }

    @Test
    void an_overload_before_the_first_word_is_taken_over_by_the_other_upstream() {
        var overloaded = AnthropicUpstream.error("overloaded_error", "Overloaded");
        var broken = AnthropicUpstream.events(
                "{\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":1}}}", overloaded);
        // it is asked once more before it is left
        anthropic.next(broken, broken);
        assertThat(content(put(streamed(hello(GROUP).streamOptions(usage()).build()))))
                .isEqualTo("Hello big world");
        assertThat(anthropic.received()).hasSize(2);
        assertThat(bedrock.received()).hasSize(1);
    }

    @Test
    void an_error_that_is_the_callers_is_told_with_the_providers_reason() {
        anthropic.next(Script.json(400, AnthropicUpstream.error("invalid_request_error", "messages: too odd")));
        var refused = catchThrowableOfType(
                BadRequestException.class,
                () -> client.chat().completions().create(hello(ANTHROPIC).build()));
        assertThat(refused).hasMessageContaining("messages: too odd");

        bedrock.next(BedrockUpstream.refusal(400, "ValidationException", "too odd"));
        assertThat(catchThrowableOfType(
                        BadRequestException.class,
                        () -> client.chat().completions().create(hello(SIGNED).build())))
                .hasMessageContaining("too odd");
    }

    @Test
    void credentials_that_are_refused_are_not_the_callers_fault() {
        bedrock.next(BedrockUpstream.refusal(403, "UnrecognizedClientException", "The security token is invalid"));

        var refused = catchThrowableOfType(
                OpenAIServiceException.class,
                () -> client.chat().completions().create(hello(KEYED).build()));

        assertThat(refused.statusCode()).isGreaterThanOrEqualTo(500);
    }

    @Test
    void a_damaged_frame_ends_the_stream_with_an_error() {
        var frame = EventStreamBytes.event("contentBlockDelta", "{\"delta\":{\"text\":\"Hello\"}}");
        var damaged = frame.clone();
        damaged[damaged.length - 6] ^= 1;
        bedrock.next(BedrockUpstream.head().raw(frame).raw(damaged));

        assertThat(catchThrowableOfType(
                        Exception.class,
                        () -> streamed(hello(KEYED).streamOptions(usage()).build())))
                .isNotNull();
    }

    @Test
    void what_is_left_out_is_named() {
        try (var raw = client.chat()
                .completions()
                .withRawResponse()
                .create(hello(OLDER)
                        .seed(7)
                        .reasoningEffort(ReasoningEffort.HIGH)
                        .build())) {
            assertThat(raw.headers().values("x-dromedary-dropped-params"))
                    .singleElement()
                    .asString()
                    .contains("seed", "reasoning_effort");
        }
    }

    private static ChatCompletionCreateParams.Builder hello(String model) {
        return ChatCompletionCreateParams.builder().model(model).addUserMessage("Hello big world");
    }

    private static ChatCompletionCreateParams.Builder weather(String model) {
        return ChatCompletionCreateParams.builder()
                .model(model)
                .addUserMessage("Paris")
                .addFunctionTool(FunctionDefinition.builder()
                        .name("get_weather")
                        .parameters(FunctionParameters.builder()
                                .putAdditionalProperty("type", JsonValue.from("object"))
                                .putAdditionalProperty(
                                        "properties", JsonValue.from(Map.of("city", Map.of("type", "string"))))
                                .build())
                        .build());
    }

    private static ChatCompletionStreamOptions usage() {
        return ChatCompletionStreamOptions.builder().includeUsage(true).build();
    }

    private static List<ChatCompletionChunk> streamed(ChatCompletionCreateParams request) {
        try (var stream = client.chat().completions().createStreaming(request)) {
            return new ArrayList<>(stream.stream().toList());
        }
    }

    private static ChatCompletion put(List<ChatCompletionChunk> chunks) {
        var accumulator = ChatCompletionAccumulator.create();
        chunks.forEach(accumulator::accumulate);
        return accumulator.chatCompletion();
    }

    private static String content(ChatCompletion completion) {
        return completion.choices().getFirst().message().content().orElse("");
    }

    private static String finish(ChatCompletion completion) {
        return completion.choices().getFirst().finishReason().asString();
    }
}
