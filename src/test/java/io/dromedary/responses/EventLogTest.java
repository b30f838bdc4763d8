package io.dromedary.responses;

import static io.dromedary.responses.Reading.bytes;
import static io.dromedary.responses.Reading.events;
import static io.dromedary.responses.Turns.PROJECT;
import static io.dromedary.responses.Turns.done;
import static io.dromedary.responses.Turns.id;
import static io.dromedary.responses.Turns.running;
import static io.dromedary.responses.Turns.turn;
import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.api.EventSource;
import io.dromedary.config.GatewaySettings.Responses;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Streams and those who follow them: who gets what, when, and what is kept meanwhile. */
final class EventLogTest {
    private static final String DONE = "data: [DONE]\n\n";
    private static final Duration FLUSH = Duration.ofMillis(200);
    private static final Duration DAY = Duration.ofDays(1);

    private final ManualTimer timer = new ManualTimer();
    private final CountedShelf<Kept> responses = new CountedShelf<>(Kept.CODEC, timer.clock);
    private final CountedShelf<Segment> segments = new CountedShelf<>(Segment.CODEC, timer.clock);
    private final ResponseMemory here = memory(EventLog.Pace.SHARED);
    private final ResponseMemory elsewhere = memory(EventLog.Pace.SHARED);
    private final String id = id();

    private ResponseMemory memory(EventLog.Pace pace) {
        return new ResponseMemory(
                responses, segments, pace, () -> new Responses(Duration.ofDays(30), Duration.ofHours(24)), timer);
    }

    private Recording begun() {
        done(here.begin(running(id)));
        return here.events().record(id);
    }

    private void stored() {
        done(here.store(turn(id, List.of(), "go")));
    }

    private EventSource source(ResponseMemory by, int after) {
        var source = done(by.events().follow(PROJECT, id, after, Runnable::run));
        return Objects.requireNonNull(source);
    }

    @Test
    void a_follower_gets_each_event_when_it_is_sent() {
        var recording = begun();
        var reading = Reading.of(source(here, -1));
        for (var number = 0; number < 10; number++) {
            recording.append(bytes(events(number, number + 1)));
            assertThat(reading.text()).isEqualTo(events(0, number + 1));
        }
    }

    @Test
    void events_go_to_the_shelf_together_when_time_has_passed() {
        var recording = begun();
        for (var number = 0; number < 10; number++) {
            recording.append(bytes(events(number, number + 1)));
        }
        assertThat(segments.size()).isZero();
        timer.advance(FLUSH);
        assertThat(segments.size()).isEqualTo(1);
        timer.advance(FLUSH.multipliedBy(10));
        assertThat(segments.size()).isEqualTo(1);
        assertThat(recording.held()).isZero();
    }

    @Test
    void events_go_to_the_shelf_when_many_have_come_together() {
        var recording = begun();
        for (var number = 0; number < 10_000; number++) {
            recording.append(bytes(events(number, number + 1)));
            assertThat(recording.held()).isLessThan(33 << 10);
        }
        var all = bytes(events(0, 10_000)).length;
        assertThat(segments.size()).isBetween(all / (33 << 10), all / (32 << 10));
    }

    @Test
    void a_gateway_that_is_alone_writes_no_events_down_before_there_are_many() {
        var alone = memory(EventLog.Pace.ALONE);
        done(alone.begin(running(id)));
        var recording = alone.events().record(id);
        recording.append(bytes(events(0, 10)));
        timer.advance(Duration.ofMinutes(1));
        assertThat(segments.size()).isZero();
        var reading = Reading.of(source(alone, 3));
        done(alone.store(turn(id, List.of(), "go")));
        done(recording.end(bytes(events(10, 11))));
        assertThat(segments.size()).isEqualTo(1);
        assertThat(reading.text()).isEqualTo(events(4, 11) + DONE);
    }

    @Test
    void the_end_is_let_out_when_it_is_written_and_not_before() {
        var recording = begun();
        var early = Reading.of(source(here, -1));
        recording.append(bytes(events(0, 3)));
        segments.holding = true;
        stored();
        var ended = recording.end(bytes(events(3, 4))).toCompletableFuture();
        var late = Reading.of(source(here, 0));

        assertThat(ended).isNotDone();
        assertThat(early.text()).isEqualTo(events(0, 3));
        assertThat(late.text()).isEqualTo(events(1, 3));

        segments.release();
        assertThat(ended).isCompleted();
        assertThat(early.text()).isEqualTo(events(0, 4) + DONE);
        assertThat(late.text()).isEqualTo(events(1, 4) + DONE);
        assertThat(early.ended() && late.ended()).isTrue();
        assertThat(timer.waiting()).isZero();
    }

    @Test
    void what_comes_while_a_write_is_under_way_is_seen_at_once_and_goes_with_the_next() {
        var recording = begun();
        segments.holding = true;
        recording.append(bytes(events(0, 3)));
        timer.advance(FLUSH);
        recording.append(bytes(events(3, 5)));
        timer.advance(FLUSH);
        recording.append(bytes(events(5, 6)));
        var reading = Reading.of(source(here, -1));
        assertThat(reading.text()).isEqualTo(events(0, 6));
        stored();
        var ended = recording.end(bytes(events(6, 7))).toCompletableFuture();
        segments.release();
        assertThat(ended).isCompleted();
        assertThat(reading.text()).isEqualTo(events(0, 7) + DONE);
        assertThat(segments.size()).isEqualTo(2);
    }

    @Test
    void several_follow_from_where_each_of_them_is() {
        var recording = begun();
        recording.append(bytes(events(0, 100)));
        timer.advance(FLUSH);
        recording.append(bytes(events(100, 200)));
        var all = List.of(Reading.of(source(here, -1)), Reading.of(source(here, 50)), Reading.of(source(here, 150)));
        assertThat(here.events().readers(id)).isEqualTo(3);
        recording.append(bytes(events(200, 300)));
        stored();
        done(recording.end(bytes(events(300, 301))));
        assertThat(all.get(0).text()).isEqualTo(events(0, 301) + DONE);
        assertThat(all.get(1).text()).isEqualTo(events(51, 301) + DONE);
        assertThat(all.get(2).text()).isEqualTo(events(151, 301) + DONE);
        assertThat(here.events().readers(id)).isZero();
    }

    @Test
    void a_slow_reader_waits_and_misses_nothing_while_nothing_is_held_for_it() {
        var recording = begun();
        var source = source(here, -1);
        var reading = Reading.slowly(source);
        for (var number = 0; number < 5_000; number++) {
            recording.append(bytes(events(number, number + 1)));
        }
        assertThat(reading.text()).isEqualTo(events(0, 1));
        assertThat(recording.held()).isLessThan(33 << 10);
        stored();
        done(recording.end(bytes(events(5_000, 5_001))));
        var pushes = 0;
        while (!reading.ended()) {
            var before = reading.text().length();
            source.resume();
            assertThat(reading.text().length() - before).isLessThan(40 << 10);
            pushes++;
        }
        assertThat(reading.text()).isEqualTo(events(0, 5_001) + DONE);
        assertThat(pushes).isGreaterThan(5);
    }

    @Test
    void a_reader_that_leaves_is_told_nothing_more_and_not_counted() {
        var recording = begun();
        var source = source(here, -1);
        var reading = Reading.of(source);
        recording.append(bytes(events(0, 1)));
        source.cancel();
        source.cancel();
        recording.append(bytes(events(1, 2)));
        assertThat(reading.text()).isEqualTo(events(0, 1));
        assertThat(here.events().readers(id)).isZero();
    }

    @Test
    void a_reader_that_leaves_before_it_began_is_not_counted() {
        begun();
        var source = source(here, -1);
        source.cancel();
        var reading = Reading.of(source);
        assertThat(here.events().readers(id)).isZero();
        assertThat(reading.text()).isEmpty();
    }

    @Test
    void another_process_gets_the_same_some_time_later() {
        var recording = begun();
        var reading = Reading.of(source(elsewhere, 0));
        recording.append(bytes(events(0, 10)));
        timer.advance(FLUSH.multipliedBy(2));
        assertThat(reading.text()).isEqualTo(events(1, 10));
        timer.advance(Duration.ofMinutes(5));
        stored();
        done(recording.end(bytes(events(10, 11))));
        timer.advance(FLUSH);
        assertThat(reading.text()).isEqualTo(events(1, 11) + DONE);
        assertThat(reading.ended()).isTrue();
        assertThat(timer.waiting()).isZero();
    }

    @Test
    void readers_elsewhere_are_known_of_for_as_long_as_they_read() {
        begun();
        assertThat(done(here.events().isFollowed(id))).isFalse();
        var source = source(elsewhere, -1);
        Reading.of(source);
        assertThat(done(here.events().isFollowed(id))).isTrue();
        timer.advance(Duration.ofMinutes(5));
        assertThat(done(here.events().isFollowed(id))).isTrue();
        source.cancel();
        timer.advance(Segments.READER);
        assertThat(done(here.events().isFollowed(id))).isFalse();
        Reading.of(source(here, -1));
        assertThat(done(here.events().isFollowed(id))).isTrue();
    }

    @Test
    void after_the_events_have_run_out_there_is_nothing_to_follow() {
        var recording = begun();
        recording.append(bytes(events(0, 10)));
        stored();
        done(recording.end(bytes(events(10, 11))));
        timer.advance(DAY.minusMillis(1));
        assertThat(Reading.of(source(here, -1)).text()).isEqualTo(events(0, 11) + DONE);
        timer.advance(Duration.ofMillis(1));
        assertThat(done(here.events().follow(PROJECT, id, -1, Runnable::run))).isNull();
        assertThat(done(here.find(PROJECT, id))).isNotNull();
    }

    @Test
    void what_was_not_streamed_or_is_not_there_is_not_followed() {
        stored();
        assertThat(done(here.events().follow(PROJECT, id, -1, Runnable::run))).isNull();
        assertThat(done(here.events().follow(PROJECT, id(), -1, Runnable::run))).isNull();
        assertThat(done(here.events().follow("other", id, -1, Runnable::run))).isNull();
    }

    @Test
    void a_stream_whose_gateway_died_ends_with_an_error_for_its_followers() {
        // its heart does not beat, and its events are not written
        var dead = new ResponseMemory(
                responses, segments, EventLog.Pace.SHARED, () -> new Responses(DAY, DAY), (wait, what) -> () -> {});
        done(dead.begin(running(id)));
        var recording = dead.events().record(id);
        recording.append(bytes(events(0, 2_000)));
        var reading = Reading.of(source(here, 1_990));
        timer.advance(Duration.ofSeconds(70));
        assertThat(reading.ended()).isTrue();
        assertThat(reading.text())
                .startsWith(events(1_991, 2_000) + "event: error\ndata: {\"type\":\"error\",\"sequence_number\":2000,")
                .doesNotContain("[DONE]");
        assertThat(here.events().readers(id)).isZero();
        assertThat(timer.waiting()).isZero();
    }

    @Test
    void a_stream_whose_gateway_died_between_the_last_two_writes_ends_with_an_error() {
        var recording = begun();
        recording.append(bytes(events(0, 3)));
        timer.advance(FLUSH);
        stored();
        var reading = Reading.of(source(elsewhere, -1));
        timer.advance(Duration.ofSeconds(4));
        assertThat(reading.ended()).isFalse();
        timer.advance(Duration.ofSeconds(10));
        assertThat(reading.ended()).isTrue();
        assertThat(reading.text()).startsWith(events(0, 3) + "event: error").doesNotContain("[DONE]");
    }

    @Test
    void whoever_follows_what_is_deleted_is_told_and_no_event_stays() {
        var recording = begun();
        recording.append(bytes(events(0, 3)));
        timer.advance(FLUSH);
        var near = Reading.of(source(here, -1));
        var far = Reading.of(source(elsewhere, -1));
        assertThat(done(here.delete(PROJECT, id))).isTrue();
        assertThat(near.ended()).isTrue();
        assertThat(near.text()).startsWith(events(0, 3) + "event: error");
        recording.append(bytes(events(3, 6)));
        assertThat(recording.end(bytes(events(6, 7))).toCompletableFuture()).isCompleted();
        timer.advance(Duration.ofSeconds(10));
        assertThat(far.ended()).isTrue();
        timer.advance(Segments.READER);
        assertThat(segments.size()).isZero();
    }

    @Test
    void a_deletion_waits_for_a_write_that_is_under_way_and_takes_it_too() {
        var recording = begun();
        recording.append(bytes(events(0, 3)));
        segments.holding = true;
        timer.advance(FLUSH);
        var deleted = here.delete(PROJECT, id).toCompletableFuture();
        assertThat(deleted).isNotDone();
        segments.release();
        assertThat(deleted).isCompletedWithValue(true);
        assertThat(segments.size()).isZero();
    }

    @Test
    void a_long_stream_is_deleted_whole() {
        var recording = begun();
        for (var number = 0; number < 500; number++) {
            recording.append(bytes(events(number, number + 1)));
            timer.advance(FLUSH);
        }
        stored();
        done(recording.end(bytes(events(500, 501))));
        assertThat(segments.size()).isEqualTo(501);
        assertThat(done(here.delete(PROJECT, id))).isTrue();
        assertThat(segments.size()).isZero();
    }

    @Test
    void events_that_cannot_be_written_are_a_failure_and_followers_are_told() {
        var recording = begun();
        recording.append(bytes(events(0, 3)));
        var reading = Reading.of(source(here, -1));
        segments.failing = true;
        timer.advance(FLUSH);
        assertThat(reading.ended()).isTrue();
        assertThat(reading.text()).startsWith(events(0, 3) + "event: error");
        assertThat(recording.end(bytes(events(3, 4))).toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    void a_shelf_that_is_away_for_a_moment_is_asked_again() {
        var recording = begun();
        recording.append(bytes(events(0, 3)));
        timer.advance(FLUSH);
        segments.failing = true;
        var reading = Reading.of(source(elsewhere, -1));
        timer.advance(FLUSH.multipliedBy(3));
        segments.failing = false;
        timer.advance(FLUSH);
        assertThat(reading.text()).isEqualTo(events(0, 3));
    }

    @Test
    void a_stream_is_not_lost_because_the_store_is_away_for_long() {
        var recording = begun();
        recording.append(bytes(events(0, 3)));
        timer.advance(FLUSH);
        var reading = Reading.of(source(elsewhere, -1));
        segments.failing = true;
        responses.failing = true;
        // as long as many looks, at some of which it is asked whether the response is still there
        for (var i = 0; i < 100; i++) {
            timer.advance(FLUSH);
        }
        assertThat(reading.ended()).isFalse();
        segments.failing = false;
        responses.failing = false;
        timer.advance(FLUSH);
        assertThat(reading.text()).isEqualTo(events(0, 3));
    }
}
