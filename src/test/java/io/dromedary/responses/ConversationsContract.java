package io.dromedary.responses;

import static io.dromedary.responses.Trees.done;
import static io.dromedary.responses.Trees.ids;
import static io.dromedary.responses.Trees.message;
import static io.dromedary.responses.Trees.object;
import static io.dromedary.responses.Trees.objects;
import static io.dromedary.responses.Trees.text;
import static io.dromedary.responses.Trees.texts;
import static io.dromedary.responses.Trees.there;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What conversations keep to, wherever they are. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ConversationsContract {
    static final String PROJECT = "acme";
    private static final int THREADS = 8;
    private static final int TURNS = 12;

    /** Those of one gateway; what it keeps is shared with the others that were opened here. */
    abstract Conversations open();

    @Test
    void what_was_made_is_there() {
        var conversations = open();
        var made = done(conversations.create(PROJECT, object("{'topic':'camels'}"), objects()));
        assertThat(made.path("id").asText()).matches("conv_[0-9a-f]{32}");
        assertThat(made.path("object").asText()).isEqualTo("conversation");
        assertThat(made.path("created_at").isIntegralNumber()).isTrue();
        assertThat(made.path("metadata")).isEqualTo(object("{'topic':'camels'}"));
        assertThat(there(open().get(PROJECT, id(made)))).isEqualTo(made);
    }

    @Test
    void the_items_that_it_was_made_with_come_first() {
        var conversations = open();
        var id = id(done(conversations.create(PROJECT, none(), List.of(message("one"), message("two")))));
        assertThat(there(conversations.addItems(PROJECT, id, List.of(message("three"))))
                        .path("data"))
                .hasSize(1);
        assertThat(texts(there(conversations.items(PROJECT, id)))).containsExactly("one", "two", "three");
    }

    @Test
    void metadata_take_the_place_of_what_was_there_and_items_stay() {
        var conversations = open();
        var id = id(done(conversations.create(PROJECT, object("{'a':'1'}"), List.of(message("one")))));
        var updated = there(conversations.update(PROJECT, id, object("{'b':'2'}")));
        assertThat(updated.path("metadata")).isEqualTo(object("{'b':'2'}"));
        assertThat(there(open().get(PROJECT, id))).isEqualTo(updated);
        assertThat(texts(there(conversations.items(PROJECT, id)))).containsExactly("one");
    }

    @Test
    void what_was_deleted_is_not_there_nor_are_its_items() {
        var conversations = open();
        var id = conversation(conversations, "one", "two");
        var item = ids(there(conversations.items(PROJECT, id))).getFirst();
        assertThat(done(conversations.delete(PROJECT, id))).isTrue();
        assertNothing(open(), PROJECT, id, item);
    }

    @Test
    void what_is_another_projects_is_not_there_and_is_not_changed() {
        var conversations = open();
        var id = conversation(conversations, "one");
        var item = ids(there(conversations.items(PROJECT, id))).getFirst();
        assertNothing(conversations, "globex", id, item);
        assertThat(texts(there(conversations.items(PROJECT, id)))).containsExactly("one");
    }

    @Test
    void what_never_was_is_not_there() {
        assertNothing(open(), PROJECT, "conv_0123", "msg_1");
        assertNothing(open(), PROJECT, "", "");
    }

    @Test
    void an_item_that_was_deleted_is_gone_and_the_rest_keep_their_order() {
        var conversations = open();
        var id = conversation(conversations, "one", "two", "three");
        assertThat(there(conversations.addItems(PROJECT, id, List.of(message("four")))))
                .isNotNull();
        var named = ids(there(conversations.items(PROJECT, id)));
        var conversation = there(conversations.deleteItem(PROJECT, id, named.get(1)));
        assertThat(conversation).isEqualTo(there(conversations.get(PROJECT, id)));
        assertThat(texts(there(conversations.items(PROJECT, id)))).containsExactly("one", "three", "four");
        assertThat(done(conversations.getItem(PROJECT, id, named.get(1)))).isNull();
        assertThat(done(conversations.deleteItem(PROJECT, id, named.get(1)))).isNull();
        assertThat(there(conversations.deleteItem(PROJECT, id, named.get(3)))).isNotNull();
        assertThat(texts(there(conversations.items(PROJECT, id)))).containsExactly("one", "three");
    }

    @Test
    void an_item_is_found_by_its_id_within_its_conversation_and_without_it() {
        var conversations = open();
        var id = conversation(conversations, "one", "two");
        var named = ids(there(conversations.items(PROJECT, id)));
        assertThat(text(there(conversations.getItem(PROJECT, id, named.get(1)))))
                .isEqualTo("two");
        assertThat(text(there(conversations.getItem(PROJECT, named.get(1))))).isEqualTo("two");
        assertThat(done(conversations.getItem("globex", named.get(1)))).isNull();
        assertThat(done(conversations.getItem(PROJECT, conversation(conversations, "other"), named.get(1))))
                .isNull();
    }

    @Test
    void pages_go_through_all_items_once_in_either_order() {
        var conversations = open();
        var id = conversation(conversations, "0", "1", "2", "3");
        for (var i = 4; i < 9; i++) {
            assertThat(done(conversations.addItems(PROJECT, id, List.of(message("" + i)))))
                    .isNotNull();
        }
        for (var order : List.of("asc", "desc")) {
            var seen = new ArrayList<String>();
            String after = null;
            for (var more = true; more; ) {
                var page = there(conversations.listItems(PROJECT, id, PageRequest.of("2", order, after)));
                seen.addAll(texts(page.path("data")));
                after = page.path("last_id").asText();
                more = page.path("has_more").asBoolean();
            }
            var all = IntStream.range(0, 9).mapToObj(Integer::toString).toList();
            assertThat(seen).isEqualTo(order.equals("asc") ? all : all.reversed());
        }
    }

    @Test
    void a_turn_that_is_added_again_is_there_once() {
        var conversations = open();
        var id = conversation(conversations);
        var turn = objects(
                "{'type':'message','id':'msg_1r0','role':'user','content':'hi'}",
                "{'type':'message','id':'msg_1r1','role':'assistant','status':'completed','content':[]}");
        var first = there(conversations.append(PROJECT, id, "resp_1", turn));
        assertThat(there(open().append(PROJECT, id, "resp_1", turn))).isEqualTo(first);
        assertThat(ids(there(conversations.items(PROJECT, id)))).containsExactly("msg_1r0", "msg_1r1");
    }

    @Test
    void eight_threads_that_add_at_once_lose_nothing_and_keep_the_order_of_each() throws Exception {
        var conversations = open();
        addAtOnce(List.of(conversations));
    }

    @Test
    void three_gateways_that_add_at_once_lose_nothing_and_keep_the_order_of_each() throws Exception {
        addAtOnce(List.of(open(), open(), open()));
    }

    /** The same turn everywhere, as when two workers finish one job. */
    @Test
    void one_turn_that_three_gateways_add_at_once_is_there_once() throws Exception {
        var gateways = List.of(open(), open(), open());
        var id = conversation(gateways.getFirst());
        for (var round = 0; round < TURNS; round++) {
            var response = "resp_" + round;
            var turn = List.of(message("in " + round), message("out " + round));
            atOnce(gateways.stream()
                    .map(gateway -> (Callable<?>) () -> there(gateway.append(PROJECT, id, response, turn)))
                    .toList());
        }
        assertThat(texts(there(gateways.getFirst().items(PROJECT, id))))
                .isEqualTo(IntStream.range(0, TURNS)
                        .boxed()
                        .flatMap(round -> List.of("in " + round, "out " + round).stream())
                        .toList());
    }

    @Test
    void what_is_deleted_while_others_add_ends_gone_and_nobody_fails() throws Exception {
        var gateways = List.of(open(), open(), open());
        for (var round = 0; round < TURNS; round++) {
            var id = conversation(gateways.getFirst(), "one", "two");
            var item = ids(there(gateways.getFirst().items(PROJECT, id))).getFirst();
            atOnce(List.of(
                    () -> done(gateways.get(0).addItems(PROJECT, id, List.of(message("three")))),
                    () -> done(gateways.get(1).items(PROJECT, id)),
                    () -> done(gateways.get(1).deleteItem(PROJECT, id, item)),
                    () -> done(gateways.get(2).delete(PROJECT, id))));
            assertThat(done(gateways.get(1).items(PROJECT, id))).isNull();
        }
    }

    private static void addAtOnce(List<Conversations> gateways) throws Exception {
        var id = conversation(gateways.getFirst());
        atOnce(IntStream.range(0, THREADS)
                .mapToObj(thread -> (Callable<?>) () -> {
                    var gateway = gateways.get(thread % gateways.size());
                    for (var turn = 0; turn < TURNS; turn++) {
                        var name = thread + "." + turn;
                        there(gateway.append(
                                PROJECT, id, "resp_" + name, List.of(message("in " + name), message("out " + name))));
                    }
                    return thread;
                })
                .toList());
        var items = there(gateways.getLast().items(PROJECT, id));
        for (var gateway : gateways) {
            assertThat(there(gateway.items(PROJECT, id))).isEqualTo(items);
        }
        assertThat(new HashSet<>(ids(items))).hasSize(2 * THREADS * TURNS);
        var texts = texts(items);
        assertThat(texts).hasSize(2 * THREADS * TURNS).doesNotHaveDuplicates();
        for (var at = 0; at < texts.size(); at += 2) {
            assertThat(texts.get(at)).startsWith("in ");
            assertThat(texts.get(at + 1)).isEqualTo("out " + texts.get(at).substring(3));
        }
        for (var thread = 0; thread < THREADS; thread++) {
            var of = "in " + thread + ".";
            assertThat(texts.stream().filter(text -> text.startsWith(of)))
                    .isEqualTo(IntStream.range(0, TURNS)
                            .mapToObj(turn -> of + turn)
                            .toList());
        }
    }

    private static void atOnce(List<? extends Callable<?>> moves) throws Exception {
        var start = new CyclicBarrier(moves.size());
        try (var threads = Executors.newFixedThreadPool(moves.size())) {
            var running = moves.stream()
                    .map(move -> threads.submit(() -> {
                        start.await();
                        return move.call();
                    }))
                    .toList();
            for (var each : running) {
                each.get();
            }
        }
    }

    private static void assertNothing(Conversations conversations, String project, String id, String item) {
        assertThat(done(conversations.get(project, id))).isNull();
        assertThat(done(conversations.update(project, id, none()))).isNull();
        assertThat(done(conversations.addItems(project, id, List.of(message("more")))))
                .isNull();
        assertThat(done(conversations.append(project, id, "resp_1", List.of(message("more")))))
                .isNull();
        assertThat(done(conversations.items(project, id))).isNull();
        assertThat(done(conversations.listItems(project, id, PageRequest.of(null, null, null))))
                .isNull();
        assertThat(done(conversations.getItem(project, id, item))).isNull();
        assertThat(done(conversations.getItem(project, item))).isNull();
        assertThat(done(conversations.deleteItem(project, id, item))).isNull();
        assertThat(done(conversations.delete(project, id))).isFalse();
    }

    static String conversation(Conversations conversations, String... messages) {
        return id(done(conversations.create(
                PROJECT, none(), List.of(messages).stream().map(Trees::message).toList())));
    }

    static ObjectNode none() {
        return object("{}");
    }

    static String id(ObjectNode conversation) {
        return conversation.path("id").asText();
    }
}
