package io.dromedary;

import static io.dromedary.testing.Caller.json;
import static io.dromedary.testing.Caller.project;
import static io.dromedary.testing.LenientJson.assertThatJson;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.testing.Caller;
import io.dromedary.testing.Form;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.Received;
import io.dromedary.testing.Script;
import io.dromedary.testing.ScriptedBackend;
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
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Speech over HTTP: whole and streamed, in every format, over servers of each kind, and as no client should send it. */
@Timeout(180)
final class AudioIT {
    private static final int MOST = 1_000_000;
    private static final String TRANSCRIPTIONS = "/v1/audio/transcriptions";
    private static final String TRANSLATIONS = "/v1/audio/translations";
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Duration SOON = Duration.ofSeconds(30);

    private static final ScriptedBackend first = ScriptedBackend.start();
    private static final ScriptedBackend second = ScriptedBackend.start();
    private static final ScriptedBackend vllm = ScriptedBackend.start();
    private static final ScriptedBackend cpp = ScriptedBackend.start();
    private static GatewayProcess gateway;
    private static Caller owner;

    @BeforeAll
    static void start() throws Exception {
        gateway = GatewayProcess.with()
                .backend("simulator", """
                        dialect: simulator
                        models:
                          sim: { upstream: simulator }
                          talker: { upstream: simulator, capabilities: { endpoints: [chat] } }
                        """)
                .backend("first", scripted("openai", first, "priority: 1"))
                .backend("second", scripted("whisper", second, "priority: 2"))
                .backend("vllm", """
                        dialect: vllm
                        url: %s/v1
                        models:
                          on-vllm: { upstream: large }
                        """.formatted(vllm.url()))
                .backend("cpp", """
                        dialect: whisper-cpp
                        url: %s
                        models:
                          on-cpp: { upstream: large }
                        """.formatted(cpp.url()))
                .config("gateway.yaml", """
                        timeouts: { body: 2s }
                        limits: { audioBytes: %d }
                        """.formatted(MOST))
                .config(
                        "keys.yaml",
                        Caller.keys(
                                project("owner"),
                                project("stranger"),
                                project("few", "limits: { requestsPerMinute: 1 }", "overLimit: false")))
                .start();
        owner = Caller.of(gateway, "owner");
    }

    private static String scripted(String dialect, ScriptedBackend server, String priority) {
        return """
                dialect: %s
                url: %s/v1
                retry: { attempts: 1 }
                models:
                  ears: { upstream: whisper-1, %s }
                """.formatted(dialect, server.url(), priority);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        List.of(first, second, vllm, cpp).forEach(ScriptedBackend::close);
    }

    @BeforeEach
    void forget() {
        List.of(first, second, vllm, cpp).forEach(ScriptedBackend::clear);
    }

    private static HttpRequest.Builder request(Caller caller, String path) {
        return HttpRequest.newBuilder(URI.create(caller.url() + path))
                .header("authorization", "Bearer " + caller.key())
                .header("content-type", Form.TYPE);
    }

    private static HttpResponse<String> send(Caller caller, String path, byte[] form) {
        try {
            return CLIENT.send(
                    request(caller, path).POST(BodyPublishers.ofByteArray(form)).build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @param namesAndValues of fields beside the model */
    private static Form form(String model, byte[] speech, String... namesAndValues) {
        var form = new Form().field("model", model);
        for (var i = 0; i < namesAndValues.length; i += 2) {
            form.field(namesAndValues[i], namesAndValues[i + 1]);
        }
        return form.file("file", "speech.wav", speech);
    }

    private static HttpResponse<String> ask(String model, byte[] speech, String... namesAndValues) {
        return send(owner, TRANSCRIPTIONS, form(model, speech, namesAndValues).whole());
    }

    private static HttpResponse<String> say(String text, String... namesAndValues) {
        return ask("sim", text.getBytes(UTF_8), namesAndValues);
    }

    private static String ok(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private static void refused(HttpResponse<String> answer, int status, String param, String words) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        var error = json(answer).path("error");
        assertThat(error.path("param").asText("none")).as(answer.body()).isEqualTo(param);
        assertThat(error.path("message").asText()).contains(words);
    }

    private static String type(HttpResponse<String> answer) {
        return answer.headers().firstValue("content-type").orElse("");
    }

    private static byte[] bytes(int length) {
        var bytes = new byte[length];
        new SplittableRandom(length).nextBytes(bytes);
        return bytes;
    }

    /** The file of a form that arrived at an upstream. */
    private static byte[] file(Received request) {
        var body = new String(request.bytes(), ISO_8859_1);
        var boundary = String.valueOf(request.header("content-type")).replaceFirst(".*boundary=", "");
        var begin = body.indexOf("\r\n\r\n", body.indexOf("filename=")) + 4;
        return body.substring(begin, body.lastIndexOf("\r\n--" + boundary + "--"))
                .getBytes(ISO_8859_1);
    }

    private static String field(Received request, String name) {
        var body = new String(request.bytes(), UTF_8);
        var at = body.indexOf("name=\"" + name + "\"\r\n\r\n");
        return at < 0
                ? ""
                : body.substring(body.indexOf("\r\n\r\n", at) + 4)
                        .lines()
                        .findFirst()
                        .orElse("");
    }

    private static void assertNothingIsLeft() {
        await().atMost(SOON).untilAsserted(() -> {
            var folder = gateway.config().resolveSibling("data").resolve("spool");
            if (Files.isDirectory(folder)) {
                try (var files = Files.list(folder)) {
                    assertThat(files.map(Path::toString).toList()).isEmpty();
                }
            }
            assertThat(openSpools()).as("open files of the spool").isZero();
        });
    }

    /** A file without a name is seen among the open files of the process alone. */
    private static long openSpools() throws IOException {
        try (var open =
                Files.list(Path.of("/proc", String.valueOf(gateway.process().pid()), "fd"))) {
            return open.filter(fd -> {
                        try {
                            return Files.readSymbolicLink(fd).toString().contains("spool-");
                        } catch (IOException e) {
                            return false;
                        }
                    })
                    .count();
        }
    }

    private static HttpResponse<String> guarded(
            String path, String model, String speech, List<String> headers, String... namesAndValues) {
        var request = request(owner, path)
                .headers(headers.toArray(String[]::new))
                .POST(BodyPublishers.ofByteArray(
                        form(model, speech.getBytes(UTF_8), namesAndValues).whole()))
                .build();
        try {
            return CLIENT.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(HttpResponse<String> answer) {
        ok(answer);
        return json(answer).path("text").asText();
    }

    @ParameterizedTest
    @ValueSource(strings = {TRANSCRIPTIONS, TRANSLATIONS})
    void what_was_said_is_guarded_where_a_header_switches_it_on(String path) {
        var mask = List.of("pii", "replace", "replace-method", "mask");
        var said = "Write to john.doe@acme.com.";
        assertThat(text(guarded(path, "sim", said, mask))).isEqualTo("Write to ****.***@****.***.");
        assertThat(ok(guarded(path, "sim", said, mask, "response_format", "text")))
                .isEqualTo("Write to ****.***@****.***.\n");
        var blocked = guarded(path, "sim", said, List.of("pii", "block"));
        refused(blocked, 400, "output.pii", "EMAIL_ADDRESS");
        assertThat(blocked.body()).doesNotContain("john");
        var left = List.of("pii", "block", "entity-list", "EMAIL_ADDRESS", "toxicity", "false");
        assertThat(text(guarded(path, "sim", said, left))).isEqualTo(said);
        assertThat(text(guarded(path, "sim", "Good morning.", List.of("pii", "block"))))
                .isEqualTo("Good morning.");
        assertNothingIsLeft();
    }

    @Test
    void what_no_guard_can_look_at_is_refused_before_any_backend_is_asked() {
        first.received().clear();
        var pii = List.of("pii", "replace");
        refused(guarded(TRANSCRIPTIONS, "ears", "x", pii, "stream", "true"), 400, "stream", "output.pii");
        refused(
                guarded(
                        TRANSCRIPTIONS,
                        "ears",
                        "x",
                        pii,
                        "response_format",
                        "verbose_json",
                        "timestamp_granularities[]",
                        "word"),
                400,
                "timestamp_granularities",
                "one by one");
        refused(guarded(TRANSCRIPTIONS, "ears", "x", pii, "include[]", "logprobs"), 400, "include", "logprobs");
        refused(guarded(TRANSCRIPTIONS, "ears", "x", List.of("pii", "hide")), 400, "pii", "'block', 'replace'");
        refused(
                guarded(TRANSCRIPTIONS, "ears", "x", List.of("toxicity", "true")),
                400,
                "output.toxicity",
                "no guard is configured");
        assertThat(first.received()).isEmpty();
        assertNothingIsLeft();
    }

    @Test
    void segments_and_subtitles_are_guarded_and_nothing_beside_them_spells_them_again() {
        var told = """
                {"task":"transcribe","language":"en","duration":2.5,"text":" Write to john.doe@acme.com or 4111 1111 1111 1111.",
                 "segments":[
                   {"id":0,"start":0,"end":1,"text":" Write to john.doe@acme.com","tokens":[50364,7],"words":[{"word":"john"}]},
                   {"id":1,"start":1,"end":2.5,"text":" or 4111 1111 1111 1111.","tokens":[8]}],
                 "speaker_segments":[{"text":"Write","words":[{"word":"john"}]}]}""";
        first.next(Script.json(200, told));
        var mask = List.of("pii", "replace", "replace-method", "mask");
        assertThatJson(ok(guarded(TRANSCRIPTIONS, "ears", "x", mask, "response_format", "verbose_json")))
                .isEqualTo("""
                        {task:'transcribe', language:'en', duration:2.5, usage:{type:'duration', seconds:3},
                         text:'Write to ****.***@****.*** or **** **** **** ****.',
                         segments:[
                           {id:0, start:0, end:1, text:' Write to ****.***@****.***'},
                           {id:1, start:1, end:2.5, text:' or **** **** **** ****.'}],
                         speaker_segments:[{text:'Write'}]}""");
        first.next(Script.whole(200, "application/x-subrip", Map.of(), """
                1
                00:00:00,000 --> 00:00:01,000
                Write to john.doe@acme.com

                2
                01:00:01,000 --> 01:00:02,500
                or 4111 1111 1111 1111.

                """));
        assertThat(ok(guarded(TRANSCRIPTIONS, "ears", "x", mask, "response_format", "srt")))
                .isEqualTo("""
                        1
                        00:00:00,000 --> 00:00:01,000
                        Write to ****.***@****.***

                        2
                        01:00:01,000 --> 01:00:02,500
                        or **** **** **** ****.

                        """);
    }

    @Test
    void each_format_is_given() {
        var brief = say("good morning");
        assertThat(type(brief)).isEqualTo("application/json");
        assertThatJson(ok(brief)).isEqualTo("{text:'good morning',usage:{type:'duration',seconds:1}}");
        var text = say("good morning", "response_format", "text");
        assertThat(ok(text)).isEqualTo("good morning\n");
        assertThat(type(text)).isEqualTo("text/plain; charset=utf-8");
        assertThat(ok(say("good morning", "response_format", "srt")))
                .isEqualTo("1\n00:00:00,000 --> 00:00:00,001\ngood morning\n\n");
        assertThat(ok(ask("sim", bytes(160_000), "response_format", "vtt")))
                .isEqualTo("WEBVTT\n\n00:00:00.000 --> 00:00:10.000\nspeech.wav has 160000 bytes of sound\n\n");
        var verbose = say(
                "good morning",
                "response_format",
                "verbose_json",
                "timestamp_granularities[]",
                "word",
                "timestamp_granularities[]",
                "segment");
        assertThatJson(ok(verbose)).node("words[1].word").isText("morning");
        assertThatJson(ok(verbose)).node("segments").hasSize(1);
        assertThat(verbose.headers().firstValue("x-dromedary-backend")).hasValue("simulator");
        assertNothingIsLeft();
    }

    @Test
    void a_stream_is_events_and_the_last_one_has_all_of_the_text() {
        var stream = say("good morning", "stream", "true");
        assertThat(type(stream)).startsWith("text/event-stream");
        assertThat(ok(stream))
                .isEqualTo("data: {\"type\":\"transcript.text.delta\",\"delta\":\"good\"}\n\n"
                        + "data: {\"type\":\"transcript.text.delta\",\"delta\":\" morning\"}\n\n"
                        + "data: {\"type\":\"transcript.text.done\",\"text\":\"good morning\"}\n\n");
        assertNothingIsLeft();
    }

    @Test
    void a_translation_is_one() {
        assertThatJson(ok(send(
                        owner, TRANSLATIONS, form("sim", "hi".getBytes(UTF_8)).whole())))
                .node("text")
                .isText("hi");
    }

    @Test
    void fields_may_come_after_the_file() {
        var form = new Form()
                .file("file", "a.wav", "hi".getBytes(UTF_8))
                .field("model", "sim")
                .field("response_format", "text");
        assertThat(ok(send(owner, TRANSCRIPTIONS, form.whole()))).isEqualTo("hi\n");
    }

    @ParameterizedTest
    @CsvSource({
        "temperature, 2, temperature, above maximum",
        "response_format, xml, response_format, Supported values",
        "timestamp_granularities[], word, timestamp_granularities, verbose_json",
        "stream, perhaps, stream, true or false",
        "include[], all, include, logprobs",
        "service_tier, gold, service_tier, auto",
        "service_tier, no-limit, service_tier, not entitled"
    })
    void a_field_that_is_wrong_is_named(String name, String value, String param, String words) {
        refused(say("hi", name, value), 400, param, words);
        assertNothingIsLeft();
    }

    @Test
    void a_form_without_what_it_needs_is_refused() {
        refused(send(owner, TRANSCRIPTIONS, new Form().field("model", "sim").whole()), 400, "file", "filename");
        refused(ask("sim", new byte[0]), 400, "file", "empty");
        refused(
                send(
                        owner,
                        TRANSCRIPTIONS,
                        new Form().file("file", "a", bytes(10)).whole()),
                400,
                "model",
                "Missing required parameter");
        refused(ask("nobody", bytes(10)), 404, "model", "does not exist");
        refused(ask("talker", bytes(10)), 400, "model", "does not do transcriptions");
        assertNothingIsLeft();
    }

    @Test
    void another_kind_of_body_is_415() throws Exception {
        var answer = CLIENT.send(
                HttpRequest.newBuilder(URI.create(owner.url() + TRANSCRIPTIONS))
                        .header("authorization", "Bearer " + owner.key())
                        .header("content-type", "application/json")
                        .POST(BodyPublishers.ofString("{\"model\":\"sim\",\"file\":\"file-1\"}"))
                        .build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(415);
    }

    @Test
    void what_is_too_large_is_a_413_where_it_says_so_and_where_it_does_not() throws Exception {
        ok(ask("sim", bytes(MOST)));
        refused(ask("sim", bytes(MOST + 1)), 413, "none", "larger than the " + MOST + " bytes");
        try (var socket = open("Content-Length: " + (MOST + 1_000_000), owner.key())) {
            assertThat(status(socket)).isEqualTo(413);
        }
        try (var socket = open("Transfer-Encoding: chunked", owner.key())) {
            var form = form("sim", bytes(MOST + 1)).begun();
            socket.getOutputStream().write((Integer.toHexString(form.length) + "\r\n").getBytes(UTF_8));
            socket.getOutputStream().write(form);
            socket.getOutputStream().flush();
            assertThat(status(socket)).isEqualTo(413);
        }
        assertNothingIsLeft();
    }

    @Test
    void nothing_is_read_of_whom_nobody_knows() throws Exception {
        try (var socket = open("Content-Length: 100000", "sk-nobody")) {
            assertThat(status(socket)).isEqualTo(401);
        }
    }

    @Test
    void an_upload_that_stalls_is_408_and_one_that_is_cut_is_forgotten() throws Exception {
        try (var stalled = open("Content-Length: 900000", owner.key());
                var cut = open("Content-Length: 900000", owner.key())) {
            for (var socket : List.of(stalled, cut)) {
                socket.getOutputStream().write(form("sim", bytes(500_000)).begun());
                socket.getOutputStream().flush();
            }
            await().atMost(SOON).until(() -> openSpools() >= 1);
            cut.close();
            assertThat(status(stalled)).isEqualTo(408);
        }
        assertNothingIsLeft();
    }

    @Test
    void a_backend_gets_the_file_as_it_is_and_another_gets_it_when_the_first_fails() throws Exception {
        var speech = bytes(700_000);
        first.next(Script.json(503, "{\"error\":{\"message\":\"busy\"}}"));
        second.next(Script.json(200, "{\"text\":\" hello \",\"language\":\"en\",\"duration\":2.5,\"segments\":[]}"));
        var firsts = first.received().size();
        var seconds = second.received().size();

        var answer = ask("ears", speech, "language", "en", "x_of_its_own", "1");

        assertThatJson(ok(answer)).isEqualTo("{text:'hello',usage:{type:'duration',seconds:3}}");
        assertThat(answer.headers().firstValue("x-dromedary-backend")).hasValue("second");
        assertThat(answer.headers().firstValue("x-dromedary-attempts")).hasValue("2");
        var asked = first.await(firsts + 1, SOON);
        assertThat(asked.path()).isEqualTo("/v1/audio/transcriptions");
        assertThat(file(asked)).isEqualTo(speech);
        assertThat(field(asked, "model")).isEqualTo("whisper-1");
        assertThat(field(asked, "language")).isEqualTo("en");
        assertThat(field(asked, "x_of_its_own")).isEqualTo("1");
        assertThat(field(asked, "response_format")).isEqualTo("json");
        var again = second.await(seconds + 1, SOON);
        assertThat(file(again)).isEqualTo(speech);
        assertThat(field(again, "response_format")).as("it gives that alone").isEqualTo("verbose_json");
        assertNothingIsLeft();
    }

    @Test
    void a_stream_moves_on_to_the_next_backend_until_it_has_begun() {
        first.next(Script.json(500, "{}"));
        second.next(Script.stream("{\"text\":\" Hello.\"}", "{\"text\":\" Bye.\"}"));
        assertThat(ok(ask("ears", bytes(1000), "stream", "true")))
                .isEqualTo("data: {\"type\":\"transcript.text.delta\",\"delta\":\"Hello.\"}\n\n"
                        + "data: {\"type\":\"transcript.text.delta\",\"delta\":\" Bye.\"}\n\n"
                        + "data: {\"type\":\"transcript.text.done\",\"text\":\"Hello. Bye.\"}\n\n");
    }

    @Test
    void a_stream_that_breaks_ends_with_an_error() {
        first.next(Script.stream("{\"type\":\"transcript.text.delta\",\"delta\":\"Hel\"}")
                .closeEarly());
        var answer = ok(ask("ears", bytes(1000), "stream", "true"));
        assertThat(answer)
                .startsWith("data: {\"type\":\"transcript.text.delta\",\"delta\":\"Hel\"}\n\ndata: {\"error\":");
        assertNothingIsLeft();
    }

    @Test
    void a_server_that_ignores_stream_is_answered_for_in_events() {
        first.next(Script.json(200, "{\"text\":\"Hello\",\"usage\":{\"type\":\"duration\",\"seconds\":7}}"));
        assertThat(ok(ask("ears", bytes(1000), "stream", "true")))
                .isEqualTo("data: {\"type\":\"transcript.text.delta\",\"delta\":\"Hello\"}\n\n"
                        + "data: {\"type\":\"transcript.text.done\",\"text\":\"Hello\"}\n\n");
    }

    @Test
    void what_a_backend_says_of_the_file_is_passed_on_and_stops() {
        first.next(Script.json(
                400,
                "{\"error\":{\"message\":\"Audio file might be corrupted or unsupported\",\"type\":\"invalid_request_error\","
                        + "\"param\":\"file\",\"code\":\"invalid_value\"}}"));
        var asked = second.received().size();
        refused(ask("ears", bytes(1000)), 400, "file", "corrupted");
        assertThat(second.received()).hasSize(asked);
    }

    @Test
    void every_backend_that_fails_is_a_502_with_its_reasons() {
        first.next(Script.json(500, "{}"));
        second.next(Script.nothing().reset());
        var answer = ask("ears", bytes(1000));
        refused(answer, 502, "none", "first: ");
        assertThat(answer.body()).contains("second: ");
        assertNothingIsLeft();
    }

    @Test
    void chunks_of_vllm_are_events_and_its_answers_have_other_formats_made_of_them() throws Exception {
        var chunk =
                "{\"object\":\"transcription.chunk\",\"choices\":[{\"delta\":{\"content\":\"%s\"},\"finish_reason\":%s}]}";
        vllm.next(Script.stream(
                chunk.formatted(" Hi", "null"),
                chunk.formatted("", "\"stop\""),
                "{\"object\":\"transcription.chunk\",\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2}}",
                "[DONE]"));
        var asked = vllm.received().size();
        assertThat(ok(ask("on-vllm", bytes(1000), "stream", "true")))
                .endsWith("\"text\":\"Hi\",\"usage\":{\"type\":\"tokens\",\"input_tokens\":5,\"output_tokens\":2,"
                        + "\"total_tokens\":7}}\n\n");
        assertThat(field(vllm.await(asked + 1, SOON), "stream_include_usage")).isEqualTo("true");
        vllm.next(Script.json(200, """
                {"text":"Hi","language":"en","duration":"1.5","segments":[{"id":0,"start":0.0,"end":1.5,"text":"Hi"}]}
                """));
        assertThat(ok(ask("on-vllm", bytes(1000), "response_format", "srt")))
                .isEqualTo("1\n00:00:00,000 --> 00:00:01,500\nHi\n\n");
        refused(
                ask("on-vllm", bytes(1000), "response_format", "verbose_json", "timestamp_granularities[]", "word"),
                400,
                "timestamp_granularities",
                "when each word was said");
        vllm.next(Script.json(200, "{\"text\":\"Hi\"}"));
        var dropped = ask("on-vllm", bytes(1000), "keywords[]", "camel");
        ok(dropped);
        assertThat(dropped.headers().firstValue("x-dromedary-dropped-params")).hasValue("keywords");
    }

    @Test
    void whisper_cpp_is_asked_in_its_own_way() throws Exception {
        var asked = cpp.received().size();
        cpp.next(Script.json(200, "{\"text\":\" Hi.\\n\",\"duration\":1.2,\"segments\":[]}"));
        assertThatJson(ok(send(owner, TRANSLATIONS, form("on-cpp", bytes(100)).whole())))
                .isEqualTo("{text:'Hi.'}");
        var request = cpp.await(asked + 1, SOON);
        assertThat(request.path()).isEqualTo("/inference");
        assertThat(field(request, "translate")).isEqualTo("true");
        cpp.next(Script.json(200, "{\"error\":\"failed to read WAV file\"}"));
        refused(ask("on-cpp", bytes(100)), 400, "file", "could not be read as audio");
    }

    @Test
    void a_client_that_leaves_stops_the_backend() throws Exception {
        first.next(Script.nothing().stall());
        var asked = first.received().size();
        var body = form("ears", bytes(100_000)).whole();
        Received request;
        try (var socket = open("Content-Length: " + body.length, owner.key())) {
            socket.getOutputStream().write(body);
            socket.getOutputStream().flush();
            request = first.await(asked + 1, SOON);
        }
        assertThat(request.awaitCancelled(SOON)).isTrue();
        assertNothingIsLeft();
    }

    @Test
    void limits_hold_for_speech() {
        var few = Caller.of(gateway, "few");
        var form = form("sim", "hi".getBytes(UTF_8)).whole();
        var one = send(few, TRANSCRIPTIONS, form);
        ok(one);
        assertThat(one.headers().firstValue("x-ratelimit-remaining-requests")).hasValue("0");
        assertThat(send(few, TRANSCRIPTIONS, form).statusCode()).isEqualTo(429);
        assertNothingIsLeft();
    }

    @Test
    void calls_are_counted_and_logged_by_their_endpoint() throws Exception {
        ok(say("counted"));
        var metrics = CLIENT.send(
                        HttpRequest.newBuilder(URI.create(gateway.managementUrl() + "/observe/metrics"))
                                .build(),
                        BodyHandlers.ofString())
                .body();
        assertThat(metrics).contains("endpoint=\"/v1/audio/transcriptions\"");
        await().atMost(SOON)
                .until(() -> gateway.log().stream()
                        .anyMatch(line ->
                                line.contains("/v1/audio/transcriptions") && line.contains("\"model\":\"sim\"")));
    }

    @Test
    void a_batch_has_recordings_written_down_that_its_lines_name() throws Exception {
        var id = json(upload("speech.wav", "user_data", "from a file".getBytes(UTF_8)))
                .path("id")
                .asText();
        var data = data("from the line");
        var mail = data("Write to john.doe@acme.com");
        var lines = List.of(
                line("stored", "\"file\":\"" + id + "\""),
                line("held", "\"file\":\"" + data + "\",\"response_format\":\"text\""),
                line(
                        "times",
                        "\"file_url\":\"" + data + "\",\"response_format\":\"verbose_json\","
                                + "\"timestamp_granularities\":[\"word\",\"segment\"]"),
                line(
                        "masked",
                        "\"file\":\"" + mail + "\",\"output\":{\"pii\":\"replace\",\"pii_replace_method\":\"mask\"}"),
                line("hidden", "\"file\":\"" + mail + "\",\"output\":{\"pii\":\"block\"}"),
                line("unguarded", "\"file\":\"" + mail + "\",\"output\":{\"factuality\":true}"),
                line("early", "\"file\":\"" + mail + "\",\"input\":{\"pii\":\"block\"}"),
                line("nowhere", "\"file\":\"file-nowhere\""),
                line("inside", "\"file\":\"https://127.0.0.1/a.wav\""),
                line("none", "\"language\":\"en\""),
                line("wrong", "\"file\":\"" + data + "\",\"temperature\":3"));
        var input = json(upload("in.jsonl", "batch", String.join("\n", lines).getBytes(UTF_8)))
                .path("id")
                .asText();
        var made = owner.post(
                "/v1/batches",
                "{\"input_file_id\":\"" + input + "\",\"endpoint\":\"" + TRANSCRIPTIONS
                        + "\",\"completion_window\":\"24h\"}");
        var batch = json(made).path("id").asText();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> json(owner.get("/v1/batches/" + batch))
                        .path("status")
                        .asText()
                        .equals("completed"));
        var ended = json(owner.get("/v1/batches/" + batch));
        assertThatJson(ended.path("request_counts")).isEqualTo("{total:11,completed:4,failed:7}");
        assertThatJson(ended.path("usage")).node("type").isText("duration");
        var answers = results(ended, "output_file_id");
        assertThat(of(answers, "stored").at("/response/body/text").asText()).isEqualTo("from a file");
        assertThat(of(answers, "held").at("/response/body").asText()).isEqualTo("from the line\n");
        assertThat(of(answers, "times").at("/response/body/words/2/word").asText())
                .isEqualTo("line");
        assertThat(of(answers, "masked").at("/response/body/text").asText()).isEqualTo("Write to ****.***@****.***");
        var errors = results(ended, "error_file_id");
        assertThat(param(errors, "hidden")).isEqualTo("output.pii");
        assertThat(of(errors, "hidden").toString()).doesNotContain("john.doe");
        assertThat(param(errors, "unguarded")).isEqualTo("output.factuality");
        assertThat(param(errors, "early")).isEqualTo("input");
        assertThat(of(errors, "nowhere").at("/response/status_code").asInt()).isEqualTo(404);
        assertThat(param(errors, "nowhere")).isEqualTo("file");
        assertThat(param(errors, "inside")).isEqualTo("file");
        assertThat(param(errors, "none")).isEqualTo("file");
        assertThat(param(errors, "wrong")).isEqualTo("temperature");
        assertNothingIsLeft();
    }

    private static String data(String said) {
        return "data:audio/wav;base64," + Base64.getEncoder().encodeToString(said.getBytes(UTF_8));
    }

    private static String param(java.util.Map<String, JsonNode> errors, String customId) {
        return of(errors, customId).at("/response/body/error/param").asText();
    }

    private static JsonNode of(java.util.Map<String, JsonNode> lines, String customId) {
        return java.util.Objects.requireNonNull(lines.get(customId), customId);
    }

    private static String line(String customId, String members) {
        return "{\"custom_id\":\"" + customId + "\",\"method\":\"POST\",\"url\":\"" + TRANSCRIPTIONS
                + "\",\"body\":{\"model\":\"sim\"," + members + "}}";
    }

    private static HttpResponse<String> upload(String filename, String purpose, byte[] content) {
        return send(
                owner,
                "/v1/files",
                new Form()
                        .field("purpose", purpose)
                        .file("file", filename, content)
                        .whole());
    }

    private static java.util.Map<String, JsonNode> results(JsonNode batch, String member) {
        return owner.get("/v1/files/" + batch.path(member).asText() + "/content")
                .body()
                .lines()
                .map(io.dromedary.testing.JsonTree::of)
                .collect(Collectors.toMap(line -> line.path("custom_id").asText(), line -> line));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/audio/transcriptions", "/owner/v1/audio/transcriptions"})
    void the_path_may_lack_its_version_or_name_its_project(String path) {
        assertThatJson(ok(send(owner, path, form("sim", "hi".getBytes(UTF_8)).whole())))
                .node("text")
                .isText("hi");
    }

    private static Socket open(String lengthHeader, String key) throws IOException {
        var socket = new Socket("127.0.0.1", URI.create(owner.url()).getPort());
        socket.setSoTimeout(30_000);
        socket.getOutputStream()
                .write(("POST " + TRANSCRIPTIONS + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + key
                                + "\r\nContent-Type: " + Form.TYPE + "\r\n" + lengthHeader + "\r\n\r\n")
                        .getBytes(UTF_8));
        socket.getOutputStream().flush();
        return socket;
    }

    /** Of the first line that comes back. */
    private static int status(Socket socket) throws IOException {
        var line = new StringBuilder();
        for (var c = socket.getInputStream().read();
                c >= 0 && c != '\n';
                c = socket.getInputStream().read()) {
            line.append((char) c);
        }
        return Integer.parseInt(line.toString().split(" ")[1]);
    }
}
