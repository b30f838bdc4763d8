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

import io.dromedary.api.Ids;
import io.dromedary.testing.SettableClock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Conversations in memory, where time and failures are the test's. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
final class ConversationsTest extends ConversationsContract {
    private static final Duration MONTH = Duration.ofDays(30);
    private static final Duration DAY = Duration.ofDays(1);

    private final SettableClock clock = new SettableClock();
    private final Ids ids = Ids.random(new Random(1), InstantSource.system());
    private final ClockedShelf<Outline> outlines = new ClockedShelf<>(Outline.CODEC, clock);
    private final ClockedShelf<ItemBlock> blocks = new ClockedShelf<>(ItemBlock.CODEC, clock);

    @Override
    Conversations open() {
        return conversations(outlines, blocks);
    }

    private Conversations conversations(ClockedShelf<Outline> outlines, ClockedShelf<ItemBlock> blocks) {
        return new Conversations(outlines, blocks, ids, clock, MONTH);
    }

    @Test
    void a_turn_reads_twice_however_many_items_there_are() {
        var conversations = open();
        for (var turns : new int[] {1, 200}) {
            var id = conversation(conversations);
            for (var turn = 0; turn < turns; turn++) {
                there(conversations.append(PROJECT, id, "resp_" + turn, List.of(message("in"), message("out"))));
            }
            var before = outlines.reads.get() + blocks.reads.get();
            assertThat(there(conversations.items(PROJECT, id))).hasSize(2 * turns);
            assertThat(outlines.reads.get() + blocks.reads.get() - before).isEqualTo(2);
        }
    }

    @Test
    void to_add_a_turn_writes_twice_however_many_items_there_are() {
        var conversations = open();
        var id = conversation(conversations);
        for (var turn = 0; turn < 100; turn++) {
            var before = outlines.writes.get() + blocks.writes.get();
            there(conversations.append(PROJECT, id, "resp_" + turn, List.of(message("in"), message("out"))));
            assertThat(outlines.writes.get() + blocks.writes.get() - before).isEqualTo(2);
        }
    }

    @Test
    void ids_that_items_bring_are_kept_and_those_that_are_missing_or_taken_are_given() {
        var conversations = open();
        var id = conversation(conversations);
        var middle = id.substring("conv_".length()) + "c";
        var turn = objects(
                "{'type':'message','id':'msg_1r0','role':'user','content':'kept'}",
                "{'type':'message','role':'user','content':'none'}",
                "{'type':'function_call','id':'msg_1r0','call_id':'call_1','name':'f','arguments':'{}'}",
                "{'type':'function_call_output','id':7,'call_id':'call_1','output':'no text'}",
                "{'type':'reasoning','id':'a/../b','summary':[]}");
        assertThat(ids(there(conversations.append(PROJECT, id, "resp_1", turn))))
                .containsExactly(
                        "msg_1r0",
                        "msg_" + middle + "0",
                        "fc_" + middle + "1",
                        "fco_" + middle + "2",
                        "rs_" + middle + "3");
        assertThat(ids(there(conversations.append(PROJECT, id, "resp_2", turn.subList(0, 2)))))
                .containsExactly("msg_" + middle + "4", "msg_" + middle + "5");
    }

    @Test
    void an_id_that_looks_like_ours_is_not_given_twice() {
        var conversations = open();
        var id = conversation(conversations);
        var ours = "msg_" + id.substring("conv_".length()) + "c0";
        there(conversations.addItems(PROJECT, id, List.of(message("guessed").put("id", ours))));
        there(conversations.addItems(PROJECT, id, List.of(message("named"))));
        assertThat(text(there(conversations.getItem(PROJECT, id, ours)))).isEqualTo("guessed");
        assertThat(ids(there(conversations.items(PROJECT, id)))).doesNotHaveDuplicates();
    }

    @Test
    void the_id_of_an_item_that_was_deleted_is_not_given_again() {
        var conversations = open();
        var id = conversation(conversations, "one");
        var first = ids(there(conversations.items(PROJECT, id))).getFirst();
        there(conversations.deleteItem(PROJECT, id, first));
        there(conversations.addItems(PROJECT, id, List.of(message("two"))));
        assertThat(ids(there(conversations.items(PROJECT, id)))).doesNotContain(first);
    }

    @Test
    void it_ends_when_its_time_is_over_after_the_last_change() {
        var conversations = open();
        var id = conversation(conversations, "one");
        clock.advance(MONTH.minusMillis(1));
        assertThat(done(conversations.get(PROJECT, id))).isNotNull();
        there(conversations.update(PROJECT, id, object("{'a':'b'}")));
        clock.advance(MONTH.minusMillis(1));
        assertThat(texts(there(conversations.items(PROJECT, id)))).containsExactly("one");
        clock.advance(Duration.ofMillis(1));
        assertThat(done(conversations.items(PROJECT, id))).isNull();
    }

    @Test
    void what_is_read_and_not_changed_lives_no_longer() {
        var conversations = open();
        var id = conversation(conversations, "one");
        for (var day = 0; day < 30; day++) {
            assertThat(done(conversations.items(PROJECT, id))).isNotNull();
            clock.advance(DAY);
        }
        assertThat(done(conversations.get(PROJECT, id))).isNull();
    }

    @Test
    void old_items_live_as_long_as_new_ones_and_are_seldom_renewed() {
        var conversations = open();
        var id = conversation(conversations, "first");
        for (var day = 0; day < 100; day++) {
            clock.advance(DAY);
            there(conversations.addItems(PROJECT, id, List.of(message("day " + day))));
        }
        // a hundred blocks, each renewed every five days or so
        assertThat(blocks.writes.get()).isBetween(200, 1500);
        clock.advance(MONTH.minusMillis(1));
        assertThat(there(conversations.items(PROJECT, id))).hasSize(101);
    }

    @Test
    void whenever_the_last_change_was_items_outlive_their_outline() {
        for (var hours = 1; hours < 30 * 24; hours += 13) {
            var conversations = open();
            var id = conversation(conversations, "one");
            for (var change = 0; change < 4; change++) {
                clock.advance(Duration.ofHours(hours));
                assertThat(done(conversations.update(PROJECT, id, none()))).isNotNull();
            }
            clock.advance(MONTH.minusMillis(1));
            assertThat(there(conversations.items(PROJECT, id))).hasSize(1);
        }
    }

    @Test
    void nothing_of_a_deleted_conversation_is_left_in_the_store() {
        var conversations = open();
        var id = conversation(conversations, "one");
        there(conversations.addItems(PROJECT, id, List.of(message("two"))));
        done(conversations.delete(PROJECT, id));
        assertThat(outlines.size()).isZero();
        assertThat(blocks.size()).isZero();
    }

    @Test
    void nothing_of_a_deleted_item_is_left_in_the_store() {
        var conversations = open();
        var id = conversation(conversations, "a secret", "no secret");
        var named = ids(there(conversations.items(PROJECT, id)));
        there(conversations.deleteItem(PROJECT, id, named.getFirst()));
        assertThat(blocks.texts()).doesNotContain("a secret").contains("no secret");
        there(conversations.deleteItem(PROJECT, id, named.getLast()));
        assertThat(blocks.size()).isZero();
        assertThat(there(conversations.items(PROJECT, id))).isEmpty();
    }

    @Test
    void nothing_is_left_of_what_was_for_a_conversation_that_is_gone_by_then() {
        var conversations = open();
        var id = conversation(conversations, "one");
        outlines.beforeReplacing = () -> done(conversations(outlines, blocks).delete(PROJECT, id));
        assertThat(done(conversations.addItems(PROJECT, id, List.of(message("two")))))
                .isNull();
        assertThat(blocks.size()).isZero();
    }

    @Test
    void an_item_that_is_deleted_while_it_is_read_is_left_out() {
        var slow = new ClockedShelf<>(ItemBlock.CODEC, clock);
        var conversations = conversations(outlines, slow);
        var id = conversation(conversations, "one", "two");
        var first = ids(there(conversations.items(PROJECT, id))).getFirst();
        slow.beforeReading = () -> there(conversations(outlines, slow).deleteItem(PROJECT, id, first));
        assertThat(texts(there(conversations.items(PROJECT, id)))).containsExactly("two");
    }

    @Test
    void items_that_are_added_are_there_once_where_the_answer_was_lost() {
        var conversations = open();
        var id = conversation(conversations);
        outlines.answersToLose.set(1);
        var added = there(conversations.addItems(PROJECT, id, List.of(message("one"))));
        assertThat(added.path("data")).hasSize(1);
        assertThat(there(conversations.items(PROJECT, id)))
                .isEqualTo(List.of(added.path("data").get(0)));
    }

    @Test
    void what_is_deleted_is_gone_where_the_answer_was_lost() {
        var conversations = open();
        var id = conversation(conversations, "one", "two");
        var first = ids(there(conversations.items(PROJECT, id))).getFirst();
        outlines.answersToLose.set(1);
        assertThat(done(conversations.deleteItem(PROJECT, id, first))).isNotNull();
        assertThat(blocks.texts()).doesNotContain("one");
        outlines.answersToLose.set(1);
        assertThat(done(conversations.delete(PROJECT, id))).isTrue();
        assertThat(blocks.size()).isZero();
    }

    @Test
    void a_conversation_is_there_where_the_answer_was_lost() {
        outlines.answersToLose.set(1);
        blocks.answersToLose.set(1);
        var conversations = open();
        assertThat(there(conversations.items(PROJECT, conversation(conversations, "one"))))
                .hasSize(1);
    }

    @Test
    void a_store_that_lost_items_is_a_fault_and_no_short_answer() {
        var conversations = open();
        var id = conversation(conversations, "one");
        var emptied = conversations(outlines, new ClockedShelf<>(ItemBlock.CODEC, clock));
        assertThat(emptied.items(PROJECT, id).toCompletableFuture())
                .isCompletedExceptionally()
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withMessageContaining(id);
    }

    @Test
    void an_after_that_is_no_item_is_refused() {
        var conversations = open();
        var id = conversation(conversations, "one");
        var refused =
                Refusals.of(() -> conversations.listItems(PROJECT, id, PageRequest.of(null, null, "msg_unknown")));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.param()).isEqualTo("after");
    }
}
