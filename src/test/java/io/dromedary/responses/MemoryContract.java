package io.dromedary.responses;

import static io.dromedary.responses.Reading.bytes;
import static io.dromedary.responses.Turns.PROJECT;
import static io.dromedary.responses.Turns.done;
import static io.dromedary.responses.Turns.first;
import static io.dromedary.responses.Turns.id;
import static io.dromedary.responses.Turns.running;
import static io.dromedary.responses.Turns.said;
import static io.dromedary.responses.Turns.turn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import io.dromedary.config.GatewaySettings.Responses;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What the memory keeps to, wherever its shelves are, and for however many gateways. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class MemoryContract {
    private static final int TREE = 200;
    private static final int THREADS = 8;
    static final Supplier<Responses> SETTINGS = () -> new Responses(Duration.ofDays(30), Duration.ofHours(24));

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final ExecutorService loop = Executors.newSingleThreadExecutor();
    private ResponseMemory memory;

    /** Another gateway's memory in the same store. */
    abstract ResponseMemory open(Timer timer) throws Exception;

    /** The store goes. */
    abstract void shut();

    @BeforeAll
    void begin() throws Exception {
        memory = another();
    }

    @AfterAll
    void end() {
        shut();
        clock.shutdownNow();
        loop.shutdownNow();
    }

    private ResponseMemory another() throws Exception {
        return open((wait, what) -> {
            var task = clock.schedule(what, wait.toMillis(), TimeUnit.MILLISECONDS);
            return () -> task.cancel(false);
        });
    }

    @Test
    void what_was_stored_is_found_as_it_was() {
        var input = (ObjectNode) Json.read(bytes("""
                {"type":"message","id":"msg_1","x":{"a":[1,2.50,-1e300,null,true,12345678901234567890]},
                 "text":"\\u0000 \\" \\\\ \u00fc \u6c34 \ud83d\udc2a \u200f\u202e \\n\\r\\t","acme:unknown":{}}"""));
        var response = Json.MAPPER.createObjectNode().put("status", "completed");
        response.putArray("output").addObject().put("type", "function_call").put("arguments", "{\"a\":1}");
        var kept = new StoredResponse(
                id(), PROJECT, Lineage.of(List.of("resp_1", "resp_2")), "conv_1", List.of(input), response);
        assertThat(done(memory.store(kept))).isTrue();
        assertThat(done(memory.find(PROJECT, kept.id()))).isEqualTo(kept);
    }

    @Test
    void half_a_character_comes_back_as_it_was() {
        var kept = first("a\ud83d b \udc2a \ud83d\udc2a");
        done(memory.store(kept));
        assertThat(done(memory.find(PROJECT, kept.id()))).isEqualTo(kept);
    }

    @Test
    void what_is_nested_as_deep_as_a_request_may_is_found() {
        var deep = Json.MAPPER.createObjectNode();
        var at = deep;
        for (var depth = 1; depth < Json.MAX_DEPTH; depth++) {
            at = at.putObject("d");
        }
        deep.put("status", "completed");
        var kept = new StoredResponse(id(), PROJECT, Lineage.NONE, null, List.of(deep), deep);
        done(memory.store(kept));
        assertThat(done(memory.find(PROJECT, kept.id()))).isEqualTo(kept);
    }

    @Test
    void unknown_foreign_and_deleted_are_the_same() {
        var kept = first("a");
        done(memory.store(kept));
        assertThat(done(memory.find(PROJECT, id()))).isNull();
        assertThat(done(memory.find(PROJECT, ""))).isNull();
        assertThat(done(memory.find(PROJECT, "x".repeat(100_000)))).isNull();
        assertThat(done(memory.find("other", kept.id()))).isNull();
        assertThat(done(memory.history("other", kept.id()))).isNull();
        assertThat(done(memory.delete("other", kept.id()))).isFalse();
        assertThat(done(memory.delete(PROJECT, kept.id()))).isTrue();
        assertThat(done(memory.delete(PROJECT, kept.id()))).isFalse();
        assertThat(done(memory.find(PROJECT, kept.id()))).isNull();
        assertThat(done(memory.history(PROJECT, kept.id()))).isNull();
    }

    @Test
    void a_history_is_each_turns_input_and_output_in_order() {
        var one = first("a");
        var two = turn(id(), List.of(one.id()), "b");
        var three = turn(id(), List.of(one.id(), two.id()), "c");
        for (var each : List.of(one, two, three)) {
            done(memory.store(each));
        }
        var history = Objects.requireNonNull(done(memory.history(PROJECT, three.id())));
        assertThat(said(history)).containsExactly("a", "re: a", "b", "re: b", "c", "re: c");
        assertThat(history.ancestors()).containsExactly(one.id(), two.id(), three.id());
    }

    @Test
    void a_chain_that_misses_a_turn_is_not_there() {
        var one = first("a");
        var two = turn(id(), List.of(one.id()), "b");
        var three = turn(id(), List.of(one.id(), two.id()), "c");
        for (var each : List.of(one, two, three)) {
            done(memory.store(each));
        }
        assertThat(done(memory.delete(PROJECT, two.id()))).isTrue();
        assertThat(done(memory.history(PROJECT, three.id()))).isNull();
        assertThat(said(done(memory.history(PROJECT, one.id())))).containsExactly("a", "re: a");
    }

    @Test
    void an_item_is_found_by_its_own_id() {
        var one = first("a");
        done(memory.store(one));
        for (var item : List.of(one.input().getFirst(), one.output().getFirst())) {
            assertThat(done(memory.item(PROJECT, item.path("id").asText()))).isEqualTo(item);
            assertThat(done(memory.item("other", item.path("id").asText()))).isNull();
        }
        assertThat(done(memory.item(PROJECT, one.input().getFirst().path("id").asText() + "z")))
                .isNull();
        assertThat(done(memory.item(PROJECT, "item_of_somebody"))).isNull();
    }

    @Test
    void a_response_that_runs_is_found_and_not_continued() throws Exception {
        var id = id();
        done(memory.begin(running(id)));
        assertThat(done(another().find(PROJECT, id))).isEqualTo(running(id));
        assertThat(done(another().history(PROJECT, id))).isNull();
        assertThat(done(memory.store(turn(id, List.of(), "go")))).isTrue();
        assertThat(said(done(another().history(PROJECT, id)))).containsExactly("go", "re: go");
    }

    @Test
    void the_first_end_holds_and_may_be_told_twice() {
        var id = id();
        done(memory.begin(running(id)));
        var end = turn(id, List.of(), "go");
        assertThat(done(memory.store(end))).isTrue();
        assertThat(done(memory.store(end))).isTrue();
        assertThat(done(memory.store(turn(id, List.of(), "go", "failed")))).isFalse();
        assertThat(done(memory.find(PROJECT, id))).isEqualTo(end);
    }

    @Test
    void the_end_of_a_response_that_was_deleted_does_not_bring_it_back() throws Exception {
        for (var by : List.of(memory, another())) {
            var id = id();
            done(memory.begin(running(id)));
            assertThat(done(by.delete(PROJECT, id))).isTrue();
            assertThat(done(memory.find(PROJECT, id))).isNull();
            assertThat(done(memory.store(turn(id, List.of(), "go")))).isFalse();
            assertThat(done(memory.find(PROJECT, id))).isNull();
            assertThat(done(by.delete(PROJECT, id))).isFalse();
        }
    }

    @Test
    void an_end_and_a_deletion_at_once_leave_no_half() throws Exception {
        var other = another();
        for (var i = 0; i < 20; i++) {
            var id = id();
            done(memory.begin(running(id)));
            var stored = loopCall(() -> done(memory.store(turn(id, List.of(), "go"))));
            assertThat(done(other.delete(PROJECT, id))).isTrue();
            stored.get();
            assertThat(done(memory.find(PROJECT, id))).isNull();
        }
    }

    private <T> Future<T> loopCall(Callable<T> call) {
        return loop.submit(call);
    }

    /** A node of the tree, with everything that was said on the way to it. */
    private record Node(String id, List<String> said) {}

    @Test
    void every_leaf_of_a_tree_that_grows_in_parallel_has_its_own_path() throws Exception {
        var root = first("0");
        done(memory.store(root));
        List<Node> nodes = new CopyOnWriteArrayList<>(List.of(new Node(root.id(), List.of("0", "re: 0"))));
        try (var threads = Executors.newFixedThreadPool(THREADS)) {
            var growing = IntStream.range(0, THREADS)
                    .mapToObj(i -> threads.submit(() -> grow(nodes, new SplittableRandom(i), i)))
                    .toList();
            for (var each : growing) {
                each.get();
            }
        }
        assertThat(nodes).hasSize(TREE + 1);
        for (var node : nodes) {
            assertThat(said(done(memory.history(PROJECT, node.id())))).isEqualTo(node.said());
        }
    }

    private void grow(List<Node> nodes, SplittableRandom random, int thread) {
        for (var i = 0; i < TREE / THREADS; i++) {
            var from = nodes.get(random.nextInt(nodes.size()));
            var history = Objects.requireNonNull(done(memory.history(PROJECT, from.id())));
            var text = thread + "." + i;
            var next = turn(id(), history.ancestors(), text);
            assertThat(done(memory.store(next))).isTrue();
            var said = new ArrayList<>(from.said());
            said.addAll(List.of(text, "re: " + text));
            nodes.add(new Node(next.id(), said));
        }
    }

    @Test
    void gateways_take_turns() throws Exception {
        var gateways = List.of(memory, another(), another());
        var last = first("0");
        done(memory.store(last));
        var said = new ArrayList<>(List.of("0", "re: 0"));
        for (var i = 1; i < 80; i++) {
            var gateway = gateways.get(i % gateways.size());
            var history = Objects.requireNonNull(done(gateway.history(PROJECT, last.id())));
            assertThat(said(history)).isEqualTo(said);
            last = turn(id(), history.ancestors(), "" + i);
            done(gateway.store(last));
            said.addAll(List.of("" + i, "re: " + i));
        }
    }

    @Test
    void a_stream_is_followed_here_and_elsewhere_while_it_runs_and_after_it_ended() throws Exception {
        var id = id();
        done(memory.begin(running(id)));
        var recording = memory.events().record(id);
        recording.append(bytes(Reading.events(0, 5)));
        var other = another();
        var here = follow(memory, id, -1);
        var elsewhere = follow(other, id, 2);
        recording.append(bytes(Reading.events(5, 2000)));
        await().until(() -> here.text().length() == Reading.events(0, 2000).length());
        assertThat(memory.events().readers(id)).isEqualTo(1);
        assertThat(other.events().readers(id)).isEqualTo(1);
        done(memory.store(turn(id, List.of(), "go")));
        done(recording.end(bytes(Reading.events(2000, 2001))));

        await().until(() -> here.ended() && elsewhere.ended());
        assertThat(here.text()).isEqualTo(Reading.events(0, 2001) + "data: [DONE]\n\n");
        assertThat(elsewhere.text()).isEqualTo(Reading.events(3, 2001) + "data: [DONE]\n\n");
        for (var after : List.of(-1, 0, 777, 1999, 2000, 5000)) {
            var late = follow(another(), id, after);
            await().until(late::ended);
            assertThat(late.text()).isEqualTo(Reading.events(after + 1, 2001) + "data: [DONE]\n\n");
        }
        assertThat(memory.events().readers(id)).isZero();
        assertThat(done(memory.events().follow("other", id, -1, loop))).isNull();
        assertThat(done(other.delete(PROJECT, id))).isTrue();
        assertThat(done(memory.events().follow(PROJECT, id, -1, loop))).isNull();
    }

    private Reading follow(ResponseMemory by, String id, int after) throws Exception {
        var source = Objects.requireNonNull(done(by.events().follow(PROJECT, id, after, loop)));
        return loopCall(() -> Reading.of(source)).get();
    }
}
