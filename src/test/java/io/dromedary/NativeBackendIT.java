package io.dromedary;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import io.dromedary.api.json.Json;
import io.dromedary.testing.Caller;
import io.dromedary.testing.Chat;
import io.dromedary.testing.ChatEvents;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.Received;
import io.dromedary.testing.ResponsesUpstream;
import io.dromedary.testing.Script;
import io.dromedary.testing.ScriptedBackend;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A backend that speaks the Responses API serves chat, alone and in a failover group with one that speaks chat. */
@Timeout(120)
final class NativeBackendIT {
    private static final String SAID = String.join("", ResponsesUpstream.WORDS);
    private static final int MODELS = 10;
    private static final AtomicInteger next = new AtomicInteger();

    private static final ScriptedBackend nativeOne = ScriptedBackend.start(new ResponsesUpstream());
    private static final ScriptedBackend chatOne = ScriptedBackend.start();
    private static GatewayProcess gateway;
    private static OpenAIClient client;

    /** One model for each test: no test has to live with what another has made the gateway think of a backend. */
    private final int number = next.getAndIncrement();

    private final String nativeFirst = "m" + number;
    private final String chatFirst = "r" + number;

    @BeforeAll
    static void start() throws Exception {
        gateway = GatewayProcess.with()
                .backend("native", "api: responses\n" + backend(nativeOne.url(), 1, 2) + "  alone: { upstream: up }\n")
                .backend("chat", backend(chatOne.url(), 2, 1))
                .start();
        client = OpenAIOkHttpClient.builder()
                .baseUrl(gateway.url() + "/v1")
                .apiKey(GatewayProcess.KEY)
                .maxRetries(0)
                .responseValidation(true)
                .build();
        chatOne.otherwise(request -> said(SAID));
    }

    private static String backend(String url, int asFirst, int asSecond) {
        var models = new StringBuilder();
        for (var i = 0; i < MODELS; i++) {
            models.append("  m%d: { upstream: up%d, priority: %d }%n".formatted(i, i, asFirst));
            models.append("  r%d: { upstream: up%d, priority: %d }%n".formatted(i, i, asSecond));
        }
        return "dialect: openai%nurl: %s/v1%nretry: { attempts: 1 }%nmodels:%n%s".formatted(url, models);
    }

    private static Script said(String text) {
        return Script.stream(
                ChatEvents.role(),
                ChatEvents.text(text),
                ChatEvents.finish("stop"),
                ChatEvents.usage(3, 2),
                ChatEvents.DONE);
    }

    @AfterEach
    void forget() {
        nativeOne.clear();
        chatOne.clear();
        nativeOne.received().clear();
        chatOne.received().clear();
    }

    @AfterAll
    static void stop() {
        client.close();
        gateway.close();
        nativeOne.close();
        chatOne.close();
    }

    @Test
    void a_whole_chat_completion_is_served_from_it_and_nothing_is_kept_there() {
        var completion = client.chat()
                .completions()
                .create(ChatCompletionCreateParams.builder()
                        .model("alone")
                        .addUserMessage("hi")
                        .build());

        assertThat(completion.choices().getFirst().message().content()).hasValue(SAID);
        assertThat(completion.model()).isEqualTo("alone");
        assertThat(completion.usage().orElseThrow().totalTokens()).isEqualTo(12);
        assertThat(nativeOne.received()).singleElement().satisfies(received -> {
            assertThat(received.path()).isEqualTo("/v1/responses");
            var sent = json(received);
            assertThat(sent.path("model").textValue()).isEqualTo("up");
            assertThat(sent.path("store").isBoolean()).isTrue();
            assertThat(sent.path("store").booleanValue()).isFalse();
            assertThat(sent.at("/input/0/content").textValue()).isEqualTo("hi");
            assertThat(sent.has("stream")).isFalse();
            assertThat(sent.has("previous_response_id")).isFalse();
        });
    }

    @Test
    void a_stream_is_served_from_it_without_anything_that_is_no_chat() throws Exception {
        var answer = Chat.ask(gateway, Caller.body("alone", "\"stream\":true"));

        assertThat(said(answer)).isEqualTo(SAID);
        assertThat(answer.body())
                .endsWith("data: [DONE]\n\n")
                .contains("\"service_tier\":\"default\"")
                .doesNotContain("response_items")
                .doesNotContain("gAAA")
                .doesNotContain("resp_theirs")
                .doesNotContain("usage");
        assertThat(Chat.header(answer, "x-dromedary-backend")).isEqualTo("native");
    }

    @Test
    void several_choices_are_as_many_calls() throws Exception {
        var answer = Chat.ask(gateway, Caller.body("alone", "\"n\":2"));

        var completion = Caller.json(answer);
        assertThat(completion.path("choices")).hasSize(2);
        assertThat(completion.at("/usage/completion_tokens").intValue()).isEqualTo(14);
        assertThat(nativeOne.received()).hasSize(2);
    }

    @Test
    void one_that_is_ill_is_made_up_for_by_a_backend_of_chat() throws Exception {
        nativeOne.next(Script.json(500, "{\"error\":{\"message\":\"boom\"}}"));
        var answer = Chat.ask(gateway, Caller.body(nativeFirst));

        assertThat(Chat.header(answer, "x-dromedary-backend")).isEqualTo("chat");
        assertThat(Caller.json(answer).at("/choices/0/message/content").textValue())
                .isEqualTo(SAID);
        assertThat(nativeOne.received()).hasSize(1);
    }

    @Test
    void a_failed_response_before_the_first_token_moves_on_to_a_backend_of_chat() throws Exception {
        nativeOne.next(ResponsesUpstream.begun(0).event(ResponsesUpstream.failed("server_error")));
        var answer = Chat.ask(gateway, Caller.body(nativeFirst, "\"stream\":true"));

        assertThat(Chat.header(answer, "x-dromedary-backend")).isEqualTo("chat");
        assertThat(said(answer)).isEqualTo(SAID);
        assertThat(answer.body()).endsWith("data: [DONE]\n\n");
    }

    @Test
    void a_404_is_the_backends_failure_and_not_the_callers() throws Exception {
        nativeOne.next(Script.json(404, "{\"error\":{\"message\":\"no such thing\",\"param\":\"input\"}}"));
        var answer = Chat.ask(gateway, Caller.body(nativeFirst));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(Chat.header(answer, "x-dromedary-backend")).isEqualTo("chat");
    }

    @Test
    void what_it_cannot_take_goes_to_a_backend_of_chat_at_once() throws Exception {
        var answer = Chat.ask(gateway, Caller.body(nativeFirst, "\"stop\":[\"x\"]"));

        assertThat(Chat.header(answer, "x-dromedary-backend")).isEqualTo("chat");
        assertThat(nativeOne.received()).isEmpty();
    }

    @Test
    void a_backend_of_chat_that_is_ill_is_made_up_for_by_it_whole_and_streamed() throws Exception {
        var ill = Script.json(503, "{\"error\":{\"message\":\"busy\"}}");
        chatOne.next(ill, ill);
        var whole = Chat.ask(gateway, Caller.body(chatFirst));
        var stream = Chat.ask(gateway, Caller.body(chatFirst, "\"stream\":true"));

        assertThat(Chat.header(whole, "x-dromedary-backend")).isEqualTo("native");
        assertThat(Caller.json(whole).at("/choices/0/message/content").textValue())
                .isEqualTo(SAID);
        assertThat(whole.body()).doesNotContain("response_items").contains("\"total_tokens\":12");
        assertThat(Chat.header(stream, "x-dromedary-backend")).isEqualTo("native");
        assertThat(said(stream)).isEqualTo(SAID);
    }

    @Test
    void a_stream_that_breaks_is_gone_on_with_by_a_backend_of_chat_where_the_answers_agree() throws Exception {
        nativeOne.next(ResponsesUpstream.begun(2).event(ResponsesUpstream.failed("server_error")));
        var answer = Chat.ask(gateway, Caller.body(nativeFirst, "\"stream\":true"));

        assertThat(said(answer)).isEqualTo(SAID);
        assertThat(answer.body()).endsWith("data: [DONE]\n\n").doesNotContain("\"error\"");
        assertThat(chatOne.received()).hasSize(1);
    }

    @Test
    void a_stream_of_chat_that_breaks_is_gone_on_with_by_it_where_the_answers_agree() throws Exception {
        chatOne.next(
                Script.stream(ChatEvents.role(), ChatEvents.text("from th")).closeEarly());
        var answer = Chat.ask(gateway, Caller.body(chatFirst, "\"stream\":true"));

        assertThat(said(answer)).isEqualTo(SAID);
        assertThat(answer.body()).endsWith("data: [DONE]\n\n").doesNotContain("\"error\"");
        assertThat(nativeOne.received()).hasSize(1);
    }

    private static JsonNode json(Received received) {
        return Json.object(received.body().getBytes(StandardCharsets.UTF_8));
    }

    private static String said(HttpResponse<String> stream) {
        return Caller.chunks(stream).stream()
                .map(chunk -> chunk.at("/choices/0/delta/content").asText(""))
                .collect(Collectors.joining());
    }
}
