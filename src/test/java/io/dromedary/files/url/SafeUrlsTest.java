package io.dromedary.files.url;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dromedary.api.error.RefusedException;
import io.dromedary.config.GatewaySettings;
import io.dromedary.config.GatewaySettings.S3;
import io.dromedary.config.GatewaySettings.Urls;
import io.dromedary.config.Secret;
import io.dromedary.files.StoredFile.Part;
import io.dromedary.files.UnsteadyException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that callers name, from a server of HTTPS and from buckets in memory. */
final class SafeUrlsTest {
    private static final long MOST = 2_000_000;

    private static HttpsFiles server;

    private final HeapBlobs blobs = new HeapBlobs();
    private final HeapBuckets buckets = new HeapBuckets();
    private GatewaySettings.Files settings;
    private SafeUrls urls;

    @BeforeAll
    static void serve(@TempDir Path folder) throws Exception {
        server = new HttpsFiles(folder);
    }

    @AfterAll
    static void close() {
        server.close();
    }

    @BeforeEach
    void open() {
        settings = settings("localhost:" + server.port(), null);
        urls = new SafeUrls(
                new SafeUrls.Rooms(() -> settings, blobs, buckets, InetAddress::getAllByName, server::trust));
    }

    @AfterEach
    void end() throws Exception {
        urls.close();
    }

    private static GatewaySettings.Files settings(String allowed, @Nullable S3 store) {
        var usual = GatewaySettings.DEFAULT.files();
        return new GatewaySettings.Files(usual.bytes(), usual.retention(), null, new Urls(List.of(allowed)), store);
    }

    private static S3 store(@Nullable String target) {
        return new S3(
                null,
                "nowhere",
                new Secret("key"),
                new Secret("secret"),
                Map.of("acme-in", List.of("acme"), "open", List.of("*")),
                target);
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

    private void refuses(String url, String why) {
        assertThatThrownBy(() -> await(urls.fetch(url, MOST)))
                .isInstanceOfAny(RefusedException.class, UnsteadyException.class)
                .hasMessageContaining(why);
        assertThat(blobs.names()).as("what was written of it").isEmpty();
    }

    @Test
    void a_file_is_copied_into_a_blob_whole() {
        var content = random(1_500_000);
        server.file("/whole", content);

        var part = await(urls.fetch(server.url("/whole"), MOST));

        assertThat(part.length()).isEqualTo(content.length);
        assertThat(blobs.content(part.blob())).isEqualTo(content);
    }

    @Test
    void an_empty_file_is_one_too() {
        server.file("/empty", new byte[0]);
        assertThat(await(urls.fetch(server.url("/empty"), MOST)).length()).isZero();
    }

    @Test
    void query_and_path_arrive_as_they_were_sent() {
        server.page("/a b", exchange -> {
            var sent = exchange.getRequestURI().toString().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, sent.length);
            exchange.getResponseBody().write(sent);
        });
        var part = await(urls.fetch(server.url("/a%20b?x=%2F%2f&y=a+b&z"), MOST));
        assertThat(blobs.content(part.blob())).asString().isEqualTo("/a%20b?x=%2F%2f&y=a+b&z");
    }

    @Test
    void a_file_may_be_as_long_as_it_may_be_and_not_a_byte_longer() {
        server.file("/limit", random(1_000)).page("/chunks", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(random(1_001));
        });

        assertThat(await(urls.fetch(server.url("/limit"), 1_000)).length()).isEqualTo(1_000);
        assertThatThrownBy(() -> await(urls.fetch(server.url("/limit"), 999)))
                .hasMessageContaining("names a file of more than 999 bytes");
        assertThatThrownBy(() -> await(urls.fetch(server.url("/chunks"), 1_000)))
                .hasMessageContaining("names a file of more than 1000 bytes");
        assertThat(blobs.names()).hasSize(1);
    }

    @Test
    void a_file_without_an_end_is_left_when_it_is_too_long() {
        server.page("/endless", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            while (true) {
                exchange.getResponseBody().write(new byte[8_192]);
            }
        });
        refuses(server.url("/endless"), "names a file of more than");
    }

    @Test
    void a_head_without_an_end_is_not_read() {
        server.page("/line", exchange -> {
            exchange.getResponseHeaders().set("x-long", "a".repeat(20_000));
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write(new byte[2]);
        });
        server.page("/headers", exchange -> {
            for (var i = 0; i < 300; i++) {
                exchange.getResponseHeaders().set("x-" + i, "a");
            }
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write(new byte[2]);
        });
        assertThatThrownBy(() -> await(urls.fetch(server.url("/line"), MOST))).hasMessageContaining("input_file_id");
        assertThatThrownBy(() -> await(urls.fetch(server.url("/headers"), MOST)))
                .hasMessageContaining("input_file_id");
    }

    @Test
    void redirects_are_followed_some_way() {
        server.file("/end", random(10));
        server.redirect("/1", "/2").redirect("/2", server.url("/3")).redirect("/3", "4?x=1");
        server.redirect("/4", "/5").redirect("/5", "/end").redirect("/0", "/1").redirect("/round", "/round");

        assertThat(await(urls.fetch(server.url("/1"), MOST)).length()).isEqualTo(10);
        assertThatThrownBy(() -> await(urls.fetch(server.url("/0"), MOST)))
                .hasMessageContaining("redirects more than 5 times");
        assertThatThrownBy(() -> await(urls.fetch(server.url("/round"), MOST)))
                .hasMessageContaining("redirects more than 5 times");
    }

    @Test
    void a_redirect_to_an_object_store_is_none() {
        settings = settings("localhost:" + server.port(), store(null));
        buckets.objects.put("s3://open/a", random(10));
        server.redirect("/bucket", "s3://open/a");
        refuses(server.url("/bucket"), "must begin with https://");
    }

    @Test
    void an_answer_that_is_none_is_told_as_what_it_is() {
        server.page("/gone", exchange -> exchange.sendResponseHeaders(410, -1));
        server.page("/nothing", exchange -> exchange.sendResponseHeaders(204, -1));
        server.page("/nowhere", exchange -> exchange.sendResponseHeaders(302, -1));
        server.page("/zip", exchange -> {
            var zipped = new ByteArrayOutputStream();
            try (var zip = new GZIPOutputStream(zipped)) {
                zip.write(new byte[100_000]);
            }
            exchange.getResponseHeaders().set("content-encoding", "gzip");
            exchange.sendResponseHeaders(200, zipped.size());
            exchange.getResponseBody().write(zipped.toByteArray());
        });
        refuses(server.url("/missing"), "is answered with the status 404");
        refuses(server.url("/gone"), "is answered with the status 410");
        refuses(server.url("/nothing"), "is answered with the status 204");
        refuses(server.url("/nowhere"), "redirects to nowhere");
        refuses(server.url("/zip"), "is answered with compressed content");
    }

    @Test
    void what_may_be_there_another_time_is_told_apart_from_what_will_not_be() {
        for (var status : List.of(408, 429, 500, 502, 503, 504)) {
            server.page("/busy" + status, exchange -> exchange.sendResponseHeaders(status, -1));
            assertThatThrownBy(() -> await(urls.fetch(server.url("/busy" + status), MOST)))
                    .isInstanceOfSatisfying(
                            UnsteadyException.class,
                            unsteady -> assertThat(unsteady.refused().refusal())
                                    .satisfies(refusal ->
                                            assertThat(refusal.message()).contains("the status " + status))
                                    .satisfies(refusal ->
                                            assertThat(refusal.param()).isEqualTo("input_file_id")));
        }
        for (var status : List.of(401, 403, 404, 410)) {
            server.page("/no" + status, exchange -> exchange.sendResponseHeaders(status, -1));
            assertThatThrownBy(() -> await(urls.fetch(server.url("/no" + status), MOST)))
                    .isInstanceOf(RefusedException.class);
        }
        server.page("/cut", exchange -> {
            exchange.sendResponseHeaders(200, 1_000_000);
            throw new IOException("cut");
        });
        assertThatThrownBy(() -> await(urls.fetch(server.url("/cut"), MOST))).isInstanceOf(UnsteadyException.class);
        settings = settings("a:1", store(null));
        assertThatThrownBy(() -> await(urls.fetch("s3://open/missing", MOST))).isInstanceOf(RefusedException.class);
        buckets.broken = true;
        assertThatThrownBy(() -> await(urls.fetch("s3://open/missing", MOST))).isInstanceOf(UnsteadyException.class);
    }

    @Test
    void a_body_that_breaks_off_leaves_nothing_behind() {
        server.page("/cut", exchange -> {
            exchange.sendResponseHeaders(200, 1_000_000);
            exchange.getResponseBody().write(random(600_000));
            exchange.getResponseBody().flush();
            throw new IOException("cut");
        });
        refuses(server.url("/cut"), "the connection fails or breaks");
    }

    @Test
    void a_certificate_that_nobody_trusts_is_refused() throws Exception {
        try (var others = new SafeUrls(SafeUrls.Rooms.usual(() -> settings, blobs, buckets))) {
            assertThatThrownBy(() -> await(others.fetch(server.url("/whole"), MOST)))
                    .hasMessageContaining("whose certificate does not hold");
        }
    }

    @Test
    void what_takes_too_long_is_left() throws Exception {
        var end = new CountDownLatch(1);
        server.page("/silent", exchange -> hold(end)).page("/slow", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            while (end.getCount() > 0) {
                exchange.getResponseBody().write('.');
                exchange.getResponseBody().flush();
            }
        });
        var permits = new Permits(443, Set.of("localhost:" + server.port()));
        var silence = new WebSource.Times(Duration.ofSeconds(30), Duration.ofMillis(200), Duration.ofSeconds(30));
        var whole = new WebSource.Times(Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofMillis(500));
        try {
            for (var row : Map.of("/silent", silence, "/slow", whole).entrySet()) {
                try (var web =
                        new WebSource(() -> permits, InetAddress::getAllByName, server.trust(), row.getValue())) {
                    assertThatThrownBy(() -> web.read(
                                    HttpsUrl.parse(server.url(row.getKey())),
                                    Long.MAX_VALUE,
                                    (content, most) -> content.transferTo(OutputStream.nullOutputStream())))
                            .as(row.getKey())
                            .hasMessageContaining("takes too long to answer");
                }
            }
        } finally {
            end.countDown();
        }
    }

    private static void hold(CountDownLatch end) throws IOException {
        try {
            end.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void what_the_operator_allows_may_change_while_the_gateway_runs() {
        server.file("/allowed", random(10));
        settings = settings("elsewhere:1", null);
        refuses(server.url("/allowed"), "must not name a port other than 443");
        settings = settings("LOCALHOST:" + server.port(), null);
        assertThat(await(urls.fetch(server.url("/allowed"), MOST)).length()).isEqualTo(10);
    }

    @Test
    void no_object_store_is_asked_where_none_is_configured() {
        assertThatThrownBy(() -> urls.check("s3://open/a")).hasMessageContaining("this gateway has none configured");
        refuses("s3://open/a", "this gateway has none configured");
        assertThat(await(urls.put("s3://open/a.jsonl", "_output.jsonl", List.of())))
                .isNull();
        assertThat(buckets.asked).isZero();
    }

    @Test
    void a_bucket_is_open_to_those_projects_that_the_operator_names() {
        settings = settings("a:1", store(null));
        buckets.objects.put("s3://acme-in/a/b c.jsonl", random(100));
        buckets.objects.put("s3://open/a", random(10));

        assertThat(await(urls.forProject("acme").fetch("s3://acme-in/a/b c.jsonl", MOST))
                        .length())
                .isEqualTo(100);
        assertThat(await(urls.forProject("umbrella").fetch("s3://open/a", MOST)).length())
                .isEqualTo(10);
        assertThat(await(urls.fetch("s3://open/a", MOST)).length()).isEqualTo(10);
        for (var others : List.of(urls, urls.forProject("umbrella"))) {
            assertThatThrownBy(() -> others.check("s3://acme-in/a/b c.jsonl"))
                    .hasMessageContaining("names a bucket that is not open to this project");
            assertThatThrownBy(() -> await(others.fetch("s3://acme-in/a/b c.jsonl", MOST)))
                    .hasMessageContaining("names a bucket that is not open to this project");
        }
        assertThatThrownBy(() -> urls.forProject("acme").check("s3://others/a")).hasMessageContaining("not open");
    }

    @Test
    void an_object_that_cannot_be_had_is_told_in_the_stores_own_word() {
        settings = settings("a:1", store(null));
        refuses("s3://open/missing", "the object store says NoSuchKey");
        buckets.broken = true;
        refuses("s3://open/missing", "the object store does not answer as it should");
    }

    @Test
    void a_name_of_an_object_can_be_read_in_one_way_only() {
        settings = settings("a:1", store(null));
        for (var url : List.of(
                "s3:open/a",
                "s3:/open/a",
                "s3://open",
                "s3://open/",
                "s3:///a",
                "s3://OPEN/a",
                "s3://op en/a",
                "s3://u@open/a",
                "S3://open/a",
                "s3://open/a\u0000b",
                "s3://open/" + "a".repeat(1_025))) {
            assertThatThrownBy(() -> urls.check(url))
                    .as(url)
                    .hasMessageContaining("must be written as s3://bucket/key");
        }
        for (var url : List.of("s3://open/../acme-in/a", "s3://open/a/./b", "s3://open/a/..")) {
            assertThatThrownBy(() -> urls.check(url)).as(url).hasMessageContaining("in more ways than one");
        }
        urls.check("s3://open/a..b/.c/\u00fc?x#y%20");
    }

    @Test
    void results_go_beside_their_input() {
        settings = settings("a:1", store(S3.BESIDE));
        var blob = blobs.put(random(700_000));
        var acme = urls.forProject("acme");
        var content = List.of(new Part(blob, 600_000), new Part(blobs.put(random(10)), 10));

        assertThat(await(acme.put("s3://acme-in/a.b/in.jsonl", "_output.jsonl", content)))
                .isEqualTo("s3://acme-in/a.b/in_output.jsonl");
        assertThat(await(acme.put("s3://acme-in/a.b/in", "_error.jsonl", List.of())))
                .isEqualTo("s3://acme-in/a.b/in_error.jsonl");
        assertThat(await(acme.put("https://files.example/in.jsonl", "_output.jsonl", content)))
                .isNull();

        var written = buckets.objects.get("s3://acme-in/a.b/in_output.jsonl");
        assertThat(written).hasSize(600_010);
        assertThat(Arrays.copyOf(written, 600_000)).isEqualTo(Arrays.copyOf(random(700_000), 600_000));
        assertThat(Arrays.copyOfRange(written, 600_000, 600_010)).isEqualTo(random(10));
        assertThat(buckets.objects.get("s3://acme-in/a.b/in_error.jsonl")).isEmpty();
    }

    @Test
    void results_go_to_one_place_and_meet_nobody_elses_there() {
        settings = settings("a:1", store("s3://results/batches"));
        var acme = urls.forProject("acme");

        assertThat(await(acme.put("s3://acme-in/a/in.jsonl", "_output.jsonl", List.of())))
                .isEqualTo("s3://results/batches/acme/acme-in/a/in_output.jsonl");
        assertThat(await(acme.put("https://files.example/a/in.jsonl?sig=x.y", "_output.jsonl", List.of())))
                .isEqualTo("s3://results/batches/acme/files.example/a/in_output.jsonl");
        assertThat(await(urls.forProject("umbrella").put("s3://open/in.jsonl", "_error.jsonl", List.of())))
                .isEqualTo("s3://results/batches/umbrella/open/in_error.jsonl");
    }

    @Test
    void whoever_sends_results_may_go_back_and_send_them_again() throws Exception {
        var content = random(900_000);
        var parts = List.of(new Part(blobs.put(content), 800_000), new Part(blobs.put(content), 900_000));
        try (var stream = new PartsStream(blobs, parts)) {
            assertThat(stream.readNBytes(300_001)).isEqualTo(Arrays.copyOf(content, 300_001));
            stream.mark(0);
            var once = stream.readAllBytes();
            stream.reset();
            assertThat(once).hasSize(1_399_999);
            assertThat(stream.readAllBytes()).isEqualTo(once);
            assertThat(stream.read()).isEqualTo(-1);
        }
    }

    /** Buckets in memory. */
    private static final class HeapBuckets implements Buckets {
        final Map<String, byte[]> objects = new ConcurrentHashMap<>();
        volatile boolean broken;
        int asked;

        @Override
        public <T> T read(S3 store, BucketUrl object, long most, Copy<T> copy) throws IOException {
            asked++;
            if (broken) {
                throw new IOException("broken");
            }
            var content = objects.get(object.toString());
            if (content == null) {
                throw new MissingObjectException("NoSuchKey");
            }
            return copy.of(new ByteArrayInputStream(content), most);
        }

        @Override
        public void write(S3 store, BucketUrl object, InputStream content, long length) throws IOException {
            asked++;
            objects.put(object.toString(), content.readAllBytes());
        }
    }
}
