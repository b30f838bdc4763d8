package io.dromedary.responses;

import static io.dromedary.responses.Turns.PROJECT;
import static io.dromedary.responses.Turns.done;
import static io.dromedary.responses.Turns.first;
import static io.dromedary.responses.Turns.id;
import static io.dromedary.responses.Turns.running;
import static io.dromedary.responses.Turns.said;
import static io.dromedary.responses.Turns.turn;
import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.api.json.Json;
import io.dromedary.config.GatewaySettings.Responses;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Time and failures, and what is asked of the shelf. */
final class ResponseMemoryTest {
    private static final Duration DAY = Duration.ofDays(1);

    private final ManualTimer timer = new ManualTimer();
    private final CountedShelf<Kept> responses = new CountedShelf<>(Kept.CODEC, timer.clock);
    private final CountedShelf<Segment> events = new CountedShelf<>(Segment.CODEC, timer.clock);
    private final ResponseMemory memory = memory();

    private ResponseMemory memory() {
        return new ResponseMemory(
                responses,
                events,
                EventLog.Pace.SHARED,
                () -> new Responses(Duration.ofDays(30), Duration.ofHours(24)),
                timer);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 10, 32, 33, 34, 64, 65, 100, 500})
    void a_history_of_any_length_is_two_reads_or_three(int length) {
        var ids = chain(length);
        responses.gets = 0;
        responses.batches = 0;

        var history = Objects.requireNonNull(done(memory.history(PROJECT, ids.getLast())));

        assertThat(history.ancestors()).isEqualTo(ids);
        assertThat(history.items()).hasSize(2 * length);
        assertThat(responses.gets).isEqualTo(1);
        assertThat(responses.batches).isEqualTo(length == 1 ? 0 : length <= Lineage.BLOCK ? 1 : 2);
    }

    @Test
    void a_history_that_has_lost_any_of_its_turns_is_not_there() {
        var ids = chain(100);
        for (var lost : List.of(0, 31, 40, 63, 64, 98)) {
            var there = done(responses.get(ids.get(lost)));
            assertThat(done(responses.remove(ids.get(lost), Objects.requireNonNull(there))))
                    .isTrue();
            assertThat(done(memory.history(PROJECT, ids.getLast())))
                    .as("turn %d", lost)
                    .isNull();
            done(responses.putIfAbsent(ids.get(lost), there.value(), Duration.ofDays(1)));
        }
        assertThat(done(memory.history(PROJECT, ids.getLast()))).isNotNull();
    }

    @Test
    void records_that_name_all_that_are_before_them_are_read_and_continued() {
        List<String> ids = new ArrayList<>();
        for (var turn = 0; turn < 150; turn++) {
            var next = turn(id(), ids, "turn " + turn);
            if (turn < 90) {
                next = new StoredResponse(
                        next.id(), PROJECT, new Lineage(List.of(), ids), null, next.input(), next.response());
            }
            done(memory.store(next));
            ids.add(next.id());
            assertThat(Objects.requireNonNull(done(memory.history(PROJECT, next.id())))
                            .ancestors())
                    .isEqualTo(ids);
        }
    }

    @Test
    void what_a_record_names_hardly_grows() {
        var ids = IntStream.range(0, 1000).mapToObj(i -> "resp_" + i).toList();
        assertThat(IntStream.range(0, 1000)
                        .map(turns -> Lineage.of(ids.subList(0, turns)).named().size())
                        .max())
                .hasValue(Lineage.BLOCK - 1 + 30);
    }

    private List<String> chain(int length) {
        List<String> ids = new ArrayList<>();
        for (var turn = 0; turn < length; turn++) {
            var next = turn(id(), ids, "turn " + turn);
            done(memory.store(next));
            ids.add(next.id());
        }
        return ids;
    }

    @Test
    void a_response_is_one_write() {
        done(memory.store(first("a")));
        assertThat(responses.writes).isEqualTo(1);
        assertThat(responses.gets).isZero();
    }

    @Test
    void a_response_of_which_nobody_has_heard_is_one_write_and_no_look() {
        var whole = first("a");
        var told = Json.bytes(whole.response());
        assertThat(done(memory.storeNew(whole, told))).isTrue();
        assertThat(responses.writes).isEqualTo(1);
        assertThat(responses.gets).isZero();
        assertThat(done(memory.find(PROJECT, whole.id()))).isEqualTo(whole);
        assertThat(Kept.of(whole, told).text()).isEqualTo(Kept.of(whole).text());
    }

    @Test
    void what_is_stored_is_gone_after_its_retention() {
        var kept = first("a");
        done(memory.store(kept));
        timer.advance(DAY.multipliedBy(30).minusMillis(1));
        assertThat(done(memory.find(PROJECT, kept.id()))).isNotNull();
        timer.advance(Duration.ofMillis(1));
        assertThat(done(memory.find(PROJECT, kept.id()))).isNull();
        assertThat(done(memory.history(PROJECT, kept.id()))).isNull();
    }

    @Test
    void a_chain_whose_first_turn_has_expired_is_not_there() {
        var one = first("a");
        done(memory.store(one));
        timer.advance(DAY.multipliedBy(20));
        var two = turn(id(), List.of(one.id()), "b");
        done(memory.store(two));
        assertThat(said(done(memory.history(PROJECT, two.id())))).containsExactly("a", "re: a", "b", "re: b");
        timer.advance(DAY.multipliedBy(10));
        assertThat(done(memory.find(PROJECT, two.id()))).isNotNull();
        assertThat(done(memory.history(PROJECT, two.id()))).isNull();
    }

    @Test
    void a_response_that_runs_is_there_for_as_long_as_it_runs() {
        var id = id();
        done(memory.begin(running(id)));
        timer.advance(Duration.ofHours(1));
        assertThat(done(memory.find(PROJECT, id))).isNotNull();
        assertThat(done(memory.store(turn(id, List.of(), "go")))).isTrue();
        timer.advance(DAY);
        assertThat(done(memory.find(PROJECT, id))).isNotNull().matches(found -> !found.isRunning());
        assertThat(timer.waiting()).isZero();
    }

    @Test
    void a_response_whose_gateway_was_killed_is_gone_within_a_minute() {
        var id = id();
        var dead = new ResponseMemory(
                responses,
                events,
                EventLog.Pace.SHARED,
                () -> new Responses(DAY, DAY),
                (wait, what) -> () -> {}); // its timers do not fire any more
        done(dead.begin(running(id)));
        timer.advance(Duration.ofSeconds(59));
        assertThat(done(memory.find(PROJECT, id))).isNotNull();
        timer.advance(Duration.ofSeconds(1));
        assertThat(done(memory.find(PROJECT, id))).isNull();
        assertThat(responses.size()).isZero();
    }

    @Test
    void a_response_that_is_abandoned_is_gone_within_a_minute() {
        var id = id();
        done(memory.begin(running(id)));
        timer.advance(Duration.ofSeconds(30));
        memory.abandon(id);
        timer.advance(Duration.ofSeconds(60));
        assertThat(done(memory.find(PROJECT, id))).isNull();
        assertThat(timer.waiting()).isZero();
    }

    @Test
    void a_response_outlives_a_store_that_was_away_while_it_ran() {
        var id = id();
        done(memory.begin(running(id)));
        responses.failing = true;
        timer.advance(Duration.ofMinutes(2));
        responses.failing = false;
        assertThat(done(memory.find(PROJECT, id))).isNull();
        timer.advance(Duration.ofSeconds(20));
        assertThat(done(memory.find(PROJECT, id))).isNotNull();

        responses.forget(id);
        assertThat(done(memory.store(turn(id, List.of(), "go")))).isTrue();
        assertThat(said(done(memory.history(PROJECT, id)))).containsExactly("go", "re: go");
    }

    @Test
    void who_runs_a_response_learns_that_another_gateway_deleted_it() {
        var id = id();
        done(memory.begin(running(id)));
        var recording = memory.events().record(id);
        recording.append(Reading.bytes(Reading.events(0, 3)));
        timer.advance(Duration.ofMillis(200));
        assertThat(events.size()).isEqualTo(1);
        assertThat(done(memory().delete(PROJECT, id))).isTrue();
        recording.append(Reading.bytes(Reading.events(3, 6)));
        timer.advance(Duration.ofMillis(200));

        timer.advance(Heartbeat.EVERY);

        recording.append(Reading.bytes(Reading.events(6, 9)));
        timer.advance(Duration.ofSeconds(1));
        assertThat(timer.waiting()).isZero();
        assertThat(done(memory.store(turn(id, List.of(), "go")))).isFalse();
        assertThat(done(memory.find(PROJECT, id))).isNull();
        assertThat(events.size())
                .as("what was written after the deletion and before it was known")
                .isLessThanOrEqualTo(1);
        timer.advance(DAY);
        assertThat(responses.size()).isZero();
        assertThat(events.size()).isZero();
    }

    @Test
    void a_write_is_complete_when_the_shelf_has_it() {
        responses.holding = true;
        var kept = first("a");
        var stored = memory.store(kept).toCompletableFuture();
        assertThat(stored).isNotDone();
        responses.release();
        assertThat(stored).isCompletedWithValue(true);
    }

    @Test
    void a_store_that_is_away_is_a_failure() {
        responses.failing = true;
        assertThat(memory.store(first("a")).toCompletableFuture()).isCompletedExceptionally();
        assertThat(memory.history(PROJECT, id()).toCompletableFuture()).isCompletedExceptionally();
    }
}
