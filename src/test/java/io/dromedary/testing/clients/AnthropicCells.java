package io.dromedary.testing.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.anthropic.client.AnthropicClient;
import com.anthropic.core.JsonValue;
import com.anthropic.helpers.BetaRunnableTool;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.beta.messages.BetaMessage;
import com.anthropic.models.beta.messages.BetaStopReason;
import com.anthropic.models.beta.messages.BetaToolResultBlockParam;
import com.anthropic.models.messages.ContentBlockParam;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCountTokensParams;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.StopReason;
import com.anthropic.models.messages.ThinkingConfigAdaptive;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.messages.ToolResultBlockParam;
import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.testing.conversation.Said;
import io.dromedary.testing.wire.Ask;
import io.dromedary.testing.wire.Front;
import io.dromedary.testing.wire.Scene;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Anthropic's Java client has a dialect write messages. */
public record AnthropicCells(AnthropicClient client, Served served) {
    public Stream<DynamicTest> all() {
        return Stream.of(
                        Cells.bothWays("text", this::text),
                        Cells.bothWays("a tool is called, and its output answered", this::tool),
                        Cells.bothWays("two tools", this::tools),
                        Cells.bothWays("thinking", this::thinking),
                        Cells.bothWays("refusal", this::refusal),
                        Stream.of(
                                dynamicTest("a class is filled in", this::structured),
                                dynamicTest("tools are run", this::run),
                                dynamicTest("tokens are counted", this::count),
                                dynamicTest("a stream breaks", this::cut)),
                        Cells.troubles(served.troubles(Front.MESSAGES, 0), this::trouble))
                .flatMap(tests -> tests);
    }

    private MessageCreateParams.Builder asking(Scene scene) {
        return asking(served.model(), scene.cue());
    }

    private static MessageCreateParams.Builder asking(String model, String text) {
        return MessageCreateParams.builder().model(model).maxTokens(2000).addUserMessage(text);
    }

    private Message ask(MessageCreateParams.Builder params, boolean stream) {
        if (!stream) {
            return client.messages().create(params.build());
        }
        var whole = MessageAccumulator.create();
        try (var events = client.messages().createStreaming(params.build())) {
            events.stream().forEach(whole::accumulate);
        }
        return whole.message().validate();
    }

    /** A refusal is a text that ends in a way of its own. */
    private void assertTold(Message message, Scene scene) {
        var calls = message.content().stream()
                .flatMap(block -> block.toolUse().stream())
                .map(call -> new Said.Call(
                        call.id(),
                        call.name(),
                        Objects.requireNonNull(call._input().convert(JsonNode.class))
                                .toString()))
                .toList();
        var usage = message.usage();
        long cached = usage.cacheReadInputTokens().orElse(0L);
        var expected = served.told(Front.MESSAGES, scene);
        assertThat(new Told(
                        text(message),
                        message.content().stream()
                                .flatMap(block -> block.thinking().stream())
                                .map(block -> block.thinking())
                                .collect(Collectors.joining()),
                        "",
                        Told.calls(calls),
                        finish(message.stopReason().orElseThrow()),
                        usage.inputTokens() + usage.cacheCreationInputTokens().orElse(0L) + cached,
                        usage.outputTokens(),
                        cached))
                .isEqualTo(expected.refusingInText());
        assertThat(message.model().asString()).isEqualTo(served.model());
    }

    private static String text(Message message) {
        return message.content().stream()
                .flatMap(block -> block.text().stream())
                .map(block -> block.text())
                .collect(Collectors.joining());
    }

    private static String finish(StopReason reason) {
        return switch (reason.value()) {
            case END_TURN -> "stop";
            case TOOL_USE -> "tool_calls";
            case REFUSAL -> "content_filter";
            default -> reason.asString();
        };
    }

    private void text(boolean stream) {
        assertTold(ask(asking(Scene.HELLO), stream), Scene.HELLO);
    }

    private static Tool tool(String name) {
        return Tool.builder()
                .name(name)
                .inputSchema(Tool.InputSchema.builder()
                        .properties(JsonValue.from(Map.of(Ask.PROPERTY, Map.of("type", "string"))))
                        .required(List.of(Ask.PROPERTY))
                        .build())
                .build();
    }

    private void tool(boolean stream) {
        var question = asking(Scene.WEATHER).addTool(tool("get_weather"));
        var asked = ask(question, stream);
        assertTold(asked, Scene.WEATHER);
        var call = asked.content().stream()
                .flatMap(block -> block.toolUse().stream())
                .findFirst()
                .orElseThrow();
        var output = ToolResultBlockParam.builder()
                .toolUseId(call.id())
                .content(Scene.WARM.cue())
                .build();
        question.addMessage(asked).addUserMessageOfContentBlockParams(List.of(ContentBlockParam.ofToolResult(output)));
        assertTold(ask(question, stream), Scene.WARM);
    }

    private void tools(boolean stream) {
        var question = asking(Scene.BOTH).addTool(tool("get_weather")).addTool(tool("get_time"));
        assertTold(ask(question, stream), Scene.BOTH);
    }

    /** Who does not ask is not shown it. */
    private void thinking(boolean stream) {
        var question =
                asking(Scene.THINKING).thinking(ThinkingConfigAdaptive.builder().build());
        assertTold(ask(question, stream), Scene.THINKING);
    }

    private void refusal(boolean stream) {
        assertTold(ask(asking(Scene.REFUSAL), stream), Scene.REFUSAL);
    }

    private void structured() {
        var question = asking(Scene.PLACE).outputConfig(Place.class).build();
        if (!served.schemas()) {
            AnthropicTrouble.assertRefused("format", () -> client.messages().create(question));
            return;
        }
        var answer = client.messages().create(question);
        assertThat(answer.content().getFirst().asText().text().wherever).isEqualTo("Tata");
    }

    private void run() {
        var weather = BetaRunnableTool.of(
                GetWeather.class,
                asked -> BetaToolResultBlockParam.Content.ofString(Scene.WARM.cue() + " in " + asked.wherever));
        var messages = new ArrayList<BetaMessage>();
        client.beta()
                .messages()
                .toolRunner(com.anthropic.models.beta.messages.MessageCreateParams.builder()
                        .model(served.model())
                        .maxTokens(2000)
                        .addUserMessage(Scene.WEATHER.cue())
                        .addTool(weather)
                        .build())
                .forEach(messages::add);
        assertThat(messages)
                .extracting(message -> message.stopReason().orElseThrow())
                .containsExactly(BetaStopReason.TOOL_USE, BetaStopReason.END_TURN);
        assertThat(messages.getLast().content().getFirst().asText().text())
                .isEqualTo(served.tellable(Scene.WARM).text());
    }

    private void count() {
        var count = client.messages()
                .countTokens(MessageCountTokensParams.builder()
                        .model(served.model())
                        .addUserMessage("Hello big world")
                        .build());
        assertThat(count.inputTokens()).isPositive();
    }

    private void cut() {
        var said = new StringBuilder();
        var question = asking(served.cut(Front.MESSAGES, 0), Scene.CUT).build();
        try (var events = client.messages().createStreaming(question)) {
            AnthropicTrouble.assertBroken(() -> events.stream()
                    .flatMap(event -> event.contentBlockDelta().stream())
                    .forEach(block -> block.delta().text().ifPresent(text -> said.append(text.text()))));
        }
        served.assertBegun(said.toString());
    }

    private void trouble(Served.Trouble trouble) {
        var question = asking(trouble.model(), Scene.cue(trouble.fault()));
        AnthropicTrouble.assertThrown(trouble, () -> ask(question, trouble.stream()));
    }
}
