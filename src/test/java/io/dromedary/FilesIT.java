package io.dromedary;

import static io.dromedary.testing.Caller.json;
import static io.dromedary.testing.Caller.project;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.testing.Caller;
import io.dromedary.testing.Form;
import io.dromedary.testing.GatewayProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploads, lists, downloads and deletions, as any client does them, and as no client should. */
@Timeout(180)
final class FilesIT {
    private static final int MOST = 2_000_000;
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Duration SOON = Duration.ofSeconds(30);

    private static GatewayProcess gateway;
    private static Caller owner;
    private static Caller stranger;

    @BeforeAll
    static void start() throws Exception {
        gateway = GatewayProcess.with()
                .backend("simulator", """
                        dialect: simulator
                        models:
                          m: { upstream: simulator }
                        """)
                .config("gateway.yaml", """
                        timeouts: { body: 2s }
                        files: { bytes: %d }
                        """.formatted(MOST))
                .config("keys.yaml", Caller.keys(project("owner"), project("stranger"), project("lister")))
                .start();
        owner = Caller.of(gateway, "owner");
        stranger = Caller.of(gateway, "stranger");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static HttpRequest.Builder request(Caller caller, String path) {
        return HttpRequest.newBuilder(URI.create(caller.url() + path))
                .header("authorization", "Bearer " + caller.key());
    }

    private static HttpResponse<String> upload(Caller caller, byte[] form) {
        return send(
                request(caller, "/v1/files").header("content-type", Form.TYPE).POST(BodyPublishers.ofByteArray(form)));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return CLIENT.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static HttpResponse<byte[]> content(Caller caller, String id, String... headers) throws Exception {
        var request = request(caller, "/v1/files/" + id + "/content");
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.send(request.build(), BodyHandlers.ofByteArray());
    }

    private static JsonNode uploaded(Caller caller, String filename, String purpose, byte[] content) {
        var answer = upload(
                caller,
                new Form()
                        .field("purpose", purpose)
                        .file("file", filename, content)
                        .whole());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer);
    }

    private static String id(JsonNode file) {
        return file.path("id").asText();
    }

    private static byte[] bytes(int length) {
        var bytes = new byte[length];
        new SplittableRandom(length).nextBytes(bytes);
        return bytes;
    }

    private static void refused(HttpResponse<String> answer, int status, String param, String words) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        var error = json(answer).path("error");
        assertThat(error.path("param").asText("none")).isEqualTo(param);
        assertThat(error.path("message").asText()).contains(words);
    }

    /** How many blobs are on the disk. */
    private static long contents() {
        return blobs().size();
    }

    /** Their names alone: one may be gone by the time that it is looked at. */
    private static List<String> blobs() {
        try (var parts = Files.list(folder())) {
            return parts.flatMap(part -> {
                        try (var all = Files.list(part)) {
                            return all.map(path -> path.getFileName().toString()).toList().stream();
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    })
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path folder() throws IOException {
        return Files.createDirectories(gateway.config().resolveSibling("data").resolve("content"));
    }

    @Test
    void a_file_is_taken_shown_listed_given_back_and_deleted() throws Exception {
        var content = bytes(1_500_000);
        var file = uploaded(owner, "a.jsonl", "batch", content);
        assertThat(id(file)).matches("file-[0-9a-f]{32}");
        assertThat(file.path("object").asText()).isEqualTo("file");
        assertThat(file.path("bytes").asInt()).isEqualTo(content.length);
        assertThat(file.path("filename").asText()).isEqualTo("a.jsonl");
        assertThat(file.path("purpose").asText()).isEqualTo("batch");
        assertThat(file.path("status").asText()).isEqualTo("processed");
        assertThat(file.path("expires_at").asLong() - file.path("created_at").asLong())
                .isEqualTo(Duration.ofDays(30).toSeconds());
        assertThat(json(owner.get("/v1/files/" + id(file)))).isEqualTo(file);
        assertThat(json(owner.get("/v1/files")).path("data")).contains(file);
        var back = content(owner, id(file));
        assertThat(back.statusCode()).isEqualTo(200);
        assertThat(back.body()).isEqualTo(content);
        assertThat(back.headers().firstValueAsLong("content-length")).hasValue(content.length);
        assertThat(back.headers().firstValue("content-type")).hasValue("application/octet-stream");
        assertThat(back.headers().firstValue("accept-ranges")).hasValue("bytes");
        assertThat(back.headers().firstValue("x-content-type-options")).hasValue("nosniff");
        var before = contents();
        var deleted = json(owner.delete("/v1/files/" + id(file)));
        assertThat(deleted.toString()).isEqualTo("{\"id\":\"" + id(file) + "\",\"object\":\"file\",\"deleted\":true}");
        assertThat(contents()).isEqualTo(before - 1);
        refused(owner.get("/v1/files/" + id(file)), 404, "file_id", "No such File object");
        refused(owner.delete("/v1/files/" + id(file)), 404, "file_id", "No such File object");
        assertThat(json(owner.get("/v1/files")).path("data")).doesNotContain(file);
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-9, 206, 0, 10",
        "bytes=10-, 206, 10, 90",
        "bytes=-5, 206, 95, 5",
        "bytes=90-1000, 206, 90, 10",
        "bytes=99-99, 206, 99, 1",
        "bytes=-1000, 206, 0, 100",
        "bytes=5-1, 200, 0, 100",
        "'bytes=0-1,3-4', 200, 0, 100",
        "lines=0-1, 200, 0, 100",
        "bytes=-, 200, 0, 100",
    })
    void a_range_is_given(String range, int status, int from, int length) throws Exception {
        var content = bytes(100);
        var id = id(uploaded(owner, "a.bin", "user_data", content));
        var answer = content(owner, id, "range", range);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).isEqualTo(Arrays.copyOfRange(content, from, from + length));
        if (status == 206) {
            assertThat(answer.headers().firstValue("content-range"))
                    .hasValue("bytes " + from + "-" + (from + length - 1) + "/100");
        }
    }

    @Test
    void a_range_that_is_not_there_is_416_and_one_of_another_version_is_ignored() throws Exception {
        var id = id(uploaded(owner, "a.bin", "user_data", bytes(100)));
        for (var range : List.of("bytes=100-", "bytes=-0", "bytes=200-300")) {
            var answer = content(owner, id, "range", range);
            assertThat(answer.statusCode()).isEqualTo(416);
            assertThat(answer.headers().firstValue("content-range")).hasValue("bytes */100");
        }
        var tag = content(owner, id).headers().firstValue("etag").orElseThrow();
        assertThat(content(owner, id, "range", "bytes=0-0", "if-range", tag).statusCode())
                .isEqualTo(206);
        assertThat(content(owner, id, "range", "bytes=0-0", "if-range", "\"other\"")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void head_tells_the_length_and_sends_nothing() throws Exception {
        var id = id(uploaded(owner, "a.bin", "user_data", bytes(100_000)));
        var answer = CLIENT.send(
                request(owner, "/v1/files/" + id + "/content").HEAD().build(), BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.headers().firstValueAsLong("content-length")).hasValue(100_000);
        var missing =
                CLIENT.send(request(owner, "/v1/files/file-0/content").HEAD().build(), BodyHandlers.ofByteArray());
        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(missing.body()).isEmpty();
    }

    @Test
    void a_file_may_be_empty_unless_it_is_for_a_batch() throws Exception {
        var id = id(uploaded(owner, "empty", "assistants", new byte[0]));
        assertThat(content(owner, id).body()).isEmpty();
        var form = new Form().field("purpose", "batch").file("file", "empty", new byte[0]);
        refused(upload(owner, form.whole()), 400, "file", "a line for each request");
    }

    @Test
    void fields_may_come_after_the_file() {
        var form = new Form().file("file", "a", bytes(300_000)).field("purpose", "evals");
        assertThat(json(upload(owner, form.whole())).path("purpose").asText()).isEqualTo("evals");
    }

    @Test
    void what_is_wrong_with_an_upload_is_told_by_its_field_and_leaves_nothing() {
        var before = contents();
        var file = bytes(400_000);
        refused(upload(owner, new Form().file("file", "a", file).whole()), 400, "purpose", "Missing");
        refused(upload(owner, new Form().field("purpose", "batch").whole()), 400, "file", "Missing");
        refused(upload(owner, new Form().whole()), 400, "file", "Missing");
        refused(
                upload(
                        owner,
                        new Form().field("purpose", "x").file("file", "a", file).whole()),
                400,
                "purpose",
                "'x'");
        refused(
                upload(
                        owner,
                        new Form()
                                .field("purpose", "batch")
                                .file("file", "a", file)
                                .file("file", "b", file)
                                .whole()),
                400,
                "file",
                "one file at a time");
        refused(expiring("x", "3600"), 400, "expires_after[anchor]", "created_at");
        refused(expiring("created_at", "3599"), 400, "expires_after[seconds]", "minimum");
        refused(expiring("created_at", "2592001"), 400, "expires_after[seconds]", "maximum");
        refused(expiring("created_at", "soon"), 400, "expires_after[seconds]", "integer");
        refused(
                upload(owner, new Form().field("purpose", "batch".repeat(2000)).whole()),
                400,
                "none",
                "no well-formed multipart form");
        assertThat(contents()).isEqualTo(before);
    }

    private static HttpResponse<String> expiring(String anchor, String seconds) {
        return upload(
                owner,
                new Form()
                        .field("purpose", "user_data")
                        .field("expires_after[anchor]", anchor)
                        .field("expires_after[seconds]", seconds)
                        .file("file", "a", bytes(10))
                        .whole());
    }

    @Test
    void a_file_is_kept_for_as_long_as_its_sender_says() {
        var file = json(expiring("created_at", "3600"));
        assertThat(file.path("expires_at").asLong() - file.path("created_at").asLong())
                .isEqualTo(3600);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../../etc/passwd",
                "/etc/passwd",
                "C:\\windows\\system32\\a.dll",
                "a\u0000b.txt",
                "..",
                ".",
                "\u202Egnp.exe",
                "\u6c34\ud83d\udc2a.txt",
                "a;b=c.txt",
                "a'b%0d%0aX-Evil: 1.txt",
                "<script>alert(1)</script>.html",
                " ",
            })
    void a_name_is_kept_as_data_and_leads_nowhere(String name) throws Exception {
        var content = bytes(10);
        var file = uploaded(owner, name, "user_data", content);
        // the decoder of forms makes blanks of what separates things in a header
        var kept = name.replaceAll("[:,=;]", " ").trim();
        assertThat(file.path("filename").asText()).isEqualTo(kept.isEmpty() ? "file" : kept);
        var back = content(owner, id(file));
        assertThat(back.body()).isEqualTo(content);
        assertThat(back.headers().firstValue("x-evil")).isEmpty();
        var disposition = back.headers().firstValue("content-disposition").orElseThrow();
        assertThat(disposition)
                .matches("attachment; filename=\"[ -~&&[^\"\\\\/]]+\"; filename\\*=UTF-8''[!#$&+.^_`|~\\-A-Za-z0-9%]+");
        assertThat(blobs()).isNotEmpty().allSatisfy(blob -> assertThat(blob).matches("[0-9a-f]{32}"));
    }

    @Test
    void a_name_that_is_too_long_is_refused() {
        var form = new Form().field("purpose", "batch").file("file", "a".repeat(513), bytes(10));
        refused(upload(owner, form.whole()), 400, "file", "maximum length 512");
    }

    @Test
    void another_projects_files_are_not_there() throws Exception {
        var id = id(uploaded(owner, "a", "user_data", bytes(10)));
        var nobodys = "file-" + "0".repeat(32);
        for (var path : List.of("", "/content")) {
            var foreign = stranger.get("/v1/files/" + id + path);
            var unknown = stranger.get("/v1/files/" + nobodys + path);
            assertThat(foreign.statusCode()).isEqualTo(404);
            assertThat(foreign.body().replace(id, nobodys)).isEqualTo(unknown.body());
        }
        assertThat(stranger.delete("/v1/files/" + id).statusCode()).isEqualTo(404);
        assertThat(json(stranger.get("/v1/files")).path("data")).isEmpty();
        assertThat(content(owner, id).statusCode()).isEqualTo(200);
    }

    @Test
    void a_list_is_read_page_by_page() {
        var lister = Caller.of(gateway, "lister");
        var all = new ArrayList<String>();
        for (var i = 0; i < 5; i++) {
            all.add(id(uploaded(lister, "a" + i, i % 2 == 0 ? "batch" : "evals", bytes(1))));
        }
        assertThat(ids(json(lister.get("/v1/files")))).isEqualTo(all.reversed());
        var page = json(lister.get("/v1/files?limit=2&order=asc"));
        assertThat(ids(page)).isEqualTo(all.subList(0, 2));
        assertThat(page.path("has_more").asBoolean()).isTrue();
        assertThat(page.path("first_id").asText()).isEqualTo(all.get(0));
        assertThat(page.path("last_id").asText()).isEqualTo(all.get(1));
        var next = json(lister.get("/v1/files?limit=3&order=asc&after=" + all.get(1)));
        assertThat(ids(next)).isEqualTo(all.subList(2, 5));
        assertThat(next.path("has_more").asBoolean()).isFalse();
        assertThat(ids(json(lister.get("/v1/files?purpose=evals")))).isEqualTo(List.of(all.get(3), all.get(1)));
        assertThat(ids(json(lister.get("/v1/files?purpose=fine-tune")))).isEmpty();
        refused(lister.get("/v1/files?limit=0"), 400, "limit", "minimum");
        refused(lister.get("/v1/files?limit=10001"), 400, "limit", "maximum");
        refused(lister.get("/v1/files?limit=x"), 400, "limit", "integer");
        refused(lister.get("/v1/files?order=up"), 400, "order", "asc");
    }

    private static List<String> ids(JsonNode list) {
        return StreamSupport.stream(list.path("data").spliterator(), false)
                .map(FilesIT::id)
                .toList();
    }

    @Test
    void nothing_is_read_of_whom_nobody_knows() throws Exception {
        try (var socket = open("Content-Length: 1000000", "sk-nobody")) {
            assertThat(status(socket)).isEqualTo(401);
        }
    }

    @Test
    void what_is_too_large_is_refused_where_it_says_so_and_where_it_does_not() throws Exception {
        var before = contents();
        try (var socket = open("Content-Length: " + (MOST + 100_000), owner.key())) {
            assertThat(status(socket)).isEqualTo(413);
        }
        var form = new Form().field("purpose", "user_data").file("file", "a", bytes(MOST + 1));
        refused(upload(owner, form.whole()), 413, "none", "larger than the 2000000 bytes");
        try (var socket = open("Transfer-Encoding: chunked", owner.key())) {
            chunk(socket, new Form().field("purpose", "user_data").begun());
            chunk(socket, new Form().file("file", "a", bytes(MOST + 1)).begun());
            assertThat(status(socket)).isEqualTo(413);
        }
        assertThat(contents()).isEqualTo(before);
        uploaded(owner, "a", "user_data", bytes(MOST));
    }

    @Test
    void a_wrong_purpose_is_told_before_the_file_has_come() throws Exception {
        var before = contents();
        try (var socket = open("Content-Length: 1900000", owner.key())) {
            socket.getOutputStream()
                    .write(new Form()
                            .field("purpose", "nonsense")
                            .file("file", "a", bytes(100_000))
                            .begun());
            socket.getOutputStream().flush();
            // the rest never comes
            assertThat(status(socket)).isEqualTo(400);
        }
        await().atMost(SOON).until(() -> contents() == before);
    }

    @Test
    void an_upload_that_is_cut_leaves_nothing_behind() throws Exception {
        var before = contents();
        try (var socket = open("Content-Length: 1900000", owner.key())) {
            socket.getOutputStream()
                    .write(new Form().file("file", "a", bytes(1_000_000)).begun());
            socket.getOutputStream().flush();
            // it is on its way to the disk
            await().atMost(SOON).until(() -> contents() > before);
        }
        await().atMost(SOON).until(() -> contents() == before);
    }

    @Test
    void an_upload_that_stalls_is_408_and_leaves_nothing_behind() throws Exception {
        var before = contents();
        try (var socket = open("Content-Length: 1900000", owner.key())) {
            socket.getOutputStream()
                    .write(new Form().file("file", "a", bytes(1_000_000)).begun());
            socket.getOutputStream().flush();
            assertThat(status(socket)).isEqualTo(408);
        }
        await().atMost(SOON).until(() -> contents() == before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no form at all",
                "--xYzZy\r\n",
                "--xYzZy\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nabc",
                "--xYzZy\r\nContent-Disposition: form-data\r\n\r\nabc\r\n--xYzZy--\r\n",
                "--xYzZy\r\nContent-Disposition: attachment; filename=\"a\"\r\n\r\nabc\r\n--xYzZy--\r\n",
                "--xYzZy\r\n\r\nabc\r\n--xYzZy--\r\n",
            })
    void what_is_no_form_is_refused_and_leaves_nothing_behind(String body) {
        var before = contents();
        var answer = upload(owner, body.getBytes(UTF_8));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(contents()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "multipart/mixed; boundary=x", "application/x-www-form-urlencoded"})
    void another_content_type_is_415(String type) {
        var answer =
                send(request(owner, "/v1/files").header("content-type", type).POST(BodyPublishers.ofString("{}")));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(415);
    }

    @Test
    void a_form_without_a_boundary_is_refused() {
        var answer = send(request(owner, "/v1/files")
                .header("content-type", "multipart/form-data")
                .POST(BodyPublishers.ofString("x")));
        refused(answer, 400, "none", "no well-formed multipart form");
    }

    @Test
    void a_client_that_reads_half_of_a_file_and_leaves_does_no_harm() throws Exception {
        var id = id(uploaded(owner, "a", "user_data", bytes(MOST)));
        for (var i = 0; i < 5; i++) {
            try (var socket = new Socket("127.0.0.1", URI.create(owner.url()).getPort())) {
                socket.getOutputStream()
                        .write(("GET /v1/files/" + id + "/content HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                                        + owner.key() + "\r\n\r\n")
                                .getBytes(UTF_8));
                assertThat(socket.getInputStream().readNBytes(100_000)).hasSize(100_000);
            }
        }
        assertThat(content(owner, id).body()).isEqualTo(bytes(MOST));
    }

    private static Socket open(String lengthHeader, String key) throws IOException {
        var socket = new Socket("127.0.0.1", URI.create(owner.url()).getPort());
        socket.setSoTimeout(30_000);
        socket.getOutputStream()
                .write(("POST /v1/files HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + key + "\r\nContent-Type: "
                                + Form.TYPE + "\r\n" + lengthHeader + "\r\n\r\n")
                        .getBytes(UTF_8));
        socket.getOutputStream().flush();
        return socket;
    }

    private static void chunk(Socket socket, byte[] bytes) throws IOException {
        var out = socket.getOutputStream();
        out.write((Integer.toHexString(bytes.length) + "\r\n").getBytes(UTF_8));
        out.write(bytes);
        out.write("\r\n".getBytes(UTF_8));
        out.flush();
    }

    /** Of the first line that comes back. */
    private static int status(Socket socket) throws IOException {
        var line = new StringBuilder();
        for (var c = socket.getInputStream().read();
                c >= 0 && c != '\n';
                c = socket.getInputStream().read()) {
            line.append((char) c);
        }
        assertThat(line).startsWith("HTTP/1.1 ");
        return Integer.parseInt(line.substring(9, 12));
    }
}
