package io.dromedary;

import static io.dromedary.testing.Caller.chunks;
import static io.dromedary.testing.Caller.json;
import static io.dromedary.testing.Caller.project;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.json.Json;
import io.dromedary.api.json.JsonText;
import io.dromedary.testing.Caller;
import io.dromedary.testing.Chat;
import io.dromedary.testing.ChatEvents;
import io.dromedary.testing.Form;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.OpenAiUpstream;
import io.dromedary.testing.ResponsesUpstream;
import io.dromedary.testing.Script;
import io.dromedary.testing.ScriptedBackend;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a guard switch asks for is done, on every way that text takes, or the request is refused. */
@Timeout(180)
final class GuardsIT {
    private static final String MAIL = "john.doe@acme.com";
    private static final String CARD = "4111 1111 1111 1111";
    private static final String SAID = "Write to " + MAIL + " and pay with " + CARD + ".";
    private static final String MASKED = "Write to ****.***@****.*** and pay with **** **** **** ****.";
    private static final String PASS = "{\"verdict\":\"pass\"}";

    private static final ScriptedBackend model = ScriptedBackend.start(new OpenAiUpstream());
    private static final ScriptedBackend nativeOne = ScriptedBackend.start(new ResponsesUpstream());
    private static final ScriptedBackend outside = ScriptedBackend.start(asked -> Script.json(200, PASS));
    private static GatewayProcess gateway;
    private static Caller caller;

    @BeforeAll
    static void start() throws Exception {
        gateway = GatewayProcess.with()
                .backend("chat", """
                        dialect: openai
                        url: %s/v1
                        models:
                          m: { upstream: up }
                        """.formatted(model.url()))
                .backend("native", """
                        dialect: openai
                        api: responses
                        url: %s/v1
                        models:
                          n: { upstream: up }
                        """.formatted(nativeOne.url()))
                .config("gateway.yaml", """
                        guards:
                          hook:
                            url: %s/check
                            secret: ${env:GUARD_SECRET}
                            switches: [block_prompt_injection, toxicity]
                            timeout: 2s
                        """.formatted(outside.url()))
                .environment("GUARD_SECRET", "a secret of the guard")
                .config("keys.yaml", Caller.keys(project("acme")))
                .start();
        caller = Caller.of(gateway, "acme");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        model.close();
        nativeOne.close();
        outside.close();
    }

    @BeforeEach
    void forget() {
        for (var each : List.of(model, nativeOne, outside)) {
            each.received().clear();
            each.clear();
        }
    }

    private static HttpResponse<String> chat(String said, String... members) {
        return caller.ask("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":" + JsonText.quote(said)
                + "}]," + String.join(",", members) + "}");
    }

    private static HttpResponse<String> respond(String model, String said, String... members) {
        return caller.post(
                "/v1/responses",
                "{\"model\":\"" + model + "\",\"input\":" + JsonText.quote(said) + "," + String.join(",", members)
                        + "}");
    }

    private static String heard() {
        return model.received().getLast().json().at("/messages/0/content").asText();
    }

    private static void refused(HttpResponse<String> answer, String param, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(json(answer).at("/error/param").asText()).as(answer.body()).isEqualTo(param);
        assertThat(json(answer).at("/error/code").asText()).isEqualTo(code);
        assertThat(answer.body()).doesNotContain(MAIL).doesNotContain(CARD);
    }

    private static String said(HttpResponse<String> answer, int choice) {
        return text(answer, choice, "/delta/content");
    }

    private static String text(HttpResponse<String> answer, int choice, String pointer) {
        return chunks(answer).stream()
                .flatMap(chunk -> all(chunk.path("choices")).stream())
                .filter(one -> one.path("index").asInt() == choice)
                .map(one -> one.at(pointer).asText(""))
                .collect(Collectors.joining());
    }

    private static List<JsonNode> all(JsonNode list) {
        var all = new ArrayList<JsonNode>();
        list.forEach(all::add);
        return all;
    }

    @Test
    void a_model_reads_what_stands_for_personal_data_and_not_the_data() {
        var answer = chat(SAID, "\"input\":{\"pii\":\"replace\",\"pii_replace_method\":\"mask\"}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(heard()).isEqualTo(MASKED);
        assertThat(model.received().getLast().body()).doesNotContain("pii");
    }

    @ParameterizedTest
    @CsvSource({"random, false", "fake, true", "category, false"})
    void each_method_takes_the_data_away(String method, boolean mail) {
        chat(SAID, "\"input\":{\"pii\":\"replace\",\"pii_replace_method\":\"" + method + "\"}");
        assertThat(heard())
                .startsWith("Write to ")
                .contains(" and pay with ")
                .doesNotContain(MAIL)
                .doesNotContain(CARD);
        assertThat(heard().contains("@example.com")).isEqualTo(mail);
    }

    @Test
    void kinds_that_are_listed_are_left_alone() {
        chat(
                SAID,
                "\"input\":{\"pii\":\"replace\",\"pii_replace_method\":\"category\",\"entity_list\":[\"EMAIL_ADDRESS\"]}");
        assertThat(heard()).isEqualTo("Write to " + MAIL + " and pay with <CREDIT_CARD>.");
    }

    @Test
    void a_request_with_personal_data_is_refused_where_it_is_to_be_blocked_and_nobody_is_asked() {
        refused(chat(SAID, "\"input\":{\"pii\":\"block\"}"), "messages[0].content", "pii_detected");
        assertThat(chat("Nothing here", "\"input\":{\"pii\":\"block\"}").statusCode())
                .isEqualTo(200);
        assertThat(model.received()).hasSize(1);
    }

    @Test
    void lines_of_a_batch_are_guarded_as_their_calls_would_be() throws Exception {
        var input = String.join(
                "\n",
                line("masked", "\"input\":{\"pii\":\"replace\",\"pii_replace_method\":\"mask\"}"),
                line("blocked", "\"input\":{\"pii\":\"block\"}"),
                line("silenced", "\"output\":{\"pii\":\"block\"}"),
                line("unheard of", "\"output\":{\"factuality\":true}"),
                line("open", "\"n\":1"));
        var batch = ended(caller.post(
                "/v1/batches",
                "{\"input_file_id\":\"" + upload(input)
                        + "\",\"endpoint\":\"/v1/chat/completions\",\"completion_window\":\"24h\"}"));

        var answered = results(batch, "output_file_id");
        assertThat(answered).containsOnlyKeys("masked", "open");
        assertThat(of(answered, "masked").toString()).contains(MASKED).doesNotContain(MAIL);
        assertThat(of(answered, "open").toString()).contains(SAID);
        var refused = results(batch, "error_file_id");
        assertThat(refused).containsOnlyKeys("blocked", "silenced", "unheard of");
        assertThat(refused.values()).allSatisfy(line -> {
            assertThat(line.at("/response/status_code").asInt()).isEqualTo(400);
            assertThat(line.toString()).doesNotContain(MAIL).doesNotContain(CARD);
        });
        assertThat(of(refused, "blocked").at("/response/body/error/param").asText())
                .isEqualTo("messages[0].content");
        assertThat(of(refused, "silenced").at("/response/body/error/param").asText())
                .isEqualTo("output.pii");
        assertThat(of(refused, "unheard of").at("/response/body/error/param").asText())
                .isEqualTo("output.factuality");
        assertThat(model.received())
                .extracting(asked -> asked.json().at("/messages/0/content").asText())
                .containsExactlyInAnyOrder(MASKED, SAID, SAID);
    }

    private static String line(String id, String members) {
        return "{\"custom_id\":\"" + id + "\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":"
                + "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":" + JsonText.quote(SAID) + "}],"
                + members + "}}";
    }

    private static String upload(String content) throws Exception {
        var form = new Form()
                .field("purpose", "batch")
                .file("file", "in.jsonl", content.getBytes(UTF_8))
                .whole();
        try (var client = HttpClient.newHttpClient()) {
            var answer = client.send(
                    HttpRequest.newBuilder(URI.create(caller.url() + "/v1/files"))
                            .header("authorization", "Bearer " + caller.key())
                            .header("content-type", Form.TYPE)
                            .POST(BodyPublishers.ofByteArray(form))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            return json(answer).path("id").asText();
        }
    }

    private static JsonNode ended(HttpResponse<String> made) {
        assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
        var path = "/v1/batches/" + json(made).path("id").asText();
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(
                        () -> assertThat(json(caller.get(path)).path("status").asText())
                                .isEqualTo("completed"));
        return json(caller.get(path));
    }

    private static Map<String, JsonNode> results(JsonNode batch, String member) {
        return caller.get("/v1/files/" + batch.path(member).asText() + "/content")
                .body()
                .lines()
                .map(line -> (JsonNode) Json.object(line.getBytes(UTF_8)))
                .collect(Collectors.toMap(line -> line.path("custom_id").asText(), line -> line));
    }

    private static JsonNode of(Map<String, JsonNode> results, String id) {
        return Objects.requireNonNull(results.get(id), id);
    }

    @Test
    void every_text_of_a_request_is_looked_at() {
        for (var members : List.of(
                "\"messages\":\"" + SAID + "\"",
                "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"" + SAID + "\"}]}]",
                "\"messages\":[{\"role\":\"system\",\"content\":\"" + SAID
                        + "\"},{\"role\":\"user\",\"content\":\"x\"}]",
                "\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\",\"function\":{"
                        + "\"name\":\"f\",\"arguments\":\"{\\\"n\\\":4111111111111111,\\\"to\\\":\\\"john.doe\\\\u0040acme.com\\\"}\"}}]},"
                        + "{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":\"x\"}]",
                "\"messages\":\"x\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"description\":\""
                        + SAID + "\"}}]",
                "\"messages\":\"x\",\"user\":\"" + MAIL + "\"",
                "\"messages\":\"x\",\"metadata\":{\"name\":\"" + MAIL + "\"}",
                "\"messages\":\"x\",\"documents\":[{\"text\":\"" + MAIL + "\"}]")) {
            var on = "{\"model\":\"m\"," + members + ",\"input\":{\"pii\":\"%s\"}}";
            var blocked = caller.ask(on.formatted("block"));
            assertThat(blocked.statusCode()).as(members).isEqualTo(400);
            var replaced = caller.ask(on.formatted("replace"));
            assertThat(replaced.statusCode()).as(replaced.body()).isEqualTo(200);
            assertThat(model.received().getLast().body())
                    .as(members)
                    .doesNotContain(MAIL)
                    .doesNotContain("john.doe")
                    .doesNotContain("4111");
        }
    }

    @Test
    void a_whole_answer_is_looked_at_before_its_caller_sees_it() {
        var replaced = chat(SAID, "\"output\":{\"pii\":\"replace\",\"pii_replace_method\":\"mask\"}");
        assertThat(json(replaced).at("/choices/0/message/content").asText()).isEqualTo(MASKED);
        assertThat(heard()).isEqualTo(SAID);
        refused(chat(SAID, "\"output\":{\"pii\":\"block\"}"), "output.pii", "pii_detected");
    }

    @Test
    void a_stream_shows_nothing_of_personal_data_however_it_is_cut() {
        var random = new SplittableRandom(1);
        for (var round = 0; round < 20; round++) {
            var script = Script.stream(ChatEvents.role());
            for (var at = 0; at < SAID.length(); ) {
                var to = Math.min(SAID.length(), at + random.nextInt(1, 6));
                script = script.event(ChatEvents.text(SAID.substring(at, to)));
                at = to;
            }
            model.next(script.event(ChatEvents.finish("stop")).event(ChatEvents.DONE));
            var answer =
                    chat("x", "\"stream\":true", "\"output\":{\"pii\":\"replace\",\"pii_replace_method\":\"mask\"}");
            assertThat(said(answer, 0)).isEqualTo(MASKED);
            assertThat(chunks(answer).getLast().at("/choices/0/finish_reason").asText())
                    .isEqualTo("stop");
            assertThat(answer.body()).endsWith("data: [DONE]\n\n");
        }
    }

    @Test
    void choices_and_arguments_of_tools_that_come_piece_by_piece_are_each_looked_at() {
        var answer = chat(
                SAID,
                "\"n\":2",
                "\"stream\":true",
                "\"stream_options\":{\"include_usage\":true}",
                "\"output\":{\"pii\":\"replace\",\"pii_replace_method\":\"mask\"}");
        assertThat(said(answer, 0)).isEqualTo(MASKED);
        assertThat(said(answer, 1)).isEqualTo(MASKED);
        assertThat(chunks(answer)
                        .getLast()
                        .path("usage")
                        .path("completion_tokens")
                        .asInt())
                .isPositive();
        var called = chat(
                SAID,
                "\"stream\":true",
                "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]",
                "\"output\":{\"pii\":\"replace\",\"pii_replace_method\":\"mask\"}");
        assertThat(text(called, 0, "/delta/tool_calls/0/function/arguments"))
                .isEqualTo("{\"city\": \"" + MASKED + "\", \"unit\": \"celsius\"}");
        assertThat(text(called, 0, "/delta/tool_calls/0/id")).isEqualTo("call_1");
    }

    @Test
    void a_stream_that_must_not_go_on_ends_with_an_error_and_stops_the_backend() throws Exception {
        model.next(
                Script.stream(ChatEvents.role(), ChatEvents.text("Write to john.do"), ChatEvents.text("e@acme.com, "))
                        .stall());
        var answer = chat("x", "\"stream\":true", "\"output\":{\"pii\":\"block\"}");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(said(answer, 0)).isEqualTo("Write to ");
        assertThat(chunks(answer).getLast().at("/error/code").asText()).isEqualTo("pii_detected");
        assertThat(answer.body()).doesNotContain("john").doesNotContain("[DONE]");
        assertThat(model.received().getLast().awaitCancelled(Duration.ofSeconds(10)))
                .isTrue();
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(Chat.get(gateway.managementUrl() + "/observe/metrics")
                                .body())
                        .contains("dromedary_calls_in_flight 0.0")
                        .contains("dromedary_attempts_in_flight 0.0"));
        assertThat(gateway.log()).anyMatch(line -> line.contains("\"pii_detected\"") && line.contains("\"cut\""));
    }

    @Test
    void what_breaks_off_is_shown_as_far_as_it_is_clean() {
        model.next(Script.stream(ChatEvents.role(), ChatEvents.text("Write to john.do"))
                .closeEarly());
        var answer = chat("x", "\"stream\":true", "\"output\":{\"pii\":\"replace\"}");
        assertThat(said(answer, 0)).isEqualTo("Write to john.do");
        assertThat(chunks(answer).getLast().at("/error/code").asText()).isEqualTo("stream_broken");
    }

    @Test
    void a_switch_that_nobody_honours_is_refused_and_nobody_is_asked() {
        refused(chat("x", "\"output\":{\"factuality\":true}"), "output.factuality", "unsupported_parameter");
        refused(
                respond("m", "x", "\"safeguards\":{\"factuality\":true}"),
                "safeguards.factuality",
                "unsupported_parameter");
        assertThat(chat("x", "\"output\":{\"factuality\":false}").statusCode()).isEqualTo(200);
        assertThat(model.received()).hasSize(1);
    }

    @Test
    void half_a_character_that_stands_alone_is_no_reason_to_fail() {
        model.next(Script.stream(
                ChatEvents.role(),
                ChatEvents.finish("stop").replace("\"delta\":{}", "\"delta\":{\"content\":\"a@b.de \\ud83d\"}"),
                ChatEvents.DONE));
        var streamed = chat("x", "\"stream\":true", "\"output\":{\"pii\":\"replace\",\"pii_replace_method\":\"mask\"}");
        assertThat(streamed.body()).contains("*@*.** \\ud83d").endsWith("data: [DONE]\n\n");
    }

    @Test
    void what_guards_cannot_look_into_is_refused() {
        refused(
                caller.ask("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\","
                        + "\"image_url\":{\"url\":\"https://a.example/b.png\"}}]}],\"input\":{\"pii\":\"replace\"}}"),
                "input.pii",
                "unsupported_parameter");
        refused(
                chat("x", "\"logprobs\":true", "\"output\":{\"pii\":\"replace\"}"),
                "logprobs",
                "unsupported_parameter");
        assertThat(model.received()).isEmpty();
    }

    @Test
    void responses_are_guarded_on_both_sides() {
        var answer = respond("m", SAID, "\"safeguards\":{\"pii\":\"replace\",\"pii_replace_method\":\"mask\"}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(heard()).isEqualTo(MASKED);
        var streamed = respond(
                "m",
                SAID,
                "\"stream\":true",
                "\"safeguards\":{\"output\":{\"pii\":\"replace\",\"pii_replace_method\":\"mask\"}}");
        assertThat(heard()).isEqualTo(SAID);
        assertThat(chunks(streamed).stream()
                        .filter(event -> event.path("type").asText().equals("response.output_text.delta"))
                        .map(event -> event.path("delta").asText())
                        .collect(Collectors.joining()))
                .isEqualTo(MASKED);
        var done = chunks(streamed).getLast().path("response");
        assertThat(done.at("/output/0/content/0/text").asText()).isEqualTo(MASKED);
        assertThat(json(caller.get("/v1/responses/" + done.path("id").asText()))
                        .at("/output/0/content/0/text")
                        .asText())
                .isEqualTo(MASKED);
    }

    @Test
    void a_response_is_blocked_by_its_input_and_by_its_output() {
        refused(respond("m", SAID, "\"safeguards\":{\"pii\":\"block\"}"), "input", "pii_detected");
        refused(
                respond("m", SAID, "\"safeguards\":{\"output\":{\"pii\":\"block\"}}"),
                "safeguards.output.pii",
                "pii_detected");
        var streamed = respond("m", SAID, "\"stream\":true", "\"safeguards\":{\"output\":{\"pii\":\"block\"}}");
        assertThat(streamed.body()).doesNotContain("john").contains("response.failed");
    }

    @Test
    void a_backend_that_speaks_the_responses_api_gets_and_gives_no_more_than_others() {
        var answer = respond("n", SAID, "\"safeguards\":{\"pii\":\"replace\",\"pii_replace_method\":\"mask\"}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(nativeOne.received().getLast().body())
                .doesNotContain(MAIL)
                .contains("****.***@****.***")
                .doesNotContain("safeguards");
        nativeOne.next(spoken("Write to john.do", "e@acme.com", " or john", "@acme.com."));
        var seen = respond(
                "n",
                SAID,
                "\"stream\":true",
                "\"safeguards\":{\"output\":{\"pii\":\"replace\",\"pii_replace_method\":\"category\"}}");
        assertThat(nativeOne.received().getLast().body()).contains(MAIL);
        var deltas = chunks(seen).stream()
                .filter(event -> event.path("type").asText().equals("response.output_text.delta"))
                .map(event -> event.path("delta").asText())
                .collect(Collectors.joining());
        assertThat(deltas).isEqualTo("Write to <EMAIL_ADDRESS> or <EMAIL_ADDRESS>.");
        assertThat(chunks(seen)
                        .getLast()
                        .at("/response/output/0/content/0/text")
                        .asText())
                .isEqualTo(deltas);
    }

    @Test
    void a_whole_answer_of_a_backend_that_speaks_the_responses_api_is_looked_at_across_its_pieces() {
        nativeOne.next(
                Script.json(200, wholly("Write to " + MAIL + ".")), Script.json(200, wholly("Write to " + MAIL + ".")));
        var replaced = respond(
                "n", "x", "\"safeguards\":{\"output\":{\"pii\":\"replace\",\"pii_replace_method\":\"category\"}}");
        assertThat(json(replaced).at("/output/0/content/0/text").asText()).isEqualTo("Write to <EMAIL_ADDRESS>.");
        assertThat(replaced.body()).doesNotContain(MAIL);
        outside.next(Script.json(200, "{\"verdict\":\"replace\",\"texts\":[\"Nothing.\"]}"));
        var judged = respond("n", "x", "\"safeguards\":{\"toxicity\":true}");
        assertThat(json(judged).at("/output/0/content/0/text").asText())
                .as(judged.body())
                .isEqualTo("Nothing.");
    }

    private static String wholly(String text) {
        return "{\"id\":\"resp_theirs\",\"object\":\"response\",\"created_at\":1700000000,\"status\":\"completed\","
                + "\"error\":null,\"incomplete_details\":null,\"model\":\"up\",\"output\":[{\"type\":\"message\","
                + "\"id\":\"msg_1\",\"role\":\"assistant\",\"status\":\"completed\",\"content\":[{"
                + "\"type\":\"output_text\",\"text\":" + JsonText.quote(text)
                + ",\"annotations\":[],\"logprobs\":[]}]}],"
                + "\"usage\":null}";
    }

    /** A stream of the Responses API that says this. */
    private static Script spoken(String... pieces) {
        var message = "{\"type\":\"message\",\"id\":\"msg_1\",\"role\":\"assistant\",\"status\":\"completed\","
                + "\"content\":[{\"type\":\"output_text\",\"text\":" + JsonText.quote(String.join("", pieces))
                + ",\"annotations\":[],\"logprobs\":[]}]}";
        var response = "{\"id\":\"resp_theirs\",\"object\":\"response\",\"created_at\":1700000000,\"status\":\"%s\","
                + "\"error\":null,\"incomplete_details\":null,\"model\":\"up\",\"output\":[%s],\"usage\":null}";
        var script = Script.stream(
                "{\"type\":\"response.created\",\"response\":" + response.formatted("in_progress", "") + "}",
                "{\"type\":\"response.output_item.added\",\"output_index\":0,\"item\":{\"type\":\"message\","
                        + "\"id\":\"msg_1\",\"role\":\"assistant\",\"content\":[]}}");
        for (var piece : pieces) {
            script = script.event("{\"type\":\"response.output_text.delta\",\"item_id\":\"msg_1\",\"output_index\":0,"
                    + "\"content_index\":0,\"delta\":" + JsonText.quote(piece) + ",\"logprobs\":[]}");
        }
        return script.event(
                "{\"type\":\"response.completed\",\"response\":" + response.formatted("completed", message) + "}");
    }

    @Test
    void what_was_said_before_is_guarded_when_it_is_said_again() {
        var first = json(respond("m", SAID, "\"store\":true")).path("id").asText();
        assertThat(heard()).isEqualTo(SAID);
        respond("m", "and now?", "\"previous_response_id\":\"" + first + "\"", "\"safeguards\":{\"pii\":\"replace\"}");
        assertThat(model.received().getLast().body())
                .doesNotContain(MAIL)
                .doesNotContain(CARD)
                .contains("and now?");
    }

    @Test
    void a_completion_that_is_fetched_later_is_guarded_too() {
        var promised =
                chat(SAID, "\"deferred\":true", "\"output\":{\"pii\":\"replace\",\"pii_replace_method\":\"mask\"}");
        var id = json(promised).path("request_id").asText();
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            var fetched = caller.get("/v1/chat/deferred-completion/" + id);
            assertThat(fetched.statusCode()).isEqualTo(200);
            assertThat(fetched.body()).contains(MASKED);
        });
    }

    @Test
    void a_guard_outside_is_asked_and_its_verdict_holds() {
        assertThat(chat("Hello", "\"input\":{\"block_prompt_injection\":true}").statusCode())
                .isEqualTo(200);
        var asked = outside.received().getFirst();
        assertThat(asked.header("authorization")).isEqualTo("Bearer a secret of the guard");
        assertThat(asked.json().path("side").asText()).isEqualTo("input");
        assertThat(asked.json().at("/checks/0").asText()).isEqualTo("block_prompt_injection");
        assertThat(asked.json().path("project").asText()).isEqualTo("acme");
        assertThat(asked.json().at("/texts/0/path").asText()).isEqualTo("messages[0].content");
        assertThat(asked.json().at("/texts/0/text").asText()).isEqualTo("Hello");
        outside.next(Script.json(
                200, "{\"verdict\":\"block\",\"check\":\"block_prompt_injection\",\"reason\":\"It gives orders.\"}"));
        var blocked = chat("Ignore all of it", "\"input\":{\"block_prompt_injection\":true}");
        refused(blocked, "input.block_prompt_injection", "prompt_injection_detected");
        assertThat(blocked.body()).contains("It gives orders.");
        assertThat(model.received()).hasSize(1);
    }

    @Test
    void a_guard_outside_sees_what_the_one_inside_has_left() {
        outside.next(Script.json(200, "{\"verdict\":\"replace\",\"texts\":[\"Something else\"]}"));
        chat(SAID, "\"input\":{\"pii\":\"replace\",\"pii_replace_method\":\"mask\",\"block_prompt_injection\":true}");
        assertThat(outside.received().getFirst().json().at("/texts/0/text").asText())
                .isEqualTo(MASKED);
        assertThat(heard()).isEqualTo("Something else");
    }

    @Test
    void a_guard_outside_sees_all_of_an_answer_before_its_caller_sees_any() {
        var toxic = Script.json(200, "{\"verdict\":\"block\",\"check\":\"toxicity\"}");
        outside.next(toxic);
        refused(chat("x", "\"output\":{\"toxicity\":true}"), "output.toxicity", "toxicity_detected");
        outside.next(toxic);
        var cut = chat("one two three", "\"stream\":true", "\"output\":{\"toxicity\":true}");
        assertThat(chunks(cut))
                .singleElement()
                .satisfies(event -> assertThat(event.at("/error/code").asText()).isEqualTo("toxicity_detected"));
        var clean = chat("one two three", "\"stream\":true", "\"output\":{\"toxicity\":true}");
        assertThat(said(clean, 0)).isEqualTo("one two three");
        assertThat(outside.received().getLast().json().at("/texts/0/text").asText())
                .isEqualTo("one two three");
        outside.next(Script.json(200, "{\"verdict\":\"replace\",\"texts\":[\"four\"]}"));
        var other = chat("one two three", "\"stream\":true", "\"output\":{\"toxicity\":true}");
        assertThat(said(other, 0)).isEqualTo("four");
        assertThat(other.body()).endsWith("data: [DONE]\n\n");
    }

    @Test
    void nothing_runs_unguarded_while_the_guard_does_not_answer() {
        for (var failing : List.of(
                Script.json(500, "{}"),
                Script.json(200, "no"),
                Script.json(200, "{\"verdict\":\"replace\",\"texts\":[]}"),
                Script.nothing().stall())) {
            outside.next(failing);
            var answer = chat("x", "\"input\":{\"block_prompt_injection\":true}");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(json(answer).at("/error/code").asText()).isEqualTo("guard_unavailable");
        }
        assertThat(model.received()).isEmpty();
    }
}
