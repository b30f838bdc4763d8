package io.dromedary;

import static io.dromedary.testing.Caller.json;
import static io.dromedary.testing.Caller.project;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.completions.CompletionCreateParams;
import io.dromedary.testing.Caller;
import io.dromedary.testing.ChatEvents;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.Received;
import io.dromedary.testing.Script;
import io.dromedary.testing.ScriptedBackend;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Completions of several prompts at once, over backends of chat. */
@Timeout(120)
final class PromptsIT {
    private static final String ASKED = "{\"model\":\"m\",\"prompt\":[\"a\",\"b\",\"c\"]";

    private static final ScriptedBackend first = ScriptedBackend.start(PromptsIT::answer);
    private static final ScriptedBackend second = ScriptedBackend.start(PromptsIT::answer);
    private static GatewayProcess gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = GatewayProcess.with()
                .backend("first", backend(first.url(), 1, "{ wholeAsStream: false }"))
                .backend("second", backend(second.url(), 2, "{ maxChoices: 1, wholeAsStream: false }"))
                .config("keys.yaml", Caller.keys(project("free"), project("few", "limits: { requestsPerMinute: 8 }")))
                .start();
    }

    private static String backend(String url, int priority, String capabilities) {
        return """
                dialect: openai
                url: %s/v1
                retry: { attempts: 1 }
                capabilities: %s
                models:
                  m: { upstream: up, priority: %d }
                """.formatted(url, capabilities, priority);
    }

    /** Says back who was asked, as often as is wanted. */
    private static Script answer(Received request) {
        var body = request.json();
        var prompt = body.at("/messages/0/content").asText();
        if (prompt.equals("odd")) {
            return Script.json(400, ChatEvents.error("odd"));
        }
        var n = body.path("n").asInt(1);
        if (body.path("stream").asBoolean()) {
            var events = new ArrayList<String>();
            for (var piece : List.of("re ", prompt)) {
                for (var i = 0; i < n; i++) {
                    events.add(ChatEvents.text(piece).replace("\"index\":0", "\"index\":" + i));
                }
            }
            for (var i = 0; i < n; i++) {
                events.add(ChatEvents.finish("stop").replace("\"index\":0", "\"index\":" + i));
            }
            events.add(ChatEvents.usage(5, 2 * n));
            events.add(ChatEvents.DONE);
            return Script.stream(events.toArray(String[]::new));
        }
        var choices = new ArrayList<String>();
        for (var i = 0; i < n; i++) {
            choices.add("{\"index\":" + i + ",\"message\":{\"role\":\"assistant\",\"content\":\"re " + prompt
                    + "\"},\"finish_reason\":\"stop\"}");
        }
        return Script.json(
                200,
                "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"up\",\"choices\":["
                        + String.join(",", choices) + "]," + ChatEvents.usageMember(5, 2 * n) + "}");
    }

    @AfterEach
    void forget() {
        List.of(first, second).forEach(backend -> backend.received().clear());
    }

    @AfterAll
    static void stop() {
        gateway.close();
        first.close();
        second.close();
    }

    private static Caller caller(String project) {
        return Caller.of(gateway, project);
    }

    private static JsonNode ask(String body) throws Exception {
        var answer = caller("free").post("/v1/completions", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer);
    }

    private static List<String> texts(JsonNode answer) {
        var texts = new TreeMap<Integer, String>();
        answer.path("choices")
                .forEach(one ->
                        texts.merge(one.path("index").asInt(), one.path("text").asText(), String::concat));
        return List.copyOf(texts.values());
    }

    @Test
    void each_prompt_has_its_choices_in_order_and_usage_is_the_sum() throws Exception {
        var answer = ask(ASKED + ",\"n\":2}");

        assertThat(answer.path("choices").findValuesAsText("index")).containsExactly("0", "1", "2", "3", "4", "5");
        assertThat(texts(answer)).containsExactly("re a", "re a", "re b", "re b", "re c", "re c");
        assertThat(answer.at("/usage/prompt_tokens").asInt()).isEqualTo(15);
        assertThat(answer.at("/usage/completion_tokens").asInt()).isEqualTo(12);
        assertThat(first.received()).hasSize(3);
    }

    @Test
    void openais_client_reads_the_stream_of_several_prompts() {
        var client = OpenAIOkHttpClient.builder()
                .baseUrl(gateway.url() + "/v1")
                .apiKey(caller("free").key())
                .maxRetries(0)
                .build();
        var texts = new TreeMap<Long, String>();
        var asked = CompletionCreateParams.builder()
                .model("m")
                .promptOfArrayOfStrings(List.of("a", "b"))
                .n(2)
                .echo(true)
                .build();
        try (var stream = client.completions().createStreaming(asked)) {
            stream.stream()
                    .flatMap(chunk -> chunk.choices().stream())
                    .forEach(choice -> texts.merge(choice.index(), choice.text(), String::concat));
        } finally {
            client.close();
        }

        assertThat(texts)
                .containsExactly(
                        Map.entry(0L, "are a"), Map.entry(1L, "are a"), Map.entry(2L, "bre b"), Map.entry(3L, "bre b"));
    }

    @Test
    void a_stream_ends_with_the_sum_of_usage() throws Exception {
        var answer = caller("free")
                .post("/v1/completions", ASKED + ",\"stream\":true,\"stream_options\":{\"include_usage\":true}}");

        var events = Arrays.stream(answer.body().split("\n\n")).toList();
        assertThat(events.getLast()).isEqualTo("data: [DONE]");
        assertThat(events.get(events.size() - 2))
                .contains("\"choices\":[]", "\"prompt_tokens\":15", "\"completion_tokens\":6");
        var indexes = events.stream()
                .filter(event -> event.contains("\"finish_reason\":\"stop\""))
                .map(event -> event.replaceFirst("(?s).*\"index\":(\\d+).*", "$1"))
                .collect(Collectors.toSet());
        assertThat(indexes).containsExactlyInAnyOrder("0", "1", "2");
    }

    @Test
    void where_one_of_them_fails_all_of_them_go_to_the_next_backend() throws Exception {
        first.next(Script.json(500, ChatEvents.error("gone")));

        var answer = ask(ASKED + ",\"n\":2}");

        assertThat(texts(answer)).containsExactly("re a", "re a", "re b", "re b", "re c", "re c");
        // which gives one choice at a time
        assertThat(second.received()).hasSize(6);
    }

    @Test
    void one_that_is_refused_refuses_all_of_them() throws Exception {
        var answer = caller("free").post("/v1/completions", "{\"model\":\"m\",\"prompt\":[\"a\",\"odd\"]}");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).at("/error/message").asText()).contains("odd");
    }

    @Test
    void each_prompt_counts_as_a_request() throws Exception {
        var answer = caller("few").post("/v1/completions", ASKED + "}");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("x-ratelimit-remaining-requests").orElse(""))
                .isEqualTo("5");
        var nine = caller("few")
                .post(
                        "/v1/completions",
                        "{\"model\":\"m\",\"prompt\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\"]}");
        assertThat(nine.statusCode()).isEqualTo(429);
        assertThat(json(nine).at("/error/message").asText()).contains("counts as 9 requests", "8 requests per minute");
        assertThat(json(nine).at("/error/type").asText()).isEqualTo("requests");
    }
}
