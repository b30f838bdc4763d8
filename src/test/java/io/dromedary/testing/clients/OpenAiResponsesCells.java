package io.dromedary.testing.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.openai.client.OpenAIClient;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseInputItem;
import com.openai.models.responses.ResponseOutputMessage;
import com.openai.models.responses.ResponseStatus;
import io.dromedary.testing.conversation.Said;
import io.dromedary.testing.wire.Front;
import io.dromedary.testing.wire.Scene;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** OpenAI's Java client has a dialect make responses. */
public record OpenAiResponsesCells(OpenAIClient client, Served served) {
    public Stream<DynamicTest> all() {
        return Stream.of(
                        Cells.bothWays("text, and a second turn", this::turns),
                        Cells.bothWays("a function is called, and its output answered", this::function),
                        Cells.bothWays("two functions", this::functions),
                        Cells.bothWays("reasoning", this::reasoning),
                        Cells.bothWays("refusal", this::refusal),
                        Stream.of(
                                dynamicTest("a class is filled in", this::structured),
                                dynamicTest("a stream breaks", this::cut)),
                        Cells.troubles(served.troubles(Front.RESPONSES, 0), this::trouble))
                .flatMap(tests -> tests);
    }

    private ResponseCreateParams.Builder asking(Scene scene) {
        return asking(served.model(), scene.cue());
    }

    private static ResponseCreateParams.Builder asking(String model, String text) {
        return ResponseCreateParams.builder().model(model).input(text);
    }

    private Response ask(ResponseCreateParams.Builder params, boolean stream) {
        return stream
                ? ResponseEvents.whole(ResponseEvents.streamed(client, params))
                : client.responses().create(params.build()).validate();
    }

    private void assertTold(Response response, Scene scene) {
        var calls = response.output().stream()
                .flatMap(item -> item.functionCall().stream())
                .map(call -> new Said.Call(call.callId(), call.name(), call.arguments()))
                .toList();
        var finish = calls.isEmpty() ? "stop" : "tool_calls";
        var status = response.status().orElseThrow();
        var usage = response.usage().orElseThrow();
        assertThat(new Told(
                        said(response, part -> part.outputText().map(text -> text.text())),
                        thought(response),
                        said(response, part -> part.refusal().map(refusal -> refusal.refusal())),
                        Told.calls(calls),
                        status.equals(ResponseStatus.COMPLETED) ? finish : status.asString(),
                        usage.inputTokens(),
                        usage.outputTokens(),
                        usage.inputTokensDetails().cachedTokens()))
                .isEqualTo(served.told(Front.RESPONSES, scene));
        assertThat(usage.totalTokens()).isEqualTo(Said.PROMPT_TOKENS + Said.COMPLETION_TOKENS);
        assertThat(usage.outputTokensDetails().reasoningTokens())
                .isEqualTo(served.wire().tellsReasoningTokens() ? Said.REASONING_TOKENS : 0);
        assertThat(response.model().asString()).isEqualTo(served.model());
    }

    private static String said(Response response, Function<ResponseOutputMessage.Content, Optional<String>> words) {
        return response.output().stream()
                .flatMap(item -> item.message().stream())
                .flatMap(message -> message.content().stream())
                .flatMap(part -> words.apply(part).stream())
                .collect(Collectors.joining());
    }

    private static String thought(Response response) {
        return response.output().stream()
                .flatMap(item -> item.reasoning().stream())
                .flatMap(item -> Stream.concat(
                        item.summary().stream().map(part -> part.text()),
                        item.content().stream().flatMap(List::stream).map(part -> part.text())))
                .collect(Collectors.joining());
    }

    private void turns(boolean stream) {
        var first = ask(asking(Scene.HELLO), stream);
        assertTold(first, Scene.HELLO);
        var second = ask(asking(Scene.WARM).previousResponseId(first.id()), stream);
        assertTold(second, Scene.WARM);
        assertThat(second.previousResponseId()).hasValue(first.id());
    }

    private void function(boolean stream) {
        var asked = ask(asking(Scene.WEATHER).addTool(GetWeather.class), stream);
        assertTold(asked, Scene.WEATHER);
        var call = asked.output().stream()
                .flatMap(item -> item.functionCall().stream())
                .findFirst()
                .orElseThrow();
        assertThat(call.arguments(GetWeather.class).wherever).isEqualTo("Aït Ben 🐪");
        var output = ResponseInputItem.FunctionCallOutput.builder()
                .callId(call.callId())
                .output(Scene.WARM.cue())
                .build();
        var answered = ResponseCreateParams.builder()
                .model(served.model())
                .previousResponseId(asked.id())
                .addTool(GetWeather.class)
                .inputOfResponse(List.of(ResponseInputItem.ofFunctionCallOutput(output)));
        assertTold(ask(answered, stream), Scene.WARM);
    }

    private void functions(boolean stream) {
        assertTold(ask(asking(Scene.BOTH).addTool(GetWeather.class).addTool(GetTime.class), stream), Scene.BOTH);
    }

    private void reasoning(boolean stream) {
        assertTold(ask(asking(Scene.THINKING), stream), Scene.THINKING);
    }

    private void refusal(boolean stream) {
        assertTold(ask(asking(Scene.REFUSAL), stream), Scene.REFUSAL);
    }

    private void structured() {
        var question = asking(Scene.PLACE).text(Place.class).build();
        if (!served.schemas()) {
            OpenAiTrouble.assertRefused("format", () -> client.responses().create(question));
            return;
        }
        var places = client.responses().create(question).output().stream()
                .flatMap(item -> item.message().stream())
                .flatMap(message -> message.content().stream())
                .map(part -> part.asOutputText().wherever);
        assertThat(places).containsExactly("Tata");
    }

    /** What there is of a response is told, and kept. */
    private void cut() {
        var failed = ask(asking(served.cut(Front.RESPONSES, 0), Scene.CUT), true);
        assertThat(failed.status()).hasValue(ResponseStatus.FAILED);
        assertThat(failed.error().orElseThrow().code().asString()).isEqualTo("server_error");
        served.assertBegun(said(failed, part -> part.outputText().map(text -> text.text())));
    }

    private void trouble(Served.Trouble trouble) {
        var question = asking(trouble.model(), Scene.cue(trouble.fault()));
        if (!trouble.told()) {
            OpenAiTrouble.assertThrown(trouble, () -> ask(question, trouble.stream()));
            return;
        }
        var failed = ask(question, true);
        assertThat(failed.status()).hasValue(ResponseStatus.FAILED);
        assertThat(failed.error().orElseThrow().code().asString()).isEqualTo(trouble.code());
    }
}
