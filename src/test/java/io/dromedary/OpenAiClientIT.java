package io.dromedary;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.UnauthorizedException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.ResponseFormatJsonSchema;
import com.openai.models.ResponseFormatJsonSchema.JsonSchema;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionTokenLogprob;
import com.openai.models.chat.completions.ChatCompletionToolChoiceOption;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import com.openai.models.models.Model;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.OpenAiUpstream;
import io.dromedary.testing.ScriptedBackend;
import io.dromedary.testing.TgiUpstream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * OpenAI's Java client, checking every answer against its own types: the simulator's answers, and what of a stream is the
 * same behind three different backends.
 */
final class OpenAiClientIT {
    private static final String SIMULATED = "simulated";
    private static final String OPENAI = "behind-openai";
    private static final String TGI = "behind-tgi";

    private static final ScriptedBackend openAi = ScriptedBackend.start(new OpenAiUpstream());
    private static final ScriptedBackend tgi = ScriptedBackend.start(new TgiUpstream());
    private static GatewayProcess gateway;
    private static OpenAIClient client;

    /** What matters of an answer. */
    private record Said(
            String content, String tool, String arguments, String finish, long prompt, long completion, long total) {
        static Said in(ChatCompletion completion) {
            var choice = completion.choices().getFirst();
            var calls = choice.message().toolCalls().orElse(List.of());
            var function =
                    calls.isEmpty() ? null : calls.getFirst().asFunction().function();
            var usage = completion.usage().orElseThrow();
            return new Said(
                    choice.message().content().orElse(""),
                    function == null ? "" : function.name(),
                    function == null ? "" : function.arguments(),
                    choice.finishReason().asString(),
                    usage.promptTokens(),
                    usage.completionTokens(),
                    usage.totalTokens());
        }
    }

    @BeforeAll
    static void start() throws Exception {
        gateway = GatewayProcess.with()
                .backend("simulator", """
                        dialect: simulator
                        models:
                          simulated: { upstream: simulator }
                        """)
                .backend("openai", """
                        dialect: openai
                        url: %s/v1
                        auth: ${env:UPSTREAM_KEY}
                        models:
                          behind-openai: { upstream: echo }
                        """.formatted(openAi.url()))
                .backend("tgi", """
                        dialect: tgi
                        url: %s/v1
                        models:
                          behind-tgi: { upstream: tgi }
                        """.formatted(tgi.url()))
                .environment("UPSTREAM_KEY", "sk-upstream")
                .start();
        client = client(GatewayProcess.KEY);
    }

    @AfterAll
    static void stop() {
        client.close();
        gateway.close();
        openAi.close();
        tgi.close();
    }

    @Test
    void a_whole_answer() {
        var completion = client.chat().completions().create(hello(SIMULATED).build());
        assertThat(Said.in(completion)).isEqualTo(new Said("Hello big world", "", "", "stop", 3, 3, 6));
        assertThat(completion.model()).isEqualTo(SIMULATED);
        assertThat(completion.id()).startsWith("chatcmpl-");
        assertThat(completion.choices()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {SIMULATED, OPENAI, TGI})
    void a_stream_without_usage(String model) {
        var chunks = streamed(hello(model).build());
        assertThat(chunks).allSatisfy(chunk -> {
            assertThat(chunk.model()).isEqualTo(model);
            assertThat(chunk.id()).isEqualTo(chunks.getFirst().id()).startsWith("chatcmpl-");
            assertThat(chunk.usage()).isEmpty();
            assertThat(chunk.choices()).hasSize(1);
        });
        assertThat(contents(chunks)).containsExactly("Hello", " big", " world");
        assertThat(chunks.getLast()
                        .choices()
                        .getFirst()
                        .finishReason()
                        .orElseThrow()
                        .asString())
                .isEqualTo("stop");
    }

    @ParameterizedTest
    @ValueSource(strings = {SIMULATED, OPENAI, TGI})
    void a_stream_with_usage_at_its_end(String model) {
        var chunks = streamed(hello(model).streamOptions(usage()).build());
        var last = chunks.getLast();
        assertThat(last.choices()).isEmpty();
        assertThat(last.usage().orElseThrow().totalTokens()).isEqualTo(6);
        assertThat(chunks.subList(0, chunks.size() - 1))
                .allSatisfy(chunk -> assertThat(chunk.usage()).isEmpty());
        assertThat(Said.in(put(chunks))).isEqualTo(new Said("Hello big world", "", "", "stop", 3, 3, 6));
    }

    @Test
    void a_tool_is_called() {
        var completion = client.chat().completions().create(weather(SIMULATED).build());
        assertThat(Said.in(completion)).isEqualTo(parisCalled());
        var call = completion
                .choices()
                .getFirst()
                .message()
                .toolCalls()
                .orElseThrow()
                .getFirst();
        assertThat(call.asFunction().id()).startsWith("call_");
    }

    @ParameterizedTest
    @ValueSource(strings = {SIMULATED, OPENAI, TGI})
    void a_tool_is_called_in_a_stream(String model) {
        var chunks = streamed(weather(model).streamOptions(usage()).build());
        assertThat(Said.in(put(chunks))).isEqualTo(parisCalled());
        var pieces = chunks.stream()
                .flatMap(chunk -> chunk.choices().stream())
                .flatMap(choice -> choice.delta().toolCalls().stream().flatMap(List::stream))
                .toList();
        assertThat(pieces)
                .hasSizeGreaterThan(1)
                .allSatisfy(piece -> assertThat(piece.index()).isZero());
        assertThat(pieces.getFirst().id().orElseThrow()).startsWith("call_");
        assertThat(pieces.subList(1, pieces.size()))
                .allSatisfy(piece -> assertThat(piece.id()).isEmpty());
    }

    @Test
    void a_tools_result_is_reported() {
        var question = weather(SIMULATED);
        var asked = client.chat().completions().create(question.build());
        var message = asked.choices().getFirst().message();
        var call = message.toolCalls().orElseThrow().getFirst().asFunction();
        var answer = client.chat()
                .completions()
                .create(question.toolChoice(ChatCompletionToolChoiceOption.Auto.AUTO)
                        .addMessage(message)
                        .addMessage(ChatCompletionToolMessageParam.builder()
                                .toolCallId(call.id())
                                .content("Sunny and mild")
                                .build())
                        .build());
        assertThat(Said.in(answer)).isEqualTo(new Said("Sunny and mild", "", "", "stop", 4, 3, 7));
    }

    @Test
    void an_answer_follows_a_json_schema() {
        var schema = JsonSchema.Schema.builder()
                .putAllAdditionalProperties(Map.of(
                        "type", JsonValue.from("object"),
                        "additionalProperties", JsonValue.from(false),
                        "required", JsonValue.from(List.of("name", "age")),
                        "properties", JsonValue.from(person())))
                .build();
        var completion = client.chat()
                .completions()
                .create(asking(SIMULATED, "Ada")
                        .responseFormat(ResponseFormatJsonSchema.builder()
                                .jsonSchema(JsonSchema.builder()
                                        .name("person")
                                        .strict(true)
                                        .schema(schema)
                                        .build())
                                .build())
                        .build());
        assertThat(Said.in(completion))
                .isEqualTo(new Said("{\"name\": \"Ada\", \"age\": 18}", "", "", "stop", 1, 4, 5));
    }

    @ParameterizedTest
    @ValueSource(strings = {SIMULATED, OPENAI, TGI})
    void logprobs_have_their_bytes(String model) {
        var request = asking(model, "Grüß dich").logprobs(true).topLogprobs(1).build();
        var completion = client.chat().completions().create(request);
        assertTokens(completion
                .choices()
                .getFirst()
                .logprobs()
                .orElseThrow()
                .content()
                .orElseThrow());
        var streamed = streamed(request).stream()
                .flatMap(chunk -> chunk.choices().stream())
                .flatMap(choice -> choice.logprobs().stream())
                .flatMap(logprobs -> logprobs.content().stream().flatMap(List::stream))
                .toList();
        assertTokens(streamed);
    }

    private static void assertTokens(List<ChatCompletionTokenLogprob> tokens) {
        assertThat(tokens).extracting(ChatCompletionTokenLogprob::token).containsExactly("Grüß", " dich");
        for (var token : tokens) {
            assertThat(token.logprob()).isEqualTo(-0.125);
            assertThat(token.bytes().orElseThrow()).isEqualTo(bytes(token.token()));
            assertThat(token.topLogprobs()).singleElement().satisfies(top -> {
                assertThat(top.token()).isEqualTo(token.token());
                assertThat(top.bytes().orElseThrow()).isEqualTo(bytes(token.token()));
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {SIMULATED, OPENAI, TGI})
    void two_choices(String model) {
        var completion = client.chat().completions().create(hello(model).n(2).build());
        assertThat(completion.choices())
                .extracting(ChatCompletion.Choice::index)
                .containsExactly(0L, 1L);
        assertThat(completion.choices())
                .allSatisfy(choice -> assertThat(choice.message().content()).hasValue("Hello big world"));
        assertThat(completion.usage().orElseThrow().completionTokens()).isEqualTo(6);
    }

    @Test
    void models_are_listed_and_shown() {
        assertThat(client.models().list().items())
                .extracting(Model::id)
                .containsExactlyInAnyOrder(SIMULATED, OPENAI, TGI);
        assertThat(client.models().retrieve(TGI).id()).isEqualTo(TGI);
        var unknown = catchThrowableOfType(
                NotFoundException.class, () -> client.models().retrieve("no-such-model"));
        assertThat(unknown.code()).hasValue("model_not_found");
    }

    @Test
    void a_key_that_nobody_made_is_a_401() {
        var stranger = client("sk-drm-nobody");
        var refused = catchThrowableOfType(
                UnauthorizedException.class,
                () -> stranger.chat().completions().create(hello(SIMULATED).build()));
        stranger.close();
        assertThat(refused.code()).hasValue("invalid_api_key");
        assertThat(refused.type()).hasValue("invalid_request_error");
    }

    @Test
    void a_model_that_is_not_there_is_a_404() {
        var refused = catchThrowableOfType(
                NotFoundException.class,
                () -> client.chat().completions().create(hello("no-such-model").build()));
        assertThat(refused.code()).hasValue("model_not_found");
        assertThat(refused.getMessage()).contains("no-such-model");
    }

    @Test
    void a_field_that_is_wrong_is_a_400_that_names_it() {
        var refused = catchThrowableOfType(
                BadRequestException.class,
                () -> client.chat()
                        .completions()
                        .create(hello(SIMULATED).temperature(3).build()));
        assertThat(refused.param()).hasValue("temperature");
        assertThat(refused.type()).hasValue("invalid_request_error");
    }

    @Test
    void the_callers_key_stays_here_and_the_backends_key_goes_there() {
        client.chat().completions().create(hello(OPENAI).build());
        client.chat().completions().create(hello(TGI).build());
        assertThat(chatHeaders(openAi)).isNotEmpty().containsOnly("Bearer sk-upstream");
        assertThat(chatHeaders(tgi)).isNotEmpty().containsOnly("");
    }

    private static List<String> chatHeaders(ScriptedBackend backend) {
        return backend.received().stream()
                .filter(request -> request.path().endsWith("/chat/completions"))
                .map(request -> String.valueOf(request.header("authorization")).replace("null", ""))
                .toList();
    }

    private static OpenAIClient client(String key) {
        return OpenAIOkHttpClient.builder()
                .apiKey(key)
                .baseUrl(gateway.url() + "/v1")
                .responseValidation(true)
                .maxRetries(0)
                .timeout(Duration.ofSeconds(30))
                .build();
    }

    private static ChatCompletionCreateParams.Builder asking(String model, String text) {
        return ChatCompletionCreateParams.builder().model(model).addUserMessage(text);
    }

    private static ChatCompletionCreateParams.Builder hello(String model) {
        return asking(model, "Hello big world");
    }

    private static ChatCompletionCreateParams.Builder weather(String model) {
        var properties = Map.of(
                "city", Map.of("type", "string"),
                "unit", Map.of("type", "string", "enum", List.of("celsius", "fahrenheit")));
        var parameters = FunctionParameters.builder()
                .putAdditionalProperty("type", JsonValue.from("object"))
                .putAdditionalProperty("properties", JsonValue.from(new TreeMap<>(properties)))
                .putAdditionalProperty("required", JsonValue.from(List.of("city", "unit")))
                .build();
        return asking(model, "Paris")
                .addFunctionTool(FunctionDefinition.builder()
                        .name("get_weather")
                        .parameters(parameters)
                        .build())
                .toolChoice(ChatCompletionToolChoiceOption.Auto.REQUIRED);
    }

    private static Said parisCalled() {
        return new Said("", "get_weather", "{\"city\": \"Paris\", \"unit\": \"celsius\"}", "tool_calls", 1, 4, 5);
    }

    private static Map<String, Object> person() {
        var person = new LinkedHashMap<String, Object>();
        person.put("name", Map.of("type", "string"));
        person.put("age", Map.of("type", "integer", "minimum", 18));
        return person;
    }

    private static ChatCompletionStreamOptions usage() {
        return ChatCompletionStreamOptions.builder().includeUsage(true).build();
    }

    private static List<ChatCompletionChunk> streamed(ChatCompletionCreateParams request) {
        try (var stream = client.chat().completions().createStreaming(request)) {
            return stream.stream().toList();
        }
    }

    private static ChatCompletion put(List<ChatCompletionChunk> chunks) {
        var whole = ChatCompletionAccumulator.create();
        chunks.forEach(whole::accumulate);
        return whole.chatCompletion();
    }

    private static List<String> contents(List<ChatCompletionChunk> chunks) {
        return chunks.stream()
                .flatMap(chunk -> chunk.choices().stream())
                .flatMap(choice -> choice.delta().content().stream())
                .filter(content -> !content.isEmpty())
                .toList();
    }

    private static List<Long> bytes(String text) {
        var bytes = new ArrayList<Long>();
        for (var one : text.getBytes(UTF_8)) {
            bytes.add((long) (one & 0xff));
        }
        return bytes;
    }
}
