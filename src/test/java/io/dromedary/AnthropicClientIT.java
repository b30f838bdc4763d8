package io.dromedary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.errors.BadRequestException;
import com.anthropic.errors.NotFoundException;
import com.anthropic.errors.UnauthorizedException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.ContentBlockParam;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCountTokensParams;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.StopReason;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.messages.ToolChoiceAny;
import com.anthropic.models.messages.ToolResultBlockParam;
import io.dromedary.testing.GatewayProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Anthropic's Java client, checking every answer against its own types, and the simulator. */
final class AnthropicClientIT {
    private static final String SIMULATED = "simulated";
    private static GatewayProcess gateway;
    private static AnthropicClient client;

    @BeforeAll
    static void start() throws Exception {
        gateway = GatewayProcess.with().backend("simulator", """
                        dialect: simulator
                        models:
                          simulated: { upstream: simulator }
                        """).start();
        client = client(GatewayProcess.KEY);
    }

    /** With the key where this client has it by default, {@code x-api-key}. */
    private static AnthropicClient client(String key) {
        return client().apiKey(key).build();
    }

    private static AnthropicOkHttpClient.Builder client() {
        return AnthropicOkHttpClient.builder()
                .baseUrl(gateway.url())
                .maxRetries(0)
                .timeout(Duration.ofSeconds(60))
                .responseValidation(true);
    }

    @AfterAll
    static void stop() {
        client.close();
        gateway.close();
    }

    private static MessageCreateParams.Builder hello(String model) {
        return MessageCreateParams.builder().model(model).maxTokens(100).addUserMessage("Hello big world");
    }

    private static MessageCreateParams.Builder weather(String model) {
        return MessageCreateParams.builder()
                .model(model)
                .maxTokens(100)
                .addUserMessage("Paris")
                .toolChoice(ToolChoiceAny.builder().build())
                .addTool(Tool.builder()
                        .name("get_weather")
                        .inputSchema(Tool.InputSchema.builder()
                                .properties(JsonValue.from(Map.of(
                                        "city",
                                        Map.of("type", "string"),
                                        "unit",
                                        Map.of("type", "string", "enum", List.of("celsius", "fahrenheit")))))
                                .required(List.of("city", "unit"))
                                .build())
                        .build());
    }

    private static Message streamed(MessageCreateParams asked) {
        return streamed(client, asked);
    }

    private static Message streamed(AnthropicClient by, MessageCreateParams asked) {
        var message = MessageAccumulator.create();
        try (var events = by.messages().createStreaming(asked)) {
            events.stream().forEach(message::accumulate);
        }
        return message.message();
    }

    private static void assertHello(Message message) {
        assertThat(message.content()).hasSize(1);
        assertThat(message.content().getFirst().asText().text().strip()).isEqualTo("Hello big world");
        assertThat(message.stopReason()).contains(StopReason.END_TURN);
        assertThat(message.usage().inputTokens()).isPositive();
        assertThat(message.usage().outputTokens()).isPositive();
    }

    private static void assertWeather(Message message) {
        assertThat(message.stopReason()).contains(StopReason.TOOL_USE);
        var call = message.content().getFirst().asToolUse();
        assertThat(call.name()).isEqualTo("get_weather");
        assertThat(call._input().convert(Map.class)).isEqualTo(Map.of("city", "Paris", "unit", "celsius"));
    }

    @Test
    void a_whole_answer_is_a_message() {
        assertHello(client.messages().create(hello(SIMULATED).build()));
    }

    @Test
    void a_stream_comes_to_the_same_message() {
        assertHello(streamed(hello(SIMULATED).build()));
    }

    @Test
    void a_tool_is_called_whole_and_in_a_stream() {
        assertWeather(client.messages().create(weather(SIMULATED).build()));
        assertWeather(streamed(weather(SIMULATED).build()));
    }

    @Test
    void the_result_of_a_tool_is_answered() {
        var asked = weather(SIMULATED).build();
        var first = client.messages().create(asked);
        var call = first.content().getFirst().asToolUse();
        var result = ContentBlockParam.ofToolResult(ToolResultBlockParam.builder()
                .toolUseId(call.id())
                .content("21 degrees")
                .build());

        var answer = client.messages()
                .create(MessageCreateParams.builder()
                        .model(SIMULATED)
                        .maxTokens(100)
                        .tools(asked.tools().orElseThrow())
                        .addUserMessage("Paris")
                        .addMessage(first)
                        .addUserMessageOfContentBlockParams(List.of(result))
                        .build());

        assertThat(answer.content().getFirst().asText().text()).contains("21 degrees");
    }

    @Test
    void tokens_are_counted() {
        var count = client.messages()
                .countTokens(MessageCountTokensParams.builder()
                        .model(SIMULATED)
                        .addUserMessage("Hello big world")
                        .build());

        assertThat(count.inputTokens()).isPositive();
    }

    @Test
    void a_key_may_come_as_a_bearers_token_too() {
        var bearer = client().authToken(GatewayProcess.KEY).build();

        assertHello(bearer.messages().create(hello(SIMULATED).build()));
        assertHello(streamed(bearer, hello(SIMULATED).build()));

        bearer.close();
    }

    @Test
    void refusals_have_their_classes() {
        var wrong = catchThrowableOfType(
                BadRequestException.class,
                () -> client.messages()
                        .create(hello(SIMULATED)
                                .putAdditionalBodyProperty("top_p", JsonValue.from(1.5))
                                .build()));
        assertThat(wrong.getMessage()).contains("invalid_request_error").contains("top_p");

        var unknown = catchThrowableOfType(
                NotFoundException.class,
                () -> client.messages().create(hello("nobody").build()));
        assertThat(unknown.getMessage()).contains("not_found_error");
        var stranger = client("sk-wrong");
        var refused = catchThrowableOfType(
                UnauthorizedException.class,
                () -> stranger.messages().create(hello(SIMULATED).build()));
        stranger.close();
        assertThat(refused.getMessage()).contains("authentication_error");
    }
}
