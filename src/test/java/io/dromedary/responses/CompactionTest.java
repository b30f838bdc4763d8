package io.dromedary.responses;

import static io.dromedary.responses.Trees.done;
import static io.dromedary.responses.Trees.object;
import static io.dromedary.responses.Trees.objects;
import static io.dromedary.responses.Trees.text;
import static io.dromedary.responses.Trees.texts;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.Ids;
import io.dromedary.api.Usage;
import io.dromedary.api.chat.ChatRequestReader;
import io.dromedary.api.json.Json;
import io.dromedary.testing.SettableClock;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class CompactionTest {
    private static final String ACME = "acme";
    private static final List<ObjectNode> ITEMS = objects(
            "{'type':'message','id':'msg_1','role':'user','content':[{'type':'input_text','text':'Weather in Bonn?'},"
                    + "{'type':'input_image','image_url':'data:image/png;base64,AAAA','detail':'auto'},"
                    + "{'type':'input_file','filename':'map.pdf','file_data':'BBBB'}]}",
            "{'type':'reasoning','id':'rs_1','summary':[{'type':'summary_text','text':'Ask the tool.'}],"
                    + "'encrypted_content':'CCCC'}",
            "{'type':'function_call','id':'fc_1','status':'completed','call_id':'call_1','name':'weather',"
                    + "'arguments':'{}'}",
            "{'type':'function_call_output','call_id':'call_1','output':[{'type':'input_text','text':'rain'},"
                    + "{'type':'input_image','image_url':'data:image/png;base64,DDDD'}]}",
            "{'type':'message','id':'msg_2','role':'assistant','content':[{'type':'output_text','text':'Rain.'}]}",
            "{'role':'user','content':'And Köln?\\nTell me.'}",
            "{'type':'message','role':'assistant','content':[{'type':'refusal','refusal':'No.'}]}");

    private final SettableClock clock = new SettableClock();
    private final CompactionSeal seal =
            done(CompactionSeal.of(new ClockedShelf<>(SealKey.CODEC, clock), new SplittableRandom(1)));
    private final Compaction compaction =
            new Compaction(seal, Ids.random(new SplittableRandom(2), InstantSource.system()), clock);

    @Test
    void the_model_is_told_each_item_on_a_line_of_its_own() {
        var chat = chat("{'model':'small'}");
        var lines =
                chat.path("messages").path(1).path("content").asText().lines().toList();
        assertThat(lines).hasSize(1 + ITEMS.size());
        assertThat(lines.stream().skip(1).map(line -> object(line)))
                .containsExactlyElementsOf(objects(
                        "{'role':'user','text':'Weather in Bonn?\\n[input_image]\\n[input_file map.pdf]'}",
                        "{'type':'reasoning','summary':[{'type':'summary_text','text':'Ask the tool.'}]}",
                        "{'type':'function_call','call_id':'call_1','name':'weather','arguments':'{}'}",
                        "{'type':'function_call_output','call_id':'call_1','output':'rain\\n[input_image]'}",
                        "{'role':'assistant','text':'Rain.'}",
                        "{'role':'user','text':'And Köln?\\nTell me.'}",
                        "{'role':'assistant','text':'No.'}"));
        assertThat(chat.toString()).doesNotContain("AAAA", "BBBB", "CCCC", "DDDD", "msg_1");
    }

    @Test
    void the_request_is_one_that_any_chat_backend_takes() {
        var body = Compaction.chatBody(
                object("{'model':'small','service_tier':'flex','prompt_cache_key':'k','input':'x','metadata':null}"),
                ITEMS);
        var request = ChatRequestReader.read(body);
        assertThat(request.model().value()).isEqualTo("small");
        var chat = Json.object(body);
        assertThat(chat.properties().stream().map(Map.Entry::getKey))
                .containsExactly("model", "messages", "service_tier", "prompt_cache_key");
        assertThat(chat.path("messages").findValuesAsText("role")).containsExactly("system", "user");
    }

    @Test
    void instructions_go_with_the_task() {
        var task = chat("{'model':'small'}")
                .path("messages")
                .path(0)
                .path("content")
                .asText();
        assertThat(chat("{'model':'small','instructions':'Speak like a pirate.'}")
                        .path("messages")
                        .path(0)
                        .path("content")
                        .asText())
                .startsWith(task)
                .endsWith("Speak like a pirate.");
    }

    @Test
    void nothing_cannot_be_made_shorter() {
        var refusal = Refusals.ofCode(() -> Compaction.chatBody(object("{'model':'small'}"), List.of()));
        assertThat(refusal.status()).isEqualTo(400);
        assertThat(refusal.param()).isEqualTo("input");
    }

    @Test
    void the_users_messages_stay_and_the_rest_is_in_the_compaction() {
        var made =
                Json.object(Json.bytes(compaction.of(ACME, ITEMS, " It rains in Bonn.\n", new Usage(139, 438, 7, 64))));
        assertThat(made.properties().stream().map(Map.Entry::getKey))
                .containsExactly("id", "object", "created_at", "output", "usage");
        assertThat(made.path("id").asText()).matches("resp_[0-9a-f]{44}");
        assertThat(made.path("object").asText()).isEqualTo("response.compaction");
        assertThat(made.path("created_at").asLong()).isEqualTo(1767225600);
        assertThat(made.path("usage"))
                .isEqualTo(
                        object(
                                "{'input_tokens':139,'input_tokens_details':{'cached_tokens':7,'cache_write_tokens':0},"
                                        + "'output_tokens':438,'output_tokens_details':{'reasoning_tokens':64},'total_tokens':577}"));
        var output = made.path("output");
        assertThat(output).hasSize(3);
        assertThat(output.path(0).path("id").asText()).isEqualTo("msg_1");
        assertThat(output.path(0).path("content")).isEqualTo(ITEMS.getFirst().path("content"));
        assertThat(output.path(1).path("id").asText())
                .startsWith("msg_" + made.path("id").asText().substring(5));
        assertThat(text(output.path(1))).isEqualTo("And Köln?\nTell me.");
        for (var message : List.of(output.path(0), output.path(1))) {
            assertThat(message.path("type").asText()).isEqualTo("message");
            assertThat(message.path("role").asText()).isEqualTo("user");
            assertThat(message.path("status").asText()).isEqualTo("completed");
        }
        assertThat(output.path(2).properties().stream().map(Map.Entry::getKey))
                .containsExactly("type", "id", "encrypted_content");
        assertThat(output.path(2).path("id").asText()).startsWith("cmp_");
    }

    @Test
    void what_comes_back_is_opened_in_its_place() {
        var output = objects(
                compaction.of(ACME, ITEMS, "It rains in Bonn.", new Usage(1, 1)).path("output"));
        var opened = compaction.opened(ACME, output, "input");
        assertThat(opened).hasSize(3);
        assertThat(opened.subList(0, 2)).isEqualTo(output.subList(0, 2));
        var message = opened.getLast();
        assertThat(message.path("type").asText()).isEqualTo("message");
        assertThat(message.path("role").asText()).isEqualTo("developer");
        assertThat(message.path("content")).hasSize(1);
        assertThat(message.path("content").path(0).path("type").asText()).isEqualTo("input_text");
        assertThat(text(message)).endsWith("It rains in Bonn.");
    }

    @Test
    void what_was_made_shorter_can_be_made_shorter_again() {
        var first = objects(
                compaction.of(ACME, ITEMS, "It rains in Bonn.", new Usage(1, 1)).path("output"));
        var opened = compaction.opened(ACME, first, "input");
        assertThat(new String(Compaction.chatBody(object("{'model':'small'}"), opened), StandardCharsets.UTF_8))
                .contains("It rains in Bonn.");
        var again = compaction.of(ACME, opened, "Rain.", new Usage(1, 1)).path("output");
        assertThat(texts(again).subList(0, 2)).isEqualTo(texts(first).subList(0, 2));
        assertThat(again).hasSize(3);
    }

    @Test
    void what_cannot_be_opened_says_which_item_it_is() {
        var output =
                objects(compaction.of(ACME, ITEMS, "It rains.", new Usage(1, 1)).path("output"));
        var refusal = Refusals.ofCode(() -> compaction.opened("globex", output, "input"));
        assertThat(refusal.status()).isEqualTo(400);
        assertThat(refusal.param()).isEqualTo("input[2].encrypted_content");
        assertThat(refusal.code()).isEqualTo("invalid_encrypted_content");
        var missing = Refusals.ofCode(() -> compaction.opened(ACME, objects("{'type':'compaction'}"), "input"));
        assertThat(missing.param()).isEqualTo("input[0].encrypted_content");
        assertThat(missing.code()).isEqualTo("missing_required_parameter");
    }

    @Test
    void a_model_that_writes_nothing_has_not_made_a_summary() {
        for (var text : List.of("", " \n")) {
            var refusal = Refusals.ofCode(() -> compaction.of(ACME, ITEMS, text, new Usage(1, 0)));
            assertThat(refusal.status()).isEqualTo(502);
        }
    }

    private static ObjectNode chat(String request) {
        return Json.object(Compaction.chatBody(object(request), ITEMS));
    }
}
