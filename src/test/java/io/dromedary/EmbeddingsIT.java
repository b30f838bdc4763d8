package io.dromedary;

import static io.dromedary.testing.Caller.json;
import static io.dromedary.testing.Caller.project;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import io.dromedary.testing.Caller;
import io.dromedary.testing.Chat;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.Received;
import io.dromedary.testing.Script;
import io.dromedary.testing.ScriptedBackend;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Embeddings from outside: through OpenAI's client, over lists that are split, and past backends that fail. */
@Timeout(180)
final class EmbeddingsIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final ScriptedBackend first = ScriptedBackend.start();
    private static final ScriptedBackend second = ScriptedBackend.start();
    private static final ScriptedBackend tei = ScriptedBackend.start();
    private static GatewayProcess gateway;
    private static Caller owner;

    @BeforeAll
    static void start() throws Exception {
        tei.report(Script.json(200, """
                {"model_id":"bge","version":"1.9.3","max_client_batch_size":3,"max_input_length":512,
                 "max_concurrent_requests":512}"""));
        gateway = GatewayProcess.with()
                .backend("simulator", """
                        dialect: simulator
                        models:
                          simulated: { upstream: simulator }
                        """)
                .backend("first", """
                        dialect: openai
                        url: %s/v1
                        capabilities: { maxInputs: 2 }
                        models:
                          vectors: { upstream: failing, priority: 1 }
                          alone: { upstream: theirs }
                          chats: { upstream: theirs, capabilities: { endpoints: [chat] } }
                        """.formatted(first.url()))
                .backend("second", """
                        dialect: vllm
                        url: %s/v1
                        models:
                          vectors: { upstream: other, priority: 2 }
                        """.formatted(second.url()))
                .backend("tei", """
                        dialect: tei
                        url: %s
                        models:
                          bge: { upstream: bge }
                        """.formatted(tei.url()))
                .config(
                        "keys.yaml",
                        Caller.keys(
                                project("owner"),
                                project(
                                        "tight",
                                        "limits: { requestsPerMinute: 100, tokensPerMinute: 40 }",
                                        "overLimit: false")))
                .start();
        owner = Caller.of(gateway, "owner");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        first.close();
        second.close();
        tei.close();
    }

    @BeforeEach
    void forget() {
        for (var backend : List.of(first, second, tei)) {
            backend.clear();
            backend.received().clear();
            backend.otherwise(EmbeddingsIT::vectors);
        }
    }

    /** A vector of one number for each input: how long it is. */
    private static Script vectors(Received request) {
        var data = request.json().path("input");
        var list = data.isTextual() ? List.of(data) : data;
        var entries = new StringBuilder();
        var index = 0;
        for (var one : list) {
            entries.append(entries.isEmpty() ? "" : ",")
                    .append("{\"object\":\"embedding\",\"index\":" + index++ + ",\"embedding\":["
                            + one.asText().length() + ",0.5]}");
        }
        return Script.json(
                200,
                "{\"object\":\"list\",\"data\":[" + entries + "],\"model\":\"theirs\",\"usage\":{\"prompt_tokens\":"
                        + 2 * index + ",\"total_tokens\":" + 2 * index + "}}");
    }

    private static String texts(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "\"" + "x".repeat(i + 1) + "\"")
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static HttpResponse<String> ask(String model, String input) {
        return owner.post("/v1/embeddings", "{\"model\":\"" + model + "\",\"input\":" + input + "}");
    }

    private static void assertLengths(JsonNode answer, int count) {
        assertThat(answer.path("data").size()).isEqualTo(count);
        for (var i = 0; i < count; i++) {
            assertThat(answer.path("data").path(i).path("index").intValue()).isEqualTo(i);
            assertThat(answer.path("data").path(i).path("embedding").toString()).isEqualTo("[" + (i + 1) + ",0.5]");
        }
    }

    @Test
    void openais_java_client_is_content() {
        try (var closing = new Closing(OpenAIOkHttpClient.builder()
                .baseUrl(gateway.url() + "/v1")
                .apiKey(owner.key())
                .maxRetries(0)
                .responseValidation(true)
                .build())) {
            var client = closing.client;
            var floats = client.embeddings()
                    .create(params("simulated")
                            .encodingFormat(EmbeddingCreateParams.EncodingFormat.FLOAT)
                            .build());
            var base64 = client.embeddings().create(params("simulated").build());
            assertThat(floats.model()).isEqualTo("simulated");
            assertThat(floats.usage().totalTokens()).isEqualTo(4);
            assertThat(numbers(floats)).isEqualTo(numbers(base64));
            assertThat(numbers(floats).getFirst()).hasSize(256);

            assertThat(catchThrowableOfType(
                                    NotFoundException.class,
                                    () -> client.embeddings()
                                            .create(params("nowhere").build()))
                            .code())
                    .contains("model_not_found");
            assertThat(catchThrowableOfType(
                                    BadRequestException.class,
                                    () -> client.embeddings()
                                            .create(params("chats").build()))
                            .code())
                    .contains("unsupported_endpoint");
        }
    }

    private record Closing(OpenAIClient client) implements AutoCloseable {
        @Override
        public void close() {
            client.close();
        }
    }

    private static EmbeddingCreateParams.Builder params(String model) {
        return EmbeddingCreateParams.builder().model(model).inputOfArrayOfStrings(List.of("big world", "small world"));
    }

    private static List<List<Float>> numbers(CreateEmbeddingResponse response) {
        return response.data().stream().map(one -> one.embedding()).toList();
    }

    @Test
    void a_list_longer_than_a_backend_takes_is_split_and_joined() {
        var answer = ask("alone", texts(5));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertLengths(json(answer), 5);
        assertThat(json(answer).path("model").textValue()).isEqualTo("alone");
        assertThat(json(answer).path("usage").path("prompt_tokens").intValue()).isEqualTo(10);
        assertThat(json(answer).path("service_tier").textValue()).isEqualTo("default");
        assertThat(answer.headers().firstValue("x-dromedary-backend")).contains("first");
        assertThat(answer.headers().firstValue("x-dromedary-attempts")).contains("1");
        assertThat(first.received()).hasSize(3).allSatisfy(request -> {
            assertThat(request.path()).isEqualTo("/v1/embeddings");
            assertThat(request.json().path("model").textValue()).isEqualTo("theirs");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"float", "base64"})
    void a_list_whose_vectors_are_megabytes_comes_whole_and_in_order(String format) {
        // longer than what goes out in one, and than what the sockets on the way hold
        var numbers = ",-0.0625".repeat(60_000);
        first.otherwise(request -> Script.json(
                200,
                request.json()
                        .path("input")
                        .valueStream()
                        .map(text -> "{\"embedding\":[" + text.asText().length() + numbers + "]}")
                        .collect(Collectors.joining(",", "{\"data\":[", "],\"usage\":{\"prompt_tokens\":2}}"))));

        var answer = ask("alone", texts(25) + ",\"encoding_format\":\"" + format + "\"");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValueAsLong("content-length"))
                .hasValue(answer.body().length());
        var data = json(answer).path("data");
        assertThat(data).hasSize(25);
        for (var i = 0; i < 25; i++) {
            assertThat(data.path(i).path("index").intValue()).isEqualTo(i);
            var vector = data.path(i).path("embedding");
            if (format.equals("base64")) {
                var floats = ByteBuffer.wrap(Base64.getDecoder().decode(vector.textValue()))
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asFloatBuffer();
                assertThat(floats.remaining()).isEqualTo(60_001);
                assertThat(floats.get(0)).isEqualTo(i + 1f);
                assertThat(floats.get(60_000)).isEqualTo(-0.0625f);
            } else {
                assertThat(vector).hasSize(60_001);
                assertThat(vector.path(0).intValue()).isEqualTo(i + 1);
            }
        }
        assertThat(json(answer).path("usage").path("total_tokens").intValue()).isEqualTo(26);
    }

    @Test
    void what_a_tei_server_says_it_takes_at_once_is_what_it_gets() {
        await().atMost(SOON).untilAsserted(() -> {
            tei.received().clear();
            var answer = ask("bge", texts(7));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertLengths(json(answer), 7);
            assertThat(tei.received()).hasSize(3);
        });
        assertThat(tei.received().getFirst().path()).isEqualTo("/v1/embeddings");
    }

    @Test
    void where_a_part_fails_all_of_the_list_goes_to_the_next_backend() {
        first.next(Script.json(200, "{\"data\":[{\"embedding\":[1]},{\"embedding\":[2]}]}"));
        first.otherwise(request -> Script.json(500, "{\"error\":{\"message\":\"broken\"}}"));

        var answer = ask("vectors", texts(5));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertLengths(json(answer), 5);
        assertThat(answer.headers().firstValue("x-dromedary-backend")).contains("second");
        assertThat(second.received())
                .singleElement()
                .satisfies(request ->
                        assertThat(request.json().path("input").size()).isEqualTo(5));
    }

    @Test
    void a_backend_that_answers_with_too_few_vectors_has_failed() {
        first.otherwise(request -> Script.json(200, "{\"data\":[{\"embedding\":[1]}]}"));

        var answer = ask("vectors", texts(2));

        assertThat(answer.headers().firstValue("x-dromedary-backend")).contains("second");
        assertLengths(json(answer), 2);
    }

    @Test
    void a_backends_verdict_on_the_request_is_passed_on() {
        first.otherwise(
                request -> Script.json(
                        400,
                        "{\"error\":{\"message\":\"no\",\"type\":\"invalid_request_error\",\"param\":\"input\",\"code\":\"odd\"}}"));

        var answer = ask("alone", texts(5));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).at("/error/param").textValue()).isEqualTo("input");
        assertThat(json(answer).at("/error/code").textValue()).isEqualTo("odd");
    }

    @Test
    void a_text_that_is_too_long_is_told_by_its_member() {
        first.otherwise(request ->
                Script.json(400, "{\"error\":{\"message\":\"too long\",\"code\":\"context_length_exceeded\"}}"));

        var answer = ask("alone", "\"x\"");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).at("/error/param").textValue()).isEqualTo("input");
        assertThat(json(answer).at("/error/code").textValue()).isEqualTo("context_length_exceeded");
    }

    @Test
    void a_caller_that_leaves_takes_every_part_along() throws Exception {
        first.otherwise(request ->
                Script.head(200, Map.of("content-type", "application/json")).stall());
        try (var http = HttpClient.newHttpClient()) {
            var asked = http.sendAsync(
                    HttpRequest.newBuilder(URI.create(gateway.url() + "/v1/embeddings"))
                            .header("authorization", "Bearer " + owner.key())
                            .header("content-type", "application/json")
                            .POST(BodyPublishers.ofString("{\"model\":\"alone\",\"input\":" + texts(8) + "}"))
                            .build(),
                    BodyHandlers.ofString());
            first.await(4, SOON);
            assertThat(asked).isNotDone();
            asked.cancel(true);
        }
        for (var request : first.received()) {
            assertThat(request.awaitCancelled(SOON)).isTrue();
        }
        assertThat(first.received()).hasSize(4);
    }

    @Test
    void a_caller_may_say_how_long_it_waits() throws Exception {
        first.otherwise(request -> Script.nothing().stall());

        var answer = owner.postWithin("/v1/embeddings", "{\"model\":\"alone\",\"input\":\"x\"}", "100ms");

        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(first.received().getFirst().awaitCancelled(SOON)).isTrue();
    }

    @Test
    void limits_are_of_tokens_that_backends_count() {
        var tight = Caller.of(gateway, "tight");
        var body = "{\"model\":\"simulated\",\"input\":\"" + "word ".repeat(25) + "\"}";

        var answer = tight.post("/v1/embeddings", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("x-ratelimit-limit-tokens")).contains("40");
        var refused = tight.post("/v1/embeddings", body);
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(json(refused).at("/error/type").textValue()).isEqualTo("tokens");
        var flex = tight.post("/v1/embeddings", body.replace("{", "{\"service_tier\":\"flex\","));
        assertThat(json(flex).path("service_tier").textValue()).isEqualTo("flex");
    }

    @Test
    void a_model_says_what_it_may_be_asked_for() {
        var models = json(owner.get("/v1/models?verbose=true")).path("data");
        var endpoints = new TreeMap<String, String>();
        models.forEach(model -> endpoints.put(
                model.path("id").textValue(), model.path("endpoints").toString()));
        assertThat(endpoints)
                .containsEntry("chats", "[\"chat\"]")
                .containsEntry("bge", "[\"embeddings\",\"rerank\"]")
                .containsEntry("simulated", "[\"chat\",\"embeddings\",\"rerank\",\"transcriptions\",\"translations\"]");

        var refused = owner.ask(Caller.body("bge"));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(json(refused).at("/error/param").textValue()).isEqualTo("model");
        assertThat(json(refused).at("/error/message").textValue()).contains("does not do chat");
    }

    @Test
    void metrics_and_the_access_log_know_of_embeddings() throws Exception {
        ask("alone", "\"x\"");

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(Chat.get(gateway.managementUrl() + "/observe/metrics")
                                .body())
                        .contains("gen_ai_operation_name=\"embeddings\""));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(gateway.log())
                        .anyMatch(line -> line.contains("\"/v1/embeddings\"") && line.contains("\"alone\"")));
    }
}
