package io.dromedary.testing.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.openai.client.OpenAIClient;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import io.dromedary.testing.conversation.Said;
import io.dromedary.testing.wire.Front;
import io.dromedary.testing.wire.Scene;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** OpenAI's Java client has a dialect complete chats. */
public record OpenAiChatCells(OpenAIClient client, Served served) {
    public Stream<DynamicTest> all() {
        return Stream.of(
                        Cells.bothWays("text", this::text),
                        Cells.bothWays("a tool is called, and its output answered", this::tool),
                        Cells.bothWays("two tools", this::tools),
                        Cells.bothWays("reasoning", this::reasoning),
                        Cells.bothWays("refusal", this::refusal),
                        Stream.of(
                                dynamicTest("a class is filled in", this::structured),
                                dynamicTest("a stream breaks", this::cut)),
                        Cells.troubles(served.troubles(Front.CHAT, 0), this::trouble))
                .flatMap(tests -> tests);
    }

    private ChatCompletionCreateParams.Builder asking(String text) {
        return asking(served.model(), text);
    }

    private static ChatCompletionCreateParams.Builder asking(String model, String text) {
        return ChatCompletionCreateParams.builder().model(model).addUserMessage(text);
    }

    private ChatCompletion ask(ChatCompletionCreateParams.Builder params, boolean stream) {
        return stream ? streamed(params) : client.chat().completions().create(params.build());
    }

    private ChatCompletion streamed(ChatCompletionCreateParams.Builder params) {
        var usage = ChatCompletionStreamOptions.builder().includeUsage(true).build();
        var whole = ChatCompletionAccumulator.create();
        try (var chunks = client.chat()
                .completions()
                .createStreaming(params.streamOptions(usage).build())) {
            chunks.stream().forEach(whole::accumulate);
        }
        return whole.chatCompletion().validate();
    }

    /** The client has no member for what a model thinks. */
    private void assertTold(ChatCompletion completion, Scene scene) {
        var choice = completion.choices().getFirst();
        var calls = choice.message().toolCalls().orElse(List.of()).stream()
                .map(call -> call.asFunction())
                .map(call -> new Said.Call(
                        call.id(), call.function().name(), call.function().arguments()))
                .toList();
        var usage = completion.usage().orElseThrow();
        var expected = served.told(Front.CHAT, scene);
        assertThat(new Told(
                        choice.message().content().orElse(""),
                        expected.reasoning(),
                        choice.message().refusal().orElse(""),
                        Told.calls(calls),
                        choice.finishReason().asString(),
                        usage.promptTokens(),
                        usage.completionTokens(),
                        usage.promptTokensDetails()
                                .flatMap(details -> details.cachedTokens())
                                .orElse(0L)))
                .isEqualTo(expected);
        assertThat(usage.totalTokens()).isEqualTo(Said.PROMPT_TOKENS + Said.COMPLETION_TOKENS);
        assertThat(completion.model()).isEqualTo(served.model());
        assertThat(completion.id()).isNotEmpty();
    }

    private void text(boolean stream) {
        assertTold(ask(asking(Scene.HELLO.cue()), stream), Scene.HELLO);
    }

    private void tool(boolean stream) {
        var question = asking(Scene.WEATHER.cue()).addTool(GetWeather.class);
        var asked = ask(question, stream);
        assertTold(asked, Scene.WEATHER);
        var message = asked.choices().getFirst().message();
        var call = message.toolCalls().orElseThrow().getFirst().asFunction();
        assertThat(call.function().arguments(GetWeather.class).wherever).isEqualTo("Aït Ben 🐪");
        var output = ChatCompletionToolMessageParam.builder()
                .toolCallId(call.id())
                .content(Scene.WARM.cue())
                .build();
        assertTold(ask(question.addMessage(message).addMessage(output), stream), Scene.WARM);
    }

    private void tools(boolean stream) {
        var question = asking(Scene.BOTH.cue()).addTool(GetWeather.class).addTool(GetTime.class);
        assertTold(ask(question, stream), Scene.BOTH);
    }

    private void reasoning(boolean stream) {
        assertTold(ask(asking(Scene.THINKING.cue()), stream), Scene.THINKING);
    }

    private void refusal(boolean stream) {
        assertTold(ask(asking(Scene.REFUSAL.cue()), stream), Scene.REFUSAL);
    }

    private void structured() {
        var question = asking(Scene.PLACE.cue()).responseFormat(Place.class).build();
        if (!served.schemas()) {
            OpenAiTrouble.assertRefused(
                    "response_format", () -> client.chat().completions().create(question));
            return;
        }
        var answer = client.chat().completions().create(question);
        assertThat(answer.choices().getFirst().message().content())
                .hasValueSatisfying(place -> assertThat(place.wherever).isEqualTo("Tata"));
    }

    private void cut() {
        var said = new StringBuilder();
        var question = asking(served.cut(Front.CHAT, 0), Scene.CUT).build();
        try (var chunks = client.chat().completions().createStreaming(question)) {
            OpenAiTrouble.assertBroken(() -> chunks.stream()
                    .flatMap(chunk -> chunk.choices().stream())
                    .forEach(choice -> choice.delta().content().ifPresent(said::append)));
        }
        served.assertBegun(said.toString());
    }

    private void trouble(Served.Trouble trouble) {
        var question = asking(trouble.model(), Scene.cue(trouble.fault()));
        OpenAiTrouble.assertThrown(trouble, () -> ask(question, trouble.stream()));
    }
}
