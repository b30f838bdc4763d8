package io.dromedary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.errors.BadRequestException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.chat.completions.ChatCompletion.Choice.FinishReason;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import io.dromedary.testing.Caller;
import io.dromedary.testing.Chat;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.Received;
import io.dromedary.testing.Script;
import io.dromedary.testing.ScriptedBackend;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The made-up provider of the README: the very file that stands there, but for where the provider is. */
@Timeout(120)
final class UnheardOfProviderIT {
    private static final Pattern FILE = Pattern.compile("```yaml\\n# backends/lumen.yaml\\n(.*?)```", Pattern.DOTALL);
    private static final String USAGE = "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4,\"total_tokens\":7}";

    private static final ScriptedBackend lumen = ScriptedBackend.start();
    private static GatewayProcess gateway;
    private static OpenAIClient client;

    @BeforeAll
    static void start() throws Exception {
        var file = FILE.matcher(Files.readString(Path.of("README.md")));
        assertThat(file.find()).isTrue();
        gateway = GatewayProcess.with()
                .backend("lumen", file.group(1).replace("https://api.lumen.example", lumen.url()))
                .environment("LUMEN_API_KEY", "lumen-secret")
                .start();
        client = OpenAIOkHttpClient.builder()
                .baseUrl(gateway.url() + "/v1")
                .apiKey(GatewayProcess.KEY)
                .maxRetries(0)
                .responseValidation(true)
                .build();
    }

    @AfterAll
    static void stop() {
        client.close();
        gateway.close();
        lumen.close();
    }

    @BeforeEach
    void forget() {
        lumen.clear();
        lumen.received().clear();
    }

    private static Script whole(String message, String finishReason) {
        return Script.json(
                200,
                "{\"id\":\"l1\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"x\",\"choices\":[{\"index\":0,"
                        + "\"message\":" + message + ",\"finish_reason\":\"" + finishReason + "\"}]," + USAGE + "}");
    }

    private static String chunk(String delta, String more) {
        return "{\"id\":\"l1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"x\",\"choices\":[{\"index\":0,"
                + "\"delta\":" + delta + more + "}]";
    }

    private static JsonNode sent(Received received) {
        return received.json();
    }

    @Test
    void a_request_is_said_in_its_words() throws Exception {
        lumen.otherwise(request -> whole("{\"role\":\"assistant\",\"content\":\"Hello.\"}", "stop"));

        var answer = Chat.ask(
                gateway,
                "{\"model\":\"lumen-large\",\"messages\":[{\"role\":\"developer\",\"content\":\"Brief.\"},"
                        + "{\"role\":\"user\",\"name\":\"ann\",\"content\":\"hi\"}],\"seed\":7,\"max_completion_tokens\":9,"
                        + "\"temperature\":0.5,\"user\":\"u\",\"verbosity\":\"low\"}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(Caller.json(answer).path("model").textValue()).isEqualTo("lumen-large");
        assertThat(Chat.header(answer, "x-dromedary-dropped-params")).contains("user", "verbosity", "messages[1].name");
        assertThat(lumen.received()).singleElement().satisfies(received -> {
            assertThat(received.path()).isEqualTo("/inference/v1/chat/completions");
            assertThat(received.header("authorization")).isEqualTo("Bearer lumen-secret");
            assertThat(sent(received).toString())
                    .isEqualTo(
                            "{\"model\":\"lumen/large-2026-09\",\"messages\":[{\"role\":\"system\",\"content\":\"Brief.\"},"
                                    + "{\"role\":\"user\",\"content\":\"hi\"}],\"temperature\":0.5,\"max_tokens\":9,"
                                    + "\"random_seed\":7,\"style\":{\"tone\":\"plain\"}}");
        });
    }

    @Test
    void a_turn_with_tools_goes_through_openais_own_client() {
        lumen.next(
                Script.stream(
                        chunk(
                                        "{\"role\":\"assistant\",\"tool_calls\":[{\"index\":0,\"id\":\"AbCdEf123\",\"type\":"
                                                + "\"function\",\"function\":{\"name\":\"weather\",\"arguments\":\"{\\\"city\\\"\"}}]}",
                                        ",\"finish_reason\":null")
                                + "}",
                        chunk(
                                        "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\":\\\"Oslo\\\"}\"}}]}",
                                        ",\"finish_reason\":null")
                                + "}",
                        chunk("{}", ",\"finish_reason\":\"stop\"") + "," + USAGE + "}",
                        "[DONE]"),
                whole("{\"role\":\"assistant\",\"content\":\"Rain.\"}", "stop"));
        var asking = ChatCompletionCreateParams.builder()
                .model("lumen-large")
                .addUserMessage("Weather in Oslo?")
                .addFunctionTool(FunctionDefinition.builder().name("weather").build())
                .build();
        var heard = ChatCompletionAccumulator.create();
        try (var stream = client.chat().completions().createStreaming(asking)) {
            stream.stream().forEach(heard::accumulate);
        }

        var choice = heard.chatCompletion().choices().getFirst();
        assertThat(choice.finishReason()).isEqualTo(FinishReason.TOOL_CALLS);
        var call = choice.message().toolCalls().orElseThrow().getFirst().asFunction();
        assertThat(call.function().arguments()).isEqualTo("{\"city\":\"Oslo\"}");
        assertThat(sent(lumen.received().getFirst()).has("stream_options")).isFalse();

        var answer = client.chat()
                .completions()
                .create(asking.toBuilder()
                        .addMessage(choice.message())
                        .addMessage(ChatCompletionToolMessageParam.builder()
                                .toolCallId(call.id())
                                .content("rain")
                                .build())
                        .build());

        assertThat(answer.choices().getFirst().message().content()).hasValue("Rain.");
        var history = sent(lumen.received().getLast()).path("messages");
        assertThat(history.at("/1/tool_calls/0/id").textValue()).isEqualTo("AbCdEf123");
        assertThat(history.get(1).fieldNames()).toIterable().isSubsetOf("role", "content", "tool_calls");
    }

    @Test
    void thoughts_are_told_from_the_answer_in_a_stream_and_in_a_response() throws Exception {
        lumen.otherwise(request -> request.json().path("stream").booleanValue()
                ? Script.stream(
                        chunk("{\"role\":\"assistant\",\"content\":\"<thi\"}", ",\"finish_reason\":null") + "}",
                        chunk("{\"content\":\"nk>Hm.</think>\\n\\nY\"}", ",\"finish_reason\":null") + "}",
                        chunk("{\"content\":\"es.\"}", ",\"finish_reason\":\"stop\"") + "," + USAGE + "}",
                        "[DONE]")
                : whole("{\"role\":\"assistant\",\"content\":\"<think>Hm.</think>Yes.\"}", "stop"));

        var streamed = Chat.ask(gateway, Caller.body("lumen-thinker", "\"stream\":true"));
        var response = new Caller(gateway.url(), GatewayProcess.KEY)
                .post("/v1/responses", "{\"model\":\"lumen-thinker\",\"input\":\"hi\"}");

        assertThat(streamed.body()).contains("\"reasoning_content\":\"Hm.\"").doesNotContain("think>");
        var output = Caller.json(response).path("output");
        assertThat(output.findValuesAsText("text")).contains("Yes.");
        assertThat(output.toString()).contains("\"reasoning\"").doesNotContain("think>");
    }

    @Test
    void what_it_cannot_do_is_refused_by_name_and_nothing_is_sent() {
        var asking = ChatCompletionCreateParams.builder().model("lumen-large").addUserMessage("hi");

        assertThatThrownBy(() -> client.chat()
                        .completions()
                        .create(asking.putAdditionalBodyProperty("logit_bias", JsonValue.from(Map.of("5", 1)))
                                .build()))
                .isInstanceOfSatisfying(
                        BadRequestException.class, e -> assertThat(e.param()).hasValue("logit_bias"));
        assertThat(lumen.received()).isEmpty();
    }

    @Test
    void several_choices_are_several_calls() throws Exception {
        lumen.otherwise(request -> whole("{\"role\":\"assistant\",\"content\":\"Hello.\"}", "stop"));

        var answer = Chat.ask(gateway, Caller.body("lumen-large", "\"n\":2"));

        assertThat(Caller.json(answer).path("choices")).hasSize(2);
        assertThat(lumen.received()).hasSize(2);
    }

    @Test
    void its_errors_are_understood() throws Exception {
        lumen.otherwise(request -> Script.json(
                422,
                "{\"detail\":[{\"loc\":[\"body\",\"style\",\"tone\"],\"msg\":\"no such tone\",\"type\":\"enum\"}]}"));

        var answer = Chat.ask(gateway, Caller.body("lumen-large", "\"style\":{\"tone\":\"loud\"}"));

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(Caller.json(answer).at("/error/param").textValue()).isEqualTo("style.tone");
    }
}
