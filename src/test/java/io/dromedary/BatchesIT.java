package io.dromedary;

import static io.dromedary.testing.Caller.json;
import static io.dromedary.testing.Caller.project;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.MultipartField;
import com.openai.models.batches.Batch;
import com.openai.models.batches.BatchCreateParams;
import com.openai.models.files.FileCreateParams;
import com.openai.models.files.FilePurpose;
import io.dromedary.api.json.Json;
import io.dromedary.testing.Caller;
import io.dromedary.testing.Form;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.NodeClients;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Batches from outside: as OpenAI's clients make them, and through the death of their gateway. */
@Timeout(900)
final class BatchesIT {
    private static final int LINES = Integer.getInteger("batches.lines", 2_000);
    private static final int KILLS = Integer.getInteger("batches.kills", 2);
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    private Path data;

    private GatewayProcess gateway(String delay, String heap) throws IOException, InterruptedException {
        return GatewayProcess.with()
                .backend("simulator", """
                        dialect: simulator
                        options: { delay: %s }
                        concurrency: 256
                        models:
                          m: { upstream: simulator }
                        """.formatted(delay))
                .config("gateway.yaml", """
                        observe: { accessLog: false }
                        jobs: { batchMaxLines: 200_000 }
                        """)
                .config("keys.yaml", Caller.keys(project("owner"), project("stranger")))
                .jvm(heap)
                .flag("--data", data.toString())
                .start();
    }

    private static String line(int number, String url, String members) {
        return "{\"custom_id\":\"line-" + number + "\",\"method\":\"POST\",\"url\":\"" + url
                + "\",\"body\":{\"model\":\"m\"," + members + "}}";
    }

    private static String chat(int number) {
        return line(
                number,
                "/v1/chat/completions",
                "\"messages\":[{\"role\":\"user\",\"content\":\"say " + number + "\"}]");
    }

    private static String chats(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(BatchesIT::chat).collect(Collectors.joining("\n"));
    }

    private static String upload(Caller caller, String content) throws IOException, InterruptedException {
        var form = new Form()
                .field("purpose", "batch")
                .file("file", "in.jsonl", content.getBytes(UTF_8))
                .whole();
        var answer = CLIENT.send(
                HttpRequest.newBuilder(URI.create(caller.url() + "/v1/files"))
                        .header("authorization", "Bearer " + caller.key())
                        .header("content-type", Form.TYPE)
                        .POST(BodyPublishers.ofByteArray(form))
                        .build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer).path("id").asText();
    }

    private static String create(Caller caller, String file, String endpoint) {
        var answer = caller.post(
                "/v1/batches",
                "{\"input_file_id\":\"" + file + "\",\"endpoint\":\"" + endpoint + "\",\"completion_window\":\"24h\"}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer).path("id").asText();
    }

    private static JsonNode batch(Caller caller, String id) {
        return json(caller.get("/v1/batches/" + id));
    }

    private static JsonNode ended(Caller caller, String id) {
        await().atMost(LONG)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> List.of("completed", "failed", "expired", "cancelled")
                        .contains(batch(caller, id).path("status").asText()));
        return batch(caller, id);
    }

    private static List<JsonNode> results(Caller caller, JsonNode batch, String member) {
        var file = batch.path(member).textValue();
        return file == null
                ? List.of()
                : caller.get("/v1/files/" + file + "/content")
                        .body()
                        .lines()
                        .map(line -> (JsonNode) Json.object(line.getBytes(UTF_8)))
                        .toList();
    }

    private static List<String> ids(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> "line-" + i).toList();
    }

    private static List<String> ids(List<JsonNode> results) {
        return results.stream().map(line -> line.path("custom_id").asText()).toList();
    }

    @Test
    void openais_clients_are_content() throws Exception {
        try (var gateway = gateway("0ms", "-Xmx300m")) {
            var key = Caller.of(gateway, "owner").key();
            var client = OpenAIOkHttpClient.builder()
                    .baseUrl(gateway.url() + "/v1")
                    .apiKey(key)
                    .maxRetries(0)
                    .responseValidation(true)
                    .build();
            var file = client.files()
                    .create(FileCreateParams.builder()
                            .purpose(FilePurpose.BATCH)
                            .file(MultipartField.<InputStream>builder()
                                    .value(new ByteArrayInputStream(chats(20).getBytes(UTF_8)))
                                    .filename("in.jsonl")
                                    .build())
                            .build());
            var made = client.batches()
                    .create(BatchCreateParams.builder()
                            .inputFileId(file.id())
                            .endpoint(BatchCreateParams.Endpoint.V1_CHAT_COMPLETIONS)
                            .completionWindow(BatchCreateParams.CompletionWindow._24H)
                            .build());
            await().atMost(LONG)
                    .until(() -> client.batches().retrieve(made.id()).status().equals(Batch.Status.COMPLETED));
            var batch = client.batches().retrieve(made.id());
            assertThat(batch.requestCounts().orElseThrow().completed()).isEqualTo(20);
            assertThat(batch.model()).contains("m");
            assertThat(batch.usage().orElseThrow().totalTokens()).isPositive();
            try (var content = client.files().content(batch.outputFileId().orElseThrow())) {
                assertThat(new String(content.body().readAllBytes(), UTF_8).lines())
                        .hasSize(20);
            }
            assertThat(client.batches().list().data()).extracting(Batch::id).containsExactly(made.id());
            client.close();
            NodeClients.assertContent("batches.mjs", gateway, key, "m");
        }
    }

    @Test
    void vectors_and_ranks_can_be_asked_for_in_batches() throws Exception {
        try (var gateway = gateway("0ms", "-Xmx300m")) {
            var owner = Caller.of(gateway, "owner");
            var embeddings = "/v1/embeddings";
            var input = line(1, embeddings, "\"input\":[\"hi\",\"you\"],\"dimensions\":3") + "\n"
                    + line(2, embeddings, "\"input\":[]");
            var batch = ended(owner, create(owner, upload(owner, input), embeddings));

            assertThat(batch.path("status").asText()).isEqualTo("completed");
            assertThat(results(owner, batch, "output_file_id")).singleElement().satisfies(result -> {
                assertThat(result.at("/response/status_code").intValue()).isEqualTo(200);
                assertThat(result.at("/response/body/data")).hasSize(2);
                assertThat(result.at("/response/body/data/1/embedding")).hasSize(3);
            });
            assertThat(results(owner, batch, "error_file_id"))
                    .singleElement()
                    .satisfies(result -> assertThat(
                                    result.at("/response/body/error/param").textValue())
                            .isEqualTo("input"));
            assertThat(batch.path("usage").toString()).contains("2");

            var ranked = ended(
                    owner,
                    create(
                            owner,
                            upload(owner, line(1, "/v1/rerank", "\"query\":\"b\",\"documents\":[\"a\",\"b\"]")),
                            "/v1/rerank"));
            assertThat(results(owner, ranked, "output_file_id"))
                    .singleElement()
                    .satisfies(result -> assertThat(
                                    result.at("/response/body/results/0/index").intValue())
                            .isEqualTo(1));
        }
    }

    @Test
    void each_line_is_a_call_of_its_own_and_its_faults_are_its_own() throws Exception {
        try (var gateway = gateway("0ms", "-Xmx300m")) {
            var owner = Caller.of(gateway, "owner");
            var responses = "/v1/responses";
            var asked = owner.post(responses, "{\"model\":\"m\",\"input\":\"hi\",\"service_tier\":\"flex\"}");
            var input = line(1, responses, "\"input\":\"hi\"") + "\n" + line(2, responses, "\"input\":7");
            var batch = ended(owner, create(owner, upload(owner, input), responses));

            assertThat(batch.path("status").asText()).isEqualTo("completed");
            assertThat(results(owner, batch, "output_file_id")).singleElement().satisfies(result -> {
                assertThat(result.path("custom_id").asText()).isEqualTo("line-1");
                assertThat(result.at("/response/body/object").asText()).isEqualTo("response");
                assertThat(result.at("/response/body/service_tier"))
                        .as("as of a call that asks for the tier of batches")
                        .isEqualTo(json(asked).path("service_tier"));
            });
            assertThat(results(owner, batch, "error_file_id")).singleElement().satisfies(result -> {
                assertThat(result.path("custom_id").asText()).isEqualTo("line-2");
                assertThat(result.at("/response/status_code").asInt()).isEqualTo(400);
                assertThat(result.at("/response/body/error/param").asText()).isEqualTo("input");
            });
            var stranger = Caller.of(gateway, "stranger");
            assertThat(stranger.get("/v1/batches/" + batch.path("id").asText()).statusCode())
                    .isEqualTo(404);
            assertThat(owner.post("/v1/batches/" + batch.path("id").asText() + "/cancel", "")
                            .statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void a_batch_can_be_cancelled_while_it_runs_and_keeps_what_is_done() throws Exception {
        try (var gateway = gateway("100ms", "-Xmx300m")) {
            var owner = Caller.of(gateway, "owner");
            var id = create(owner, upload(owner, chats(5_000)), "/v1/chat/completions");
            await().atMost(LONG)
                    .until(() ->
                            batch(owner, id).at("/request_counts/completed").asInt() > 0);

            assertThat(json(owner.post("/v1/batches/" + id + "/cancel", ""))
                            .path("status")
                            .asText())
                    .isEqualTo("cancelling");

            var batch = ended(owner, id);
            assertThat(batch.path("status").asText()).isEqualTo("cancelled");
            var done = results(owner, batch, "output_file_id");
            var unrun = results(owner, batch, "error_file_id");
            assertThat(done).isNotEmpty();
            assertThat(unrun)
                    .isNotEmpty()
                    .allSatisfy(error ->
                            assertThat(error.at("/error/code").asText()).isEqualTo("batch_cancelled"));
            assertAll(done, unrun, 5_000);
        }
    }

    @Test
    void a_batch_outlives_its_gateway_and_has_one_result_for_each_line() throws Exception {
        var id = "";
        for (var kill = 0; kill < KILLS; kill++) {
            try (var gateway = gateway("20ms", "-Xmx300m")) {
                var owner = Caller.of(gateway, "owner");
                if (kill == 0) {
                    id = create(owner, upload(owner, chats(LINES)), "/v1/chat/completions");
                }
                var batch = id;
                var enough = LINES * (kill + 1) / (KILLS + 1);
                await().atMost(LONG)
                        .pollInterval(Duration.ofMillis(50))
                        .until(() -> batch(owner, batch)
                                        .at("/request_counts/completed")
                                        .asInt()
                                >= enough);
                gateway.kill();
            }
        }
        try (var gateway = gateway("0ms", "-Xmx300m")) {
            var owner = Caller.of(gateway, "owner");
            var batch = ended(owner, id);

            assertThat(batch.path("status").asText()).isEqualTo("completed");
            assertThat(batch.at("/request_counts/completed").asInt()).isEqualTo(LINES);
            assertAll(results(owner, batch, "output_file_id"), List.of(), LINES);
        }
    }

    private static void assertAll(List<JsonNode> output, List<JsonNode> errors, int count) {
        var all = new ArrayList<>(ids(output));
        all.addAll(ids(errors));
        assertThat(all.stream().sorted().toList())
                .isEqualTo(ids(count).stream().sorted().toList());
    }
}
