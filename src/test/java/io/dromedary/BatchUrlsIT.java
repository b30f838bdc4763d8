package io.dromedary;

import static io.dromedary.testing.Caller.json;
import static io.dromedary.testing.Caller.project;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.files.url.HttpsFiles;
import io.dromedary.steps.s3.ScriptedS3;
import io.dromedary.testing.Caller;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.SelfSigned;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Batches whose inputs are elsewhere, from end to end through a gateway. */
@Timeout(180)
final class BatchUrlsIT {
    private static final int LINES = 20;

    @TempDir
    private static Path folder;

    private static HttpsFiles web;
    private static ScriptedS3 bucket;
    private static GatewayProcess gateway;
    private static Caller owner;

    @BeforeAll
    static void start() throws Exception {
        web = new HttpsFiles(folder);
        bucket = new ScriptedS3();
        gateway = GatewayProcess.with()
                .backend("simulator", """
                        dialect: simulator
                        models:
                          m: { upstream: simulator }
                        """)
                .config("gateway.yaml", """
                        files:
                          urls: { allow: ["localhost:%d"] }
                          s3:
                            endpoint: %s
                            region: fr-par
                            accessKey: ${env:S3_ACCESS_KEY}
                            secretKey: ${env:S3_SECRET_KEY}
                            buckets: { inputs: [owner] }
                            target: beside
                        """.formatted(web.port(), bucket.endpoint()))
                .config("keys.yaml", Caller.keys(project("owner"), project("stranger")))
                .environment("S3_ACCESS_KEY", "key")
                .environment("S3_SECRET_KEY", "secret")
                .jvm("-Djavax.net.ssl.trustStore=" + folder.resolve("store.p12"))
                .jvm("-Djavax.net.ssl.trustStorePassword=" + SelfSigned.PASSWORD)
                .start();
        owner = Caller.of(gateway, "owner");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        bucket.close();
        web.close();
    }

    private static byte[] lines() {
        return IntStream.rangeClosed(1, LINES)
                .mapToObj(number -> "{\"custom_id\":\"line-" + number
                        + "\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"m\","
                        + "\"messages\":[{\"role\":\"user\",\"content\":\"say " + number + "\"}]}}")
                .collect(Collectors.joining("\n"))
                .getBytes(UTF_8);
    }

    private static HttpResponse<String> create(Caller caller, String url) {
        return caller.post(
                "/v1/batches",
                "{\"input_file_id\":\"" + url
                        + "\",\"endpoint\":\"/v1/chat/completions\",\"completion_window\":\"24h\"}");
    }

    private static JsonNode ended(String url) {
        var made = create(owner, url);
        assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
        var path = "/v1/batches/" + json(made).path("id").asText();
        return await().atMost(Duration.ofSeconds(60))
                .until(
                        () -> json(owner.get(path)),
                        batch -> List.of("completed", "failed")
                                .contains(batch.path("status").asText()));
    }

    private static void assertWhole(String output) {
        assertThat(output.lines()).hasSize(LINES);
        for (var number = 1; number <= LINES; number++) {
            assertThat(output).contains("\"custom_id\":\"line-" + number + "\"");
        }
    }

    @Test
    void an_input_is_read_over_https_also_where_its_server_fails_once() {
        var asked = new AtomicInteger();
        web.page("/in.jsonl", exchange -> {
            if (asked.incrementAndGet() == 1) {
                exchange.sendResponseHeaders(503, -1);
                return;
            }
            exchange.sendResponseHeaders(200, lines().length);
            exchange.getResponseBody().write(lines());
        });
        var batch = ended(web.url("/in.jsonl"));
        assertThat(batch.path("status").asText()).as(batch.toString()).isEqualTo("completed");
        assertThat(asked).hasValue(2);
        var output = owner.get("/v1/files/" + batch.path("output_file_id").asText() + "/content");
        assertWhole(output.body());
    }

    @Test
    void an_input_that_is_not_there_fails_its_batch_at_once() {
        var batch = ended(web.url("/missing.jsonl"));
        assertThat(batch.path("status").asText()).isEqualTo("failed");
        assertThat(batch.at("/errors/data/0/message").asText()).contains("the status 404");
        assertThat(batch.at("/errors/data/0/param").asText()).isEqualTo("input_file_id");
    }

    @Test
    void an_object_is_read_and_its_results_are_put_beside_it() {
        bucket.objects().put("/inputs/a/in.jsonl", lines());
        var batch = ended("s3://inputs/a/in.jsonl");
        assertThat(batch.path("status").asText()).as(batch.toString()).isEqualTo("completed");
        assertThat(batch.path("output_file_id").asText()).isEqualTo("s3://inputs/a/in_output.jsonl");
        assertWhole(new String(bucket.objects().get("/inputs/a/in_output.jsonl"), UTF_8));
    }

    @Test
    void a_bucket_that_is_not_open_to_a_project_is_refused_before_anything_is_asked() {
        var before = bucket.requests().size();
        var refused = create(Caller.of(gateway, "stranger"), "s3://inputs/a/in.jsonl");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(json(refused).at("/error/param").asText()).isEqualTo("input_file_id");
        assertThat(bucket.requests()).hasSize(before);
    }
}
