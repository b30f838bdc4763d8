package io.dromedary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import io.dromedary.testing.Chat;
import io.dromedary.testing.ChatEvents;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.Received;
import io.dromedary.testing.Script;
import io.dromedary.testing.ScriptedBackend;
import io.dromedary.testing.StreamClient;
import io.dromedary.testing.TgiUpstream;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Three choices of backends that give one at a time. */
@Timeout(120)
final class FanOutIT {
    private static final String ASKED = "\"n\":3,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    private static final String WHOLE = "{\"model\":\"m\"," + ASKED;
    private static final String STREAM = "{\"model\":\"m\",\"stream\":true," + ASKED;
    private static final String ANSWER = """
            {"id":"chatcmpl-2","object":"chat.completion","created":1,"model":"up","choices":[{"index":0,"message":\
            {"role":"assistant","content":"from the second"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,\
            "completion_tokens":3,"total_tokens":4}}""";

    private static final ScriptedBackend tgi = ScriptedBackend.start(new TgiUpstream());
    private static final ScriptedBackend first = ScriptedBackend.start();
    private static final ScriptedBackend silent = ScriptedBackend.start();
    private static final ScriptedBackend second = ScriptedBackend.start();
    private static GatewayProcess gateway;
    private static OpenAIClient client;

    @BeforeAll
    static void start() throws Exception {
        gateway = GatewayProcess.with()
                .backend("tgi", """
                        dialect: tgi
                        url: %s/v1
                        models:
                          t: { upstream: tgi }
                        """.formatted(tgi.url()))
                .backend("first", backend(first.url(), 1))
                .backend("second", backend(second.url(), 2))
                .backend("silent", """
                        dialect: openai
                        url: %s/v1
                        timeouts: { betweenTokens: 1s }
                        capabilities: { maxChoices: 1 }
                        models:
                          s: { upstream: up }
                        """.formatted(silent.url()))
                .start();
        client = OpenAIOkHttpClient.builder()
                .baseUrl(gateway.url() + "/v1")
                .apiKey(GatewayProcess.KEY)
                .maxRetries(0)
                .responseValidation(true)
                .build();
        second.otherwise(request -> request.body().contains("\"stream\":true")
                ? Script.stream(
                        ChatEvents.role(),
                        ChatEvents.text("from the second"),
                        ChatEvents.finish("stop"),
                        ChatEvents.DONE)
                : Script.json(200, ANSWER));
    }

    private static String backend(String url, int priority) {
        return """
                dialect: openai
                url: %s/v1
                capabilities: { maxChoices: 1, wholeAsStream: false }
                models:
                  m: { upstream: up, priority: %d }
                  n: { upstream: other, priority: %d }
                """.formatted(url, priority, priority);
    }

    @AfterEach
    void forget() {
        List.of(tgi, first, second, silent)
                .forEach(backend -> backend.received().clear());
    }

    @AfterAll
    static void stop() {
        client.close();
        gateway.close();
        List.of(tgi, first, second, silent).forEach(ScriptedBackend::close);
    }

    @Test
    void a_whole_answer_has_all_choices_and_the_sum_of_usage() {
        var completion = client.chat().completions().create(hello().build());

        assertThat(completion.choices())
                .extracting(ChatCompletion.Choice::index)
                .containsExactly(0L, 1L, 2L);
        assertThat(completion.choices()).allSatisfy(choice -> {
            assertThat(choice.message().content()).hasValue("Hello big world");
            assertThat(choice.finishReason().asString()).isEqualTo("stop");
        });
        var usage = completion.usage().orElseThrow();
        assertThat(List.of(usage.promptTokens(), usage.completionTokens(), usage.totalTokens()))
                .containsExactly(9L, 9L, 18L);
        assertThat(tgi.received())
                .hasSize(3)
                .allSatisfy(request -> assertThat(request.body()).doesNotContain("\"n\":"));
    }

    @Test
    void a_stream_has_all_choices_each_with_its_finish_reason_and_the_sum_of_usage() {
        var asked = hello().streamOptions(
                        ChatCompletionStreamOptions.builder().includeUsage(true).build())
                .build();
        List<ChatCompletionChunk> chunks;
        try (var stream = client.chat().completions().createStreaming(asked)) {
            chunks = stream.stream().toList();
        }

        var contents = new TreeMap<Long, String>();
        var finishes = new TreeMap<Long, String>();
        chunks.stream().flatMap(chunk -> chunk.choices().stream()).forEach(choice -> {
            contents.merge(choice.index(), choice.delta().content().orElse(""), String::concat);
            choice.finishReason()
                    .ifPresent(reason -> finishes.merge(choice.index(), reason.asString(), String::concat));
        });
        assertThat(contents)
                .hasSize(3)
                .allSatisfy((index, text) -> assertThat(text).isEqualTo("Hello big world"));
        assertThat(finishes)
                .hasSize(3)
                .allSatisfy((index, reason) -> assertThat(reason).isEqualTo("stop"));
        assertThat(chunks)
                .extracting(ChatCompletionChunk::id)
                .containsOnly(chunks.getFirst().id());
        assertThat(chunks).filteredOn(chunk -> chunk.usage().isPresent()).hasSize(1);
        assertThat(chunks.getLast().usage().orElseThrow().totalTokens()).isEqualTo(18);
    }

    @Test
    void a_stream_ends_in_one_done_and_has_no_usage_that_nobody_asked_for() throws Exception {
        var answer = Chat.ask(gateway, STREAM.replace("\"m\"", "\"t\""));
        assertThat(answer.body())
                .contains("\"index\":0", "\"index\":1", "\"index\":2")
                .containsOnlyOnce("[DONE]")
                .endsWith("data: [DONE]\n\n")
                .doesNotContain("total_tokens");
        assertThat(Chat.header(answer, "x-dromedary-attempts")).isEqualTo("1");
    }

    @Test
    void seeds_differ() throws Exception {
        var answer = Chat.ask(gateway, WHOLE.replace("\"m\"", "\"t\",\"seed\":40"));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(tgi.received())
                .extracting(request -> request.body().replaceAll(".*\"seed\":(\\d+).*", "$1"))
                .containsExactlyInAnyOrder("40", "41", "42");
    }

    @Test
    void a_whole_answer_of_which_one_choice_fails_is_asked_of_the_next_backend() throws Exception {
        // the one that fails is the last to be asked, so that the others have begun; then all are asked again
        for (var i = 0; i < 2; i++) {
            first.next(Script.json(200, ANSWER), Script.nothing().stall(), Script.json(503, "{}"));
        }
        var answer = Chat.ask(gateway, WHOLE);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .contains("from the second")
                .contains("\"index\":2")
                .contains("\"total_tokens\":12");
        assertThat(Chat.header(answer, "x-dromedary-backend")).isEqualTo("second");
        assertThat(Chat.header(answer, "x-dromedary-attempts")).isEqualTo("3");
        assertThat(second.received()).hasSize(3);
    }

    @Test
    void a_stream_of_which_one_choice_fails_before_all_have_begun_is_asked_of_the_next_backend() throws Exception {
        first.next(
                Script.stream(ChatEvents.role(), ChatEvents.text("lost")).stall(),
                Script.stream(ChatEvents.role(), ChatEvents.text("lost")).stall(),
                Script.json(503, "{}"));
        var answer = Chat.ask(gateway, STREAM);
        assertThat(answer.body())
                .contains("from the second")
                .doesNotContain("lost")
                .endsWith("data: [DONE]\n\n");
        assertThat(Chat.header(answer, "x-dromedary-backend")).isEqualTo("second");
        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(first.received())
                        .filteredOn(call -> call.cancelledAt().isPresent())
                        .hasSize(2));
    }

    @Test
    void a_stream_of_which_one_choice_breaks_later_ends_in_an_error_event() throws Exception {
        silent.next(
                Script.stream(ChatEvents.text("one"), ChatEvents.finish("stop"), ChatEvents.DONE),
                Script.stream(ChatEvents.text("two")).stall(),
                Script.stream(ChatEvents.text("three"), ChatEvents.finish("stop"), ChatEvents.DONE));
        var answer = Chat.ask(gateway, STREAM.replace("\"m\"", "\"s\""));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .contains("one", "two", "three")
                .containsOnlyOnce("The answer broke off (silent: silent for too long)")
                .doesNotContain("[DONE]");
    }

    @Test
    void a_client_that_leaves_cancels_all_three() throws Exception {
        for (var i = 0; i < 3; i++) {
            first.next(Script.stream(ChatEvents.role(), ChatEvents.text("Once")).stall());
        }
        try (var leaving = StreamClient.ask(gateway.url(), "m", 3, "hi")) {
            assertThat(leaving.readUpTo("\"index\":2")).contains("Once");
        }
        assertThat(first.received()).hasSize(3);
        for (Received call : first.received()) {
            assertThat(call.awaitCancelled(Duration.ofSeconds(5))).isTrue();
        }
    }

    private static ChatCompletionCreateParams.Builder hello() {
        return ChatCompletionCreateParams.builder().model("t").n(3).addUserMessage("Hello big world");
    }
}
