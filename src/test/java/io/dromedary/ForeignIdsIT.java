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
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What one project has is not there for another: to every operation on every kind of id the answer is, byte for byte, that
 * for an id that nobody ever had.
 */
@Timeout(120)
final class ForeignIdsIT {
    private static final String NOBODYS = "0123456789abcdef0123456789abcdef";
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static GatewayProcess gateway;
    private static Caller owner;
    private static Caller stranger;

    /** Ids of what the owner has, made anew for each test. */
    private record Owned(
            String response,
            String item,
            String conversation,
            String conversationItem,
            String file,
            String batch,
            String deferred) {
        static Owned make() {
            var response = ok(owner.post("/v1/responses", "{\"model\":\"m\",\"input\":\"secret\"}"));
            var conversation =
                    ok(owner.post("/v1/conversations", "{\"items\":[{\"role\":\"user\",\"content\":\"secret\"}]}"));
            var id = conversation.path("id").asText();
            var items = ok(owner.get("/v1/conversations/" + id + "/items"));
            var file = upload();
            return new Owned(
                    response.path("id").asText(),
                    response.path("output").path(0).path("id").asText(),
                    id,
                    items.path("data").path(0).path("id").asText(),
                    file,
                    ok(owner.post("/v1/batches", ForeignIdsIT.batch(file)))
                            .path("id")
                            .asText(),
                    ok(owner.post(
                                    "/v1/chat/completions",
                                    "{\"model\":\"m\",\"deferred\":true,\"messages\":[{\"role\":\"user\",\"content\":\"secret\"}]}"))
                            .path("request_id")
                            .asText());
        }

        /** Ids of the same shape that nobody has. */
        Owned nobodys() {
            return new Owned(
                    other(response),
                    other(item),
                    other(conversation),
                    other(conversationItem),
                    other(file),
                    other(batch),
                    deferred.substring(0, deferred.length() - 12) + "0123456789ab");
        }

        private static String other(String id) {
            return id.replaceFirst("[0-9a-f]{32}", NOBODYS);
        }

        private static String upload() {
            var line =
                    "{\"custom_id\":\"a\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"m\","
                            + "\"messages\":[{\"role\":\"user\",\"content\":\"secret\"}]}}";
            var form = new Form()
                    .field("purpose", "batch")
                    .file("file", "in.jsonl", line.getBytes(UTF_8))
                    .whole();
            try {
                return ok(CLIENT.send(
                                HttpRequest.newBuilder(URI.create(owner.url() + "/v1/files"))
                                        .header("authorization", "Bearer " + owner.key())
                                        .header("content-type", Form.TYPE)
                                        .POST(BodyPublishers.ofByteArray(form))
                                        .build(),
                                BodyHandlers.ofString()))
                        .path("id")
                        .asText();
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        String in(String text) {
            return text.replace("@response", response)
                    .replace("@item", item)
                    .replace("@conversation", conversation)
                    .replace("@member", conversationItem)
                    .replace("@file", file)
                    .replace("@batch", batch)
                    .replace("@deferred", deferred);
        }

        /** An answer with the ids of another in the place of these. */
        String as(Owned other, String answer) {
            return answer.replace(item, other.item)
                    .replace(conversationItem, other.conversationItem)
                    .replace(response, other.response)
                    .replace(conversation, other.conversation)
                    .replace(file, other.file)
                    .replace(batch, other.batch)
                    .replace(deferred, other.deferred);
        }
    }

    @BeforeAll
    static void start() throws Exception {
        gateway = GatewayProcess.with()
                .backend("simulator", """
                        dialect: simulator
                        models:
                          m: { upstream: simulator }
                        """)
                .config("keys.yaml", Caller.keys(project("owner"), project("stranger")))
                .start();
        owner = Caller.of(gateway, "owner");
        stranger = Caller.of(gateway, "stranger");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static JsonNode ok(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer);
    }

    private static String create(String members) {
        return "POST /v1/responses {\"model\":\"m\",\"input\":\"x\"," + members + "}";
    }

    private static String batch(String file) {
        return "{\"input_file_id\":\"" + file
                + "\",\"endpoint\":\"/v1/chat/completions\",\"completion_window\":\"24h\"}";
    }

    private static String items(String path, String id, String more) {
        return "POST " + path + " {" + more + "\"" + (path.contains("responses") ? "input" : "items")
                + "\":[{\"type\":\"item_reference\",\"id\":\"" + id + "\"}]}";
    }

    private static final String MODEL = "\"model\":\"m\",";

    static Stream<String> operations() {
        var previous = "\"previous_response_id\":\"@response\"";
        var conversation = "\"conversation\":\"@conversation\"";
        return Stream.of(
                "GET /v1/responses/@response",
                "GET /v1/responses/@response?stream=true",
                "GET /v1/responses/@response?stream=true&starting_after=3",
                "DELETE /v1/responses/@response",
                "POST /v1/responses/@response/cancel ",
                "GET /v1/responses/@response/input_items",
                "GET /v1/responses/@response/input_items?limit=1&order=asc",
                create(previous),
                create(previous + ",\"stream\":true"),
                create(previous + ",\"store\":false"),
                "POST /v1/responses/compact {\"model\":\"m\"," + previous + "}",
                "POST /v1/responses/input_tokens {\"model\":\"m\"," + previous + "}",
                items("/v1/responses", "@item", MODEL),
                items("/v1/responses", "@item", MODEL + "\"stream\":true,"),
                items("/v1/responses", "@member", MODEL),
                items("/v1/responses/compact", "@item", MODEL),
                items("/v1/responses/input_tokens", "@item", MODEL),
                items("/v1/conversations", "@item", ""),
                items("/v1/conversations", "@member", ""),
                create(conversation),
                create(conversation + ",\"stream\":true"),
                create("\"conversation\":{\"id\":\"@conversation\"}"),
                "POST /v1/responses/input_tokens {\"model\":\"m\",\"input\":\"x\"," + conversation + "}",
                "GET /v1/conversations/@conversation",
                "POST /v1/conversations/@conversation {\"metadata\":{\"a\":\"b\"}}",
                "POST /v1/conversations/@conversation {\"metadata\":{}}",
                "DELETE /v1/conversations/@conversation",
                "GET /v1/conversations/@conversation/items",
                "GET /v1/conversations/@conversation/items?after=@member",
                "POST /v1/conversations/@conversation/items {\"items\":[{\"role\":\"user\",\"content\":\"x\"}]}",
                items("/v1/conversations/@conversation/items", "@member", ""),
                "GET /v1/conversations/@conversation/items/@member",
                "DELETE /v1/conversations/@conversation/items/@member",
                "GET /v1/files/@file",
                "GET /v1/files/@file/content",
                "DELETE /v1/files/@file",
                "POST /v1/batches " + batch("@file"),
                "GET /v1/batches/@batch",
                "POST /v1/batches/@batch/cancel {}",
                "GET /v1/chat/deferred-completion/@deferred",
                "POST /v1/chat/completions {" + MODEL
                        + "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"file\",\"file\":{\"file_id\":\"@file\"}}]}]}",
                "POST /v1/responses {" + MODEL
                        + "\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_file\",\"file_id\":\"@file\"}]}]}");
    }

    @ParameterizedTest
    @MethodSource("operations")
    void a_foreign_id_and_one_that_nobody_has_cannot_be_told_apart(String operation) {
        var owned = Owned.make();
        var nobodys = owned.nobodys();
        var foreign = send(stranger, owned.in(operation));
        var unknown = send(stranger, nobodys.in(operation));
        assertThat(foreign.statusCode()).as(foreign.body()).isEqualTo(unknown.statusCode());
        assertThat(foreign.statusCode()).as(foreign.body()).isIn(List.of(404, 400));
        assertThat(foreign.body()).isEqualTo(nobodys.as(owned, unknown.body()));
        assertThat(headers(foreign)).isEqualTo(headers(unknown));
        assertUntouched(owned);
        assertThat(send(owner, nobodys.in(operation)).body()).as("to its owner").isEqualTo(unknown.body());
    }

    /** Only these answer with a 400: what a body names, and not a path. */
    @ParameterizedTest
    @MethodSource("operations")
    void what_is_not_there_is_a_404(String operation) {
        var answer = send(stranger, Owned.make().nobodys().in(operation));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(404);
        assertThat(json(answer).path("error").path("code").asText()).endsWith("_not_found");
        assertThat(answer.headers().firstValue("content-type").orElseThrow()).startsWith("application/json");
    }

    @Test
    void a_compaction_is_sealed_for_the_project_that_it_is_for() {
        var compact = ok(owner.post("/v1/responses/compact", "{\"model\":\"m\",\"input\":\"secret\"}"));
        var output = compact.path("output");
        var item = output.path(output.size() - 1);
        for (var path : List.of("/v1/responses", "/v1/responses/input_tokens", "/v1/responses/compact")) {
            var body = "{\"model\":\"m\",\"input\":[%s]}";
            ok(owner.post(path, body.formatted(item)));
            var foreign = stranger.post(path, body.formatted(item));
            var made = stranger.post(path, body.formatted(forged(item)));
            assertThat(foreign.statusCode()).as(foreign.body()).isEqualTo(400);
            assertThat(foreign.body()).isEqualTo(made.body()).doesNotContain("secret");
        }
    }

    /** Of the same length, and sealed by nobody. */
    private static String forged(JsonNode item) {
        var text = item.path("encrypted_content").asText();
        var half = text.length() / 2;
        var changed = text.charAt(half) == 'A' ? 'B' : 'A';
        return item.toString().replace(text, text.substring(0, half) + changed + text.substring(half + 1));
    }

    private static void assertUntouched(Owned owned) {
        var response = ok(owner.get("/v1/responses/" + owned.response));
        assertThat(response.path("output").path(0).path("id").asText()).isEqualTo(owned.item);
        var conversation = ok(owner.get("/v1/conversations/" + owned.conversation));
        assertThat(conversation.path("metadata")).isEmpty();
        var items = ok(owner.get("/v1/conversations/" + owned.conversation + "/items"));
        assertThat(items.path("data").findValuesAsText("id")).containsExactly(owned.conversationItem);
        ok(owner.get("/v1/files/" + owned.file));
        assertThat(ok(owner.get("/v1/batches/" + owned.batch)).path("status").asText())
                .doesNotStartWith("cancel");
        // it is there until its owner has it
        var deferred = "/v1/chat/deferred-completion/" + owned.deferred;
        var fetched =
                await().atMost(Duration.ofSeconds(30)).until(() -> owner.get(deferred), is -> is.statusCode() != 202);
        assertThat(fetched.body()).contains("secret");
    }

    /** Names and values, but for those that every answer has its own of. */
    private static TreeMap<String, List<String>> headers(HttpResponse<String> answer) {
        var headers = new TreeMap<>(answer.headers().map());
        headers.keySet().removeAll(List.of("x-request-id", "date", "openai-processing-ms"));
        return headers;
    }

    private static HttpResponse<String> send(Caller who, String operation) {
        var words = operation.split(" ", 3);
        return switch (words[0]) {
            case "GET" -> who.get(words[1]);
            case "DELETE" -> who.delete(words[1]);
            default -> who.post(words[1], words[2]);
        };
    }
}
