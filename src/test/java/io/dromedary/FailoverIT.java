package io.dromedary;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.testing.Chat;
import io.dromedary.testing.ChatEvents;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.Script;
import io.dromedary.testing.ScriptedBackend;
import io.dromedary.testing.TgiUpstream;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two backends of one model: before the first byte of an answer, what fails on the one is asked of the other. */
@Timeout(120)
final class FailoverIT {
    private static final String ANSWER = """
            {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"up","choices":[{"index":0,"message":\
            {"role":"assistant","content":"from the second","refusal":null},"logprobs":null,"finish_reason":"stop"}],\
            "usage":{"prompt_tokens":1,"completion_tokens":3,"total_tokens":4}}""";
    private static final String WHOLE = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    private static final String STREAM =
            "{\"model\":\"m\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

    private static final ScriptedBackend first = ScriptedBackend.start();
    private static final ScriptedBackend second = ScriptedBackend.start();
    private static final ScriptedBackend tgi = ScriptedBackend.start(new TgiUpstream());
    private static final int MODELS = 30;
    private static final AtomicInteger next = new AtomicInteger();
    private static GatewayProcess gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = GatewayProcess.with()
                .backend("first", backend(first.url(), 1))
                .backend("second", backend(second.url(), 2))
                .backend("nobody", """
                        dialect: openai
                        url: %s/v1
                        models:
                          lonely: { upstream: up }
                        """.formatted(ScriptedBackend.nobody()))
                .backend("tgi", """
                        dialect: tgi
                        url: %s/v1
                        models:
                          t: { upstream: tgi }
                        """.formatted(tgi.url()))
                .config("gateway.yaml", "timeouts: { keepAlive: 1s }\n")
                .start();
        second.otherwise(request -> request.body().contains("\"stream\":true")
                ? Script.stream(
                        ChatEvents.role(),
                        ChatEvents.text("from the second"),
                        ChatEvents.finish("stop"),
                        ChatEvents.DONE)
                : Script.json(200, ANSWER));
    }

    /** Many models, so that no test has to live with what another has made the gateway think of a backend. */
    private static String backend(String url, int priority) {
        var models = new StringBuilder();
        for (var i = 0; i < MODELS; i++) {
            models.append("  m%d: { upstream: up%d, priority: %d }%n".formatted(i, i, priority));
        }
        return "dialect: openai%nurl: %s/v1%ntimeouts: { firstToken: 4s, betweenTokens: 2s }%nmodels:%n%s"
                .formatted(url, models);
    }

    private final String model = "m" + next.getAndIncrement();
    private final String whole = WHOLE.replace("\"m\"", '"' + model + '"');
    private final String stream = STREAM.replace("\"m\"", '"' + model + '"');

    @AfterAll
    static void stop() {
        gateway.close();
        first.close();
        second.close();
        tgi.close();
    }

    @Test
    void a_503_moves_on() throws Exception {
        var busy = Script.json(503, "{\"error\":{\"message\":\"busy\"}}");
        first.next(busy, busy);
        assertAnsweredBySecond(Chat.ask(gateway, whole), 3);
    }

    @Test
    void a_429_moves_on() throws Exception {
        first.next(Script.json(429, Map.of("retry-after", "30"), "{\"error\":{\"message\":\"slow down\"}}"));
        assertAnsweredBySecond(Chat.ask(gateway, whole), 2);
    }

    @Test
    void a_reset_moves_on() throws Exception {
        // a connection that was kept may have been dead before, which costs no attempt
        first.next(
                Script.nothing().reset(),
                Script.nothing().reset(),
                Script.nothing().reset());
        assertAnsweredBySecond(Chat.ask(gateway, whole), 3);
        first.clear();
    }

    @Test
    void a_body_that_is_no_json_moves_on() throws Exception {
        var page = Script.whole(200, "text/html", Map.of(), "<html>welcome</html>");
        first.next(page, page);
        assertAnsweredBySecond(Chat.ask(gateway, whole), 3);
    }

    @Test
    void an_error_inside_a_200_moves_on() throws Exception {
        var error = Script.json(200, "{\"error\":{\"message\":\"upstream exploded\",\"type\":\"server_error\"}}");
        first.next(error, error);
        assertAnsweredBySecond(Chat.ask(gateway, whole), 3);
    }

    @Test
    void an_error_as_the_first_event_of_a_stream_moves_on() throws Exception {
        var error = Script.stream(ChatEvents.error("overloaded"), ChatEvents.DONE);
        first.next(error, error);
        assertAnsweredBySecond(Chat.ask(gateway, stream), 3);
    }

    @Test
    void a_stream_that_is_cut_before_its_first_token_moves_on() throws Exception {
        var cut = Script.stream(ChatEvents.role()).closeEarly();
        first.next(cut, cut);
        assertAnsweredBySecond(Chat.ask(gateway, stream), 3);
    }

    @Test
    void a_stream_that_stays_silent_moves_on_and_the_client_gets_comments_meanwhile() throws Exception {
        first.next(Script.stream().stall());
        var answer = Chat.ask(gateway, stream);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .startsWith(": keepalive\n\n")
                .contains("from the second")
                .endsWith("data: [DONE]\n\n");
    }

    @Test
    void the_callers_own_fault_is_passed_on_at_once_with_the_providers_reason() throws Exception {
        var before = second.received().size();
        first.next(Script.json(400, """
                {"error":{"message":"Invalid schema for function 'f'","type":"invalid_request_error","param":"tools[0]",\
                "code":"invalid_function_parameters"}}"""));
        var answer = Chat.ask(gateway, whole);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body())
                .contains("Invalid schema for function 'f'")
                .contains("\"param\":\"tools[0]\"")
                .contains("invalid_function_parameters");
        assertThat(second.received()).hasSize(before);
    }

    @Test
    void a_stream_that_breaks_after_text_was_sent_ends_in_an_error_event_and_is_never_called_done() throws Exception {
        first.next(
                Script.stream(ChatEvents.role(), ChatEvents.text("half an ans")).closeEarly());
        var answer = Chat.ask(gateway, stream);
        assertThat(answer.body())
                .contains("half an ans")
                .contains("\"error\":{\"message\":\"The answer broke off (first: ")
                .contains("stream_broken")
                .doesNotContain("[DONE]")
                .doesNotContain("\"finish_reason\":\"stop\"");
    }

    @Test
    void a_stream_that_falls_silent_after_text_was_sent_ends_in_an_error_event() throws Exception {
        first.next(Script.stream(ChatEvents.role(), ChatEvents.text("half")).stall());
        var answer = Chat.ask(gateway, stream);
        assertThat(answer.body())
                .contains("half")
                .contains("silent for too long")
                .doesNotContain("[DONE]");
    }

    @Test
    void a_finish_reason_without_done_is_a_whole_answer() throws Exception {
        first.next(Script.stream(ChatEvents.role(), ChatEvents.text("all of it"), ChatEvents.finish("stop")));
        var answer = Chat.ask(gateway, stream);
        assertThat(answer.body())
                .contains("all of it")
                .endsWith("data: [DONE]\n\n")
                .doesNotContain("\"error\"");
    }

    @Test
    void when_everybody_failed_the_causes_are_named_and_no_address() throws Exception {
        var answer = Chat.ask(gateway, WHOLE.replace("\"m\"", "\"lonely\""));
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).contains("nobody: connection refused").doesNotContain("127.0.0.1");
        assertThat(Chat.header(answer, "x-dromedary-attempts")).isEqualTo("2");
    }

    @Test
    void attempts_are_counted_by_backend_and_outcome() throws Exception {
        first.next(Script.json(500, "{}"), Script.json(500, "{}"));
        assertAnsweredBySecond(Chat.ask(gateway, whole), 3);
        assertThat(Chat.get(gateway.managementUrl() + "/observe/metrics").body())
                .containsPattern(
                        "dromedary_attempts_total\\{backend=\"first\",outcome=\"faulty\",upstream_model=\"[^\"]*\"\\} \\d")
                .containsPattern(
                        "dromedary_attempts_total\\{backend=\"second\",outcome=\"answered\",upstream_model=\"[^\"]*\"\\} \\d")
                .contains("gen_ai_server_request_duration_seconds")
                .contains("gen_ai_client_token_usage");
    }

    @Test
    void the_clients_key_stays_here() throws Exception {
        Chat.ask(gateway, whole.replace("}]}", "}] }"));
        assertThat(second.received()).allSatisfy(request -> {
            assertThat(request.header("authorization")).isNull();
            assertThat(request.body()).doesNotContain(GatewayProcess.KEY);
        });
    }

    @Test
    void a_name_that_may_not_stand_in_a_header_does_not_keep_the_answer_back() throws Exception {
        var answer = Chat.ask(gateway, """
                {"model":"t","a\\r\\nset-cookie: b":1,"user":"u","messages":[{"role":"user","content":"hi"}]}""");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(Chat.header(answer, "x-dromedary-dropped-params"))
                .contains("?")
                .contains("user");
        assertThat(answer.headers().firstValue("set-cookie")).isEmpty();
    }

    private void assertAnsweredBySecond(HttpResponse<String> answer, int attempts) {
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("from the second").contains("\"model\":\"" + model + "\"");
        assertThat(Chat.header(answer, "x-dromedary-backend")).isEqualTo("second");
        assertThat(Chat.header(answer, "x-dromedary-attempts")).isEqualTo(String.valueOf(attempts));
    }
}
