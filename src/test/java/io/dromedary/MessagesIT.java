package io.dromedary;

import static io.dromedary.testing.JsonCheck.assertThatJson;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.testing.ChatEvents;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.Script;
import io.dromedary.testing.ScriptedBackend;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What Anthropic's clients do not show of the Messages API, and the completions API, over a scripted backend. */
final class MessagesIT {
    private static final String HELLO = "\"max_tokens\":100,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]";

    private static final ScriptedBackend backend = ScriptedBackend.start();
    private static final HttpClient http = HttpClient.newHttpClient();
    private static GatewayProcess gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = GatewayProcess.with()
                .backend("openai", """
                        dialect: openai
                        url: %s/v1
                        retry: { attempts: 1 }
                        models:
                          m: { upstream: echo }
                        """.formatted(backend.url()))
                .start();
    }

    @AfterAll
    static void stop() {
        gateway.close();
        backend.close();
    }

    @BeforeEach
    void clear() {
        backend.clear();
    }

    private static HttpResponse<String> post(String path, String body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(gateway.url() + path))
                .header("authorization", "Bearer " + GatewayProcess.KEY)
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString(body, UTF_8));
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private static String asked(String more) {
        return "{\"model\":\"m\"," + HELLO + more + "}";
    }

    @Test
    void the_backend_is_asked_in_chats_words_and_the_caller_answered_in_its_own() throws Exception {
        backend.next(Script.json(200, """
                {"id":"c","object":"chat.completion","created":1,"model":"echo","choices":[{"index":0,
                 "message":{"role":"assistant","content":"Hello"},"finish_reason":"length"}],
                 "usage":{"prompt_tokens":3,"completion_tokens":1,"total_tokens":4}}"""));

        var answer = post("/v1/messages", asked(",\"stop_sequences\":[\"x\"],\"speed\":\"fast\""));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThatJson(answer.body()).without("id").isEqualTo("""
                {"type":"message","role":"assistant","model":"m",
                 "content":[{"type":"text","text":"Hello"}],"stop_reason":"max_tokens","stop_sequence":null,
                 "usage":{"input_tokens":3,"output_tokens":1,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,
                  "service_tier":"standard"}}""");
        assertThat(answer.headers().firstValue("x-dromedary-dropped-params")).contains("speed");
        assertThat(answer.headers().firstValue("request-id"))
                .isPresent()
                .isEqualTo(answer.headers().firstValue("x-request-id"));
        assertThatJson(backend.received().getLast().body()).node("stop").isEqualTo("[\"x\"]");
    }

    @Test
    void refusals_are_worded_as_anthropics_from_the_first_to_the_last() throws Exception {
        backend.next(Script.json(503, ChatEvents.error("busy")));

        assertError(post("/v1/messages", "{"), 400, "invalid_request_error");
        assertError(post("/v1/messages", asked(",\"top_p\":3")), 400, "invalid_request_error");
        assertError(post("/v1/messages", asked("").replace("\"m\"", "\"z\"")), 404, "not_found_error");
        assertError(post("/v1/messages", asked("")), 502, "api_error");
        assertError(post("/v1/messages/count_tokens", "{\"model\":\"m\"}"), 400, "invalid_request_error");
        assertError(post("/v1/messages", asked(",\"stop_sequences\":[\"\"]")), 400, "invalid_request_error");
    }

    @Test
    void what_chat_refuses_further_on_is_named_as_the_caller_knows_it() throws Exception {
        backend.next(Script.json(400, """
                {"error":{"message":"Invalid 'stop': bad","type":"invalid_request_error","param":"stop","code":"bad"}}"""));

        var refused = post("/v1/messages", asked(",\"stop_sequences\":[\"x\"]"));

        assertError(refused, 400, "invalid_request_error");
        assertThatJson(refused.body()).node("error.param").isEqualTo("stop_sequences");
        assertThatJson(refused.body()).node("error.message").isEqualTo("Invalid 'stop_sequences': bad");
    }

    private static void assertError(HttpResponse<String> refused, int status, String type) {
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(status);
        assertThatJson(refused.body()).node("type").isEqualTo("error");
        assertThatJson(refused.body()).node("error.type").isEqualTo(type);
        assertThatJson(refused.body())
                .node("request_id")
                .isEqualTo(refused.headers().firstValue("request-id").orElseThrow());
    }

    @Test
    void a_stream_that_breaks_ends_with_an_error_event() throws Exception {
        backend.next(Script.stream("""
                        {"id":"c","object":"chat.completion.chunk","created":1,"model":"echo","choices":[{"index":0,\
                        "delta":{"role":"assistant","content":"Hel"},"finish_reason":null}]}""").reset());

        var answer = post("/v1/messages", asked(",\"stream\":true"));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type").orElseThrow()).startsWith("text/event-stream");
        var frames = answer.body().split("\n\n");
        assertThat(frames[0]).startsWith("event: message_start\n");
        assertThat(frames[frames.length - 1]).startsWith("event: error\ndata: {\"type\":\"error\",\"error\":{");
        assertThat(answer.body()).doesNotContain("message_stop").doesNotContain("[DONE]");
    }

    @Test
    void a_completion_is_a_text_whole_and_in_a_stream() throws Exception {
        backend.next(Script.json(200, """
                {"id":"c","object":"chat.completion","created":1,"model":"echo","choices":[{"index":0,
                 "message":{"role":"assistant","content":" you"},"finish_reason":"stop"}],
                 "usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}"""));

        var whole = post("/v1/completions", "{\"model\":\"m\",\"prompt\":\"Hi\",\"echo\":true}");

        assertThatJson(whole.body()).without("id").isEqualTo("""
                {"object":"text_completion","created":1,"model":"m","service_tier":"default","choices":[
                  {"text":"Hi you","index":0,"logprobs":null,"finish_reason":"stop"}],
                 "usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""");

        backend.next(Script.stream("""
                        {"id":"c","object":"chat.completion.chunk","created":1,"model":"echo","choices":[{"index":0,\
                        "delta":{"role":"assistant","content":"you"},"finish_reason":null}]}""", """
                        {"id":"c","object":"chat.completion.chunk","created":1,"model":"echo","choices":[{"index":0,\
                        "delta":{},"finish_reason":"stop"}]}""", ChatEvents.DONE));

        var streamed = post("/v1/completions", "{\"model\":\"m\",\"prompt\":\"Hi\",\"stream\":true}");

        assertThat(streamed.body().split("\n\n")).hasSize(3);
        assertThat(streamed.body())
                .contains("\"text\":\"you\"", "\"finish_reason\":\"stop\"", "\"object\":\"text_completion\"")
                .endsWith("data: [DONE]\n\n");
    }

    @Test
    void a_completion_that_no_chat_model_can_give_is_refused_in_openais_shape() throws Exception {
        var before = backend.received().size();

        var refused = post("/v1/completions", "{\"model\":\"m\",\"prompt\":\"Hi\",\"suffix\":\"end\"}");

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThatJson(refused.body()).node("error.param").isEqualTo("suffix");
        assertThat(backend.received()).hasSize(before);
    }
}
