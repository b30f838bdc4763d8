package io.dromedary;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.chat.completions.ChatCompletion.Choice.FinishReason;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.OpenAiUpstream;
import io.dromedary.testing.Received;
import io.dromedary.testing.ScriptedBackend;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** OpenAI's own client against each dialect of the family, and how each is asked. */
@Timeout(180)
final class FamilyIT {
    static final List<String> NAMES = List.of(
            "cohere",
            "deepseek",
            "fireworks",
            "gemini",
            "groq",
            "huggingface",
            "llamacpp",
            "mistral",
            "nebius",
            "ollama",
            "openrouter",
            "predictionguard",
            "scaleway",
            "sglang",
            "together",
            "xai");

    private static final ScriptedBackend upstream = ScriptedBackend.start(new OpenAiUpstream());
    private static final ScriptedBackend azure = ScriptedBackend.start();
    private static GatewayProcess gateway;
    private static OpenAIClient client;

    @BeforeAll
    static void start() throws Exception {
        var builder = GatewayProcess.with().environment("SOME_KEY", "s3cret");
        for (var name : NAMES) {
            builder.backend(name, backend(name, upstream.url() + "/v1", "m-" + name));
        }
        gateway = builder.backend("azure", backend("azure-openai", azure.url(), "m-azure"))
                .backend("azure-new", backend("azure-openai", azure.url() + "/openai/v1", "m-azure-new"))
                .start();
        client = OpenAIOkHttpClient.builder()
                .baseUrl(gateway.url() + "/v1")
                .apiKey(GatewayProcess.KEY)
                .maxRetries(0)
                .responseValidation(true)
                .build();
    }

    private static String backend(String dialect, String url, String model) {
        return "dialect: %s\nurl: %s\nauth: ${env:SOME_KEY}\nmodels: { %s: { upstream: up 1 } }\n"
                .formatted(dialect, url, model);
    }

    @AfterAll
    static void stop() {
        client.close();
        gateway.close();
        upstream.close();
        azure.close();
    }

    @BeforeEach
    void forget() {
        upstream.received().clear();
        azure.received().clear();
    }

    private static ChatCompletionCreateParams.Builder asking(String dialect) {
        return ChatCompletionCreateParams.builder().model("m-" + dialect).addUserMessage("Oslo");
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void answers_whole(String dialect) {
        var completion = client.chat().completions().create(asking(dialect).build());

        assertThat(completion.choices().getFirst().message().content()).hasValue("Oslo");
        assertThat(completion.model()).isEqualTo("m-" + dialect);
        assertThat(completion.usage()).isPresent();
        assertThat(upstream.received()).singleElement().satisfies(received -> {
            assertThat(received.header("authorization")).isEqualTo("Bearer s3cret");
            assertThat(received.json().path("model").textValue()).isEqualTo("up 1");
        });
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void streams_the_call_of_a_tool(String dialect) {
        var heard = ChatCompletionAccumulator.create();
        var request = asking(dialect)
                .addFunctionTool(FunctionDefinition.builder().name("weather").build())
                .build();
        try (var stream = client.chat().completions().createStreaming(request)) {
            stream.stream().forEach(heard::accumulate);
        }

        var choice = heard.chatCompletion().choices().getFirst();
        assertThat(choice.finishReason()).isEqualTo(FinishReason.TOOL_CALLS);
        assertThat(choice.message()
                        .toolCalls()
                        .orElseThrow()
                        .getFirst()
                        .asFunction()
                        .function()
                        .arguments())
                .isEqualTo("{\"city\": \"Oslo\", \"unit\": \"celsius\"}");
    }

    @Test
    void azure_is_asked_by_deployment_and_version_with_its_own_header() {
        azure.otherwise(OpenAiUpstream::answer);

        client.chat().completions().create(asking("azure").build());
        client.chat().completions().create(asking("azure-new").build());

        assertThat(azure.received())
                .extracting(Received::path)
                .containsExactly(
                        "/openai/deployments/up%201/chat/completions?api-version=2024-10-21",
                        "/openai/v1/chat/completions");
        assertThat(azure.received()).allSatisfy(received -> {
            assertThat(received.header("api-key")).isEqualTo("s3cret");
            assertThat(received.header("authorization")).isNull();
        });
    }
}
