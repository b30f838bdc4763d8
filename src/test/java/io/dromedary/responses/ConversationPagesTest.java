package io.dromedary.responses;

import static io.dromedary.responses.Trees.body;
import static io.dromedary.responses.Trees.done;
import static io.dromedary.responses.Trees.ids;
import static io.dromedary.responses.Trees.object;
import static io.dromedary.responses.Trees.texts;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.Ids;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.json.Json;
import io.dromedary.api.read.Cursor;
import io.dromedary.api.read.Faults;
import io.dromedary.testing.SettableClock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the paths under {@code /v1/conversations} take and give. */
final class ConversationPagesTest {
    private static final String ACME = "acme";
    private static final PageRequest FIRST = PageRequest.of(null, "asc", null);

    private final SettableClock clock = new SettableClock();
    private final Conversations conversations = new Conversations(
            new ClockedShelf<>(Outline.CODEC, clock),
            new ClockedShelf<>(ItemBlock.CODEC, clock),
            Ids.random(new SplittableRandom(1), InstantSource.system()),
            clock,
            Duration.ofDays(30));
    private final ConversationPages pages =
            new ConversationPages(conversations, new Messages(), ConversationPagesTest::referred);

    @Test
    void a_conversation_has_the_shape_that_clients_know() {
        var made = shown(pages.create(ACME, body("{'metadata':{'topic':'demo'}}")));
        assertThat(made)
                .isEqualTo(object("{'object':'conversation','created_at':1767225600,'metadata':{'topic':'demo'}}")
                        .put("id", id(made)));
        assertThat(shown(pages.get(ACME, id(made)))).isEqualTo(made);
    }

    @Test
    void nothing_is_needed_to_make_one() {
        for (var body : List.of("", "{}", "{'metadata':null,'items':null}", "{'items':[]}")) {
            assertThat(shown(pages.create(ACME, body(body))).path("metadata")).isEqualTo(object("{}"));
        }
    }

    @Test
    void items_are_shown_whole_in_the_order_in_which_they_came() {
        var id = id(shown(pages.create(ACME, body("{'items':[{'role':'user','content':'one'}]}"))));
        var added = shown(pages.addItems(
                ACME, id, body("{'items':[{'role':'assistant','content':'two'},{'role':'user','content':'three'}]}")));
        assertThat(texts(added.path("data"))).containsExactly("two", "three");
        assertThat(added.path("first_id")).isEqualTo(added.path("data").path(0).path("id"));
        assertThat(added.path("last_id")).isEqualTo(added.path("data").path(1).path("id"));
        assertThat(added.path("has_more").asBoolean()).isFalse();
        var all = shown(pages.listItems(ACME, id, FIRST));
        assertThat(texts(all.path("data"))).containsExactly("one", "two", "three");
        assertThat(all.path("data")).allSatisfy(item -> {
            assertThat(item.path("type").asText()).isEqualTo("message");
            assertThat(item.path("status").asText()).isEqualTo("completed");
            assertThat(item.path("content").isArray()).isTrue();
        });
        var second = ids(all.path("data")).get(1);
        assertThat(shown(pages.getItem(ACME, id, second)))
                .isEqualTo(all.path("data").get(1));
        assertThat(shown(pages.deleteItem(ACME, id, second))).isEqualTo(shown(pages.get(ACME, id)));
        assertThat(texts(shown(pages.listItems(ACME, id, FIRST)).path("data"))).containsExactly("one", "three");
    }

    @Test
    void metadata_are_replaced_and_null_takes_them_away() {
        var id = id(shown(pages.create(ACME, body("{'metadata':{'a':'1'}}"))));
        assertThat(shown(pages.update(ACME, id, body("{'metadata':{'b':'2'}}"))).path("metadata"))
                .isEqualTo(object("{'b':'2'}"));
        assertThat(shown(pages.update(ACME, id, body("{'metadata':null}"))).path("metadata"))
                .isEqualTo(object("{}"));
    }

    @Test
    void a_deleted_one_says_so_once() {
        var id = id(shown(pages.create(ACME, body("{}"))));
        assertThat(shown(pages.delete(ACME, id)))
                .isEqualTo(object("{'object':'conversation.deleted','deleted':true}")
                        .put("id", id));
        refused(404, null, "conversation_not_found", () -> pages.delete(ACME, id));
    }

    @Test
    void what_is_not_there_and_what_is_another_projects_is_refused_in_the_same_words() {
        var id = id(shown(pages.create("globex", body("{'items':[{'role':'user','content':'one'}]}"))));
        var item = ids(shown(pages.listItems("globex", id, FIRST)).path("data")).getFirst();
        var more = body("{'items':[{'role':'user','content':'two'}]}");
        var unknown = "conv_" + "0".repeat(32);
        for (var asked : List.of(id, unknown)) {
            for (var call : List.<Supplier<CompletionStage<byte[]>>>of(
                    () -> pages.get(ACME, asked),
                    () -> pages.update(ACME, asked, body("{'metadata':{}}")),
                    () -> pages.delete(ACME, asked),
                    () -> pages.addItems(ACME, asked, more),
                    () -> pages.listItems(ACME, asked, FIRST))) {
                assertThat(refused(404, null, "conversation_not_found", call).message())
                        .isEqualTo("Conversation with id '" + asked + "' not found.");
            }
            for (var call : List.<Supplier<CompletionStage<byte[]>>>of(
                    () -> pages.getItem(ACME, asked, item), () -> pages.deleteItem(ACME, asked, item))) {
                refused(404, null, "item_not_found", call);
            }
        }
    }

    @Test
    void bodies_that_are_wrong_say_where() {
        var id = id(shown(pages.create(ACME, body("{}"))));
        var text = "x".repeat(513);
        createRefused("metadata", "invalid_type", "{'metadata':[]}");
        createRefused("metadata.a", "invalid_type", "{'metadata':{'a':1}}");
        createRefused("metadata.a", "string_above_max_length", "{'metadata':{'a':'" + text + "'}}");
        var key = "k".repeat(65);
        createRefused("metadata." + key, "string_above_max_length", "{'metadata':{'" + key + "':''}}");
        createRefused("metadata", "object_above_max_properties", "{'metadata':" + pairs(17) + "}");
        createRefused("items", "invalid_type", "{'items':'hi'}");
        createRefused("items[1]", "invalid_type", "{'items':[{'role':'user','content':''},'hi']}");
        createRefused("items", "array_above_max_length", "{'items':" + messages(21) + "}");
        createRefused("items[0].role", "missing_required_parameter", "{'items':[{'content':'hi'}]}");
        createRefused("item", "unknown_parameter", "{'item':[]}");
        createRefused(null, null, "{'items':[");
        refused(400, "items", "missing_required_parameter", () -> pages.addItems(ACME, id, body("{}")));
        refused(400, "items", "missing_required_parameter", () -> pages.addItems(ACME, id, body("{'items':null}")));
        refused(400, "items", "empty_array", () -> pages.addItems(ACME, id, body("{'items':[]}")));
        refused(400, "metadata", "unknown_parameter", () -> pages.addItems(ACME, id, body("{'metadata':{}}")));
        refused(400, "metadata", "missing_required_parameter", () -> pages.update(ACME, id, body("{}")));
        refused(400, "items", "unknown_parameter", () -> pages.update(ACME, id, body("{'items':[]}")));
    }

    @Test
    void as_much_as_there_may_be_is_taken() {
        var made = shown(pages.create(ACME, body("{'metadata':" + pairs(16) + ",'items':" + messages(20) + "}")));
        assertThat(made.path("metadata")).hasSize(16);
        assertThat(shown(pages.listItems(ACME, id(made), PageRequest.of("100", null, null)))
                        .path("data"))
                .hasSize(20);
    }

    @Test
    void what_is_referred_to_is_kept_itself() {
        var id = id(shown(pages.create(ACME, body("{'items':[{'type':'item_reference','id':'msg_known'}]}"))));
        var items = shown(pages.listItems(ACME, id, FIRST)).path("data");
        assertThat(texts(items)).containsExactly("known");
        assertThat(ids(items)).containsExactly("msg_known");
        refused(
                404,
                "items[1].id",
                "item_not_found",
                () -> pages.addItems(
                        ACME,
                        id,
                        body("{'items':[{'role':'user','content':'a'},{'type':'item_reference','id':'msg_2'}]}")));
        assertThat(shown(pages.listItems(ACME, id, FIRST)).path("data")).hasSize(1);
    }

    private void createRefused(@Nullable String param, @Nullable String code, String body) {
        refused(400, param, code, () -> pages.create(ACME, body(body)));
    }

    private static Refusal refused(
            int status, @Nullable String param, @Nullable String code, Supplier<CompletionStage<byte[]>> call) {
        var refusal = Refusals.of(call);
        assertThat(refusal.status()).isEqualTo(status);
        assertThat(refusal.type()).isEqualTo("invalid_request_error");
        assertThat(refusal.param()).isEqualTo(param);
        assertThat(refusal.code()).isEqualTo(code);
        return refusal;
    }

    /** As the reader of responses does it, for messages and references alone. */
    private static final class Messages implements InputItems {
        @Override
        public int check(Cursor at) {
            var count = 0;
            at.beginArray("an array of items");
            while (at.element()) {
                var members = at.members();
                if (!members.has("role") && !members.has("id")) {
                    throw Faults.missing("items[" + count + "].role");
                }
                count++;
            }
            return count;
        }

        @Override
        public List<ObjectNode> whole(JsonNode items) {
            return Trees.objects(items);
        }
    }

    private static CompletionStage<@Nullable ObjectNode> referred(String project, String item) {
        return CompletableFuture.completedStage(
                project.equals(ACME) && item.equals("msg_known")
                        ? Trees.message("known").put("id", item)
                        : null);
    }

    private static String pairs(int count) {
        var pairs = object("{}");
        for (var i = 0; i < count; i++) {
            pairs.put("key" + i, "value");
        }
        return pairs.toString();
    }

    private static String messages(int count) {
        return Json.MAPPER
                .createArrayNode()
                .addAll(Collections.nCopies(count, Trees.message("hi")))
                .toString();
    }

    private static ObjectNode shown(CompletionStage<byte[]> page) {
        return Json.object(done(page));
    }

    private static String id(ObjectNode conversation) {
        return conversation.path("id").asText();
    }
}
