package io.dromedary;

import static io.dromedary.testing.Caller.json;
import static io.dromedary.testing.Caller.project;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.testing.Caller;
import io.dromedary.testing.Form;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.OpenAiUpstream;
import io.dromedary.testing.ResponsesUpstream;
import io.dromedary.testing.ScriptedBackend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Backends get what files hold, and never their ids. */
@Timeout(180)
final class AttachedFilesIT {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final ScriptedBackend chat = ScriptedBackend.start(new OpenAiUpstream());
    private static final ScriptedBackend nativeOne = ScriptedBackend.start(new ResponsesUpstream());
    private static GatewayProcess gateway;
    private static Caller owner;
    private static Caller stranger;
    private static String pdf;
    private static String picture;

    @BeforeAll
    static void start() throws Exception {
        gateway = GatewayProcess.with()
                .backend("chat", """
                        dialect: openai
                        url: %s/v1
                        models:
                          m: { upstream: up }
                        """.formatted(chat.url()))
                .backend("native", """
                        dialect: openai
                        api: responses
                        url: %s/v1
                        models:
                          n: { upstream: up }
                        """.formatted(nativeOne.url()))
                .config("keys.yaml", Caller.keys(project("owner"), project("stranger")))
                .start();
        owner = Caller.of(gateway, "owner");
        stranger = Caller.of(gateway, "stranger");
        pdf = uploaded("a.pdf", "the paper".getBytes(UTF_8));
        picture = uploaded("b.PNG", "the picture".getBytes(UTF_8));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        chat.close();
        nativeOne.close();
    }

    @BeforeEach
    void forget() {
        chat.received().clear();
        nativeOne.received().clear();
    }

    private static String uploaded(String name, byte[] content) {
        var form = new Form()
                .field("purpose", "user_data")
                .file("file", name, content)
                .whole();
        var request = HttpRequest.newBuilder(URI.create(owner.url() + "/v1/files"))
                .header("authorization", "Bearer " + owner.key())
                .header("content-type", Form.TYPE)
                .POST(BodyPublishers.ofByteArray(form));
        try {
            return json(CLIENT.send(request.build(), BodyHandlers.ofString()))
                    .path("id")
                    .asText();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String url(String type, String content) {
        return "data:" + type + ";base64," + Base64.getEncoder().encodeToString(content.getBytes(UTF_8));
    }

    private static HttpResponse<String> asked(Caller caller, String part) {
        return caller.post(
                "/v1/chat/completions",
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"},"
                        + part + "]}]}");
    }

    private static HttpResponse<String> responded(Caller caller, String model, String members, String part) {
        return caller.post(
                "/v1/responses",
                "{\"model\":\"" + model + "\"," + members + "\"input\":[{\"role\":\"user\",\"content\":[" + part
                        + "]}]}");
    }

    private static JsonNode sent(ScriptedBackend backend) {
        assertThat(backend.received()).hasSize(1);
        return backend.received().getFirst().json();
    }

    private static void ok(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static void refused(HttpResponse<String> answer, int status, String param) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(json(answer).path("error").path("param").asText("none")).isEqualTo(param);
    }

    @Test
    void a_file_of_a_chat_completion_goes_along() {
        ok(asked(owner, "{\"type\":\"file\",\"file\":{\"file_id\":\"" + pdf + "\"}}"));
        var file = sent(chat).at("/messages/0/content/1/file");
        assertThat(file.path("file_data").asText()).isEqualTo(url("application/pdf", "the paper"));
        assertThat(file.path("filename").asText()).isEqualTo("a.pdf");
        assertThat(file.has("file_id")).isFalse();
    }

    @Test
    void a_file_and_an_image_of_a_response_go_along_as_chat() {
        var parts = "{\"type\":\"input_file\",\"file_id\":\"" + pdf + "\"},{\"type\":\"input_image\",\"file_id\":\""
                + picture + "\"}";
        var answer = responded(owner, "m", "", parts);
        ok(answer);
        var content = sent(chat).at("/messages/0/content");
        assertThat(content.at("/0/file/file_data").asText()).isEqualTo(url("application/pdf", "the paper"));
        assertThat(content.at("/0/file/filename").asText()).isEqualTo("a.pdf");
        assertThat(content.at("/1/image_url/url").asText()).isEqualTo(url("image/png", "the picture"));
        // it is kept as it came, which is small
        var kept = json(owner.get("/v1/responses/" + json(answer).path("id").asText() + "/input_items"));
        assertThat(kept.toString()).contains(pdf, picture).doesNotContain("base64");
    }

    @Test
    void what_was_said_before_goes_along_with_its_files() {
        var first = responded(owner, "m", "", "{\"type\":\"input_file\",\"file_id\":\"" + pdf + "\"}");
        ok(first);
        chat.received().clear();
        var previous = "\"previous_response_id\":\"" + json(first).path("id").asText() + "\",";
        ok(responded(owner, "m", previous, "{\"type\":\"input_text\",\"text\":\"and?\"}"));
        assertThat(sent(chat).at("/messages/0/content/0/file/file_data").asText())
                .isEqualTo(url("application/pdf", "the paper"));
    }

    @Test
    void a_backend_that_speaks_the_responses_api_gets_them_in_its_words() {
        var parts = "{\"type\":\"input_file\",\"file_id\":\"" + pdf + "\"},{\"type\":\"input_image\",\"file_id\":\""
                + picture + "\"}";
        ok(responded(owner, "n", "", parts));
        var content = sent(nativeOne).at("/input/0/content");
        assertThat(content.at("/0/file_data").asText()).isEqualTo(url("application/pdf", "the paper"));
        assertThat(content.at("/1/image_url").asText()).isEqualTo(url("image/png", "the picture"));
        assertThat(content.toString()).doesNotContain("file_id");
    }

    @Test
    void a_file_that_is_not_there_for_this_caller_is_404_at_its_part() {
        for (var id : new String[] {pdf, "file-" + "0".repeat(32), "file-of-openai"}) {
            var part = "{\"type\":\"file\",\"file\":{\"file_id\":\"" + id + "\"}}";
            refused(asked(stranger, part), 404, "messages[0].content[1].file.file_id");
            for (var type : new String[] {"input_file", "input_image"}) {
                var item = "{\"type\":\"" + type + "\",\"file_id\":\"" + id + "\"}";
                refused(responded(stranger, "m", "", item), 404, "input[0].content[0].file_id");
                refused(responded(stranger, "n", "", item), 404, "input[0].content[0].file_id");
            }
        }
        assertThat(chat.received()).isEmpty();
        assertThat(nativeOne.received()).isEmpty();
    }

    @Test
    void a_file_that_is_no_image_and_too_many_bytes_are_400_at_their_part() {
        refused(
                responded(owner, "m", "", "{\"type\":\"input_image\",\"file_id\":\"" + pdf + "\"}"),
                400,
                "input[0].content[0].file_id");
        var large = uploaded("large.pdf", new byte[11_000_000]);
        var part = "{\"type\":\"file\",\"file\":{\"file_id\":\"" + large + "\"}}";
        ok(asked(owner, part));
        refused(asked(owner, part + "," + part), 400, "messages[0].content[2].file.file_id");
    }
}
