package io.dromedary.steps.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dromedary.config.GatewaySettings;
import io.dromedary.config.GatewaySettings.S3;
import io.dromedary.config.GatewaySettings.Urls;
import io.dromedary.config.Secret;
import io.dromedary.files.StoredFile.Part;
import io.dromedary.files.UnsteadyException;
import io.dromedary.files.UrlFiles;
import io.dromedary.files.url.HeapBlobs;
import io.dromedary.files.url.SafeUrls;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Objects through Camel's component, to a server that speaks S3. */
final class CamelBucketsTest {
    private static final long MOST = 100_000_000;

    private final HeapBlobs blobs = new HeapBlobs();
    private final CamelContext camel = new DefaultCamelContext();
    private final CamelBuckets buckets = new CamelBuckets(() -> camel);
    private ScriptedS3 server;
    private Secret key = new Secret("key");
    private UrlFiles urls;

    @BeforeEach
    void open() throws Exception {
        server = new ScriptedS3();
        camel.start();
        urls = new SafeUrls(SafeUrls.Rooms.usual(this::settings, blobs, buckets)).forProject("acme");
    }

    @AfterEach
    void close() {
        buckets.close();
        camel.stop();
        server.close();
    }

    private GatewaySettings.Files settings() {
        var usual = GatewaySettings.DEFAULT.files();
        var store = new S3(
                server.endpoint(),
                "fr-par",
                key,
                new Secret("secret"),
                Map.of("inputs", List.of("acme"), "closed", List.of("acme")),
                S3.BESIDE);
        return new GatewaySettings.Files(usual.bytes(), usual.retention(), null, new Urls(List.of()), store);
    }

    private static byte[] random(int length) {
        var bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static <T extends @Nullable Object> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private void refuses(String url, long most, String why) {
        assertThatThrownBy(() -> await(urls.fetch(url, most))).hasMessageContaining(why);
        assertThat(blobs.names()).isEmpty();
    }

    @Test
    void an_object_is_copied_into_a_blob_and_nothing_else_is_asked() {
        var content = random(3_000_000);
        server.objects().put("/inputs/a/b c+\u00fc.jsonl", content);

        var part = await(urls.fetch("s3://inputs/a/b c+\u00fc.jsonl", MOST));

        assertThat(part.length()).isEqualTo(content.length);
        assertThat(blobs.content(part.blob())).isEqualTo(content);
        assertThat(server.requests()).containsExactly("GET /inputs/a/b%20c%2B%C3%BC.jsonl");
    }

    @Test
    void an_object_that_is_not_there_or_not_for_us_is_told_as_that() {
        refuses("s3://inputs/missing", MOST, "the object store says NoSuchKey");
        refuses("s3://closed/a", MOST, "the object store says AccessDenied");
    }

    @Test
    void an_object_that_is_too_long_is_not_read() {
        server.objects().put("/inputs/long", random(3_000_000));
        refuses("s3://inputs/long", 2_999_999, "names a file of more than 2999999 bytes");
    }

    @Test
    void an_object_that_breaks_off_leaves_nothing_behind() {
        server.objects().put("/inputs/cut", random(3_000_000));
        server.cutAfter(1_000_000);
        refuses("s3://inputs/cut", MOST, "the object store does not answer as it should");
    }

    @Test
    void an_object_that_never_ends_is_left_after_a_while() {
        server.objects().put("/inputs/endless", random(10));
        server.trickle();
        try (var hasty = new CamelBuckets(() -> camel, Duration.ofMillis(500));
                var all = new SafeUrls(SafeUrls.Rooms.usual(this::settings, blobs, hasty))) {
            assertThatThrownBy(() -> await(all.forProject("acme").fetch("s3://inputs/endless", Long.MAX_VALUE)))
                    .isInstanceOf(UnsteadyException.class);
        }
        assertThat(blobs.names()).isEmpty();
    }

    @Test
    void a_server_that_is_busy_for_a_moment_is_asked_again() {
        server.objects().put("/inputs/a", random(10));
        server.fail(2);
        assertThat(await(urls.fetch("s3://inputs/a", MOST)).length()).isEqualTo(10);
        assertThat(server.requests()).hasSize(3);
    }

    @Test
    void new_keys_are_used_from_when_they_are_configured() {
        server.objects().put("/inputs/a", random(10));
        key = new Secret("other");
        refuses("s3://inputs/a", MOST, "the object store says AccessDenied");
        key = new Secret("key");
        assertThat(await(urls.fetch("s3://inputs/a", MOST)).length()).isEqualTo(10);
    }

    @Test
    void results_are_written_in_one_piece_where_they_are_short() {
        var content = random(900_000);
        var parts = List.of(new Part(blobs.put(content), 800_000), new Part(blobs.put(random(5)), 5));
        server.fail(1);

        assertThat(await(urls.put("s3://inputs/in.jsonl", "_output.jsonl", parts)))
                .isEqualTo("s3://inputs/in_output.jsonl");

        assertThat(server.objects().get("/inputs/in_output.jsonl"))
                .hasSize(800_005)
                .startsWith(Arrays.copyOf(content, 800_000))
                .endsWith(random(5));
        assertThat(server.requests()).containsExactly("PUT /inputs/in_output.jsonl", "PUT /inputs/in_output.jsonl");
    }

    @Test
    void no_results_are_an_object_too() {
        assertThat(await(urls.put("s3://inputs/in", "_error.jsonl", List.of()))).isNotNull();
        assertThat(server.objects().get("/inputs/in_error.jsonl")).isEmpty();
    }

    @Test
    void results_are_written_in_parts_where_they_are_long() {
        var content = random(30 << 20);

        await(urls.put("s3://inputs/in.jsonl", "_output.jsonl", List.of(new Part(blobs.put(content), content.length))));

        assertThat(server.objects().get("/inputs/in_output.jsonl")).isEqualTo(content);
        assertThat(server.requests()).hasSize(4).last().asString().startsWith("POST ");
        assertThat(server.openUploads()).isZero();
    }
}
