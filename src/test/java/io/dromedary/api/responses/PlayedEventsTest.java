package io.dromedary.api.responses;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.testing.StreamJudge;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What was told of a response, wherever it was cut, is enough to end it well, or to go on. */
final class PlayedEventsTest {
    static List<ReplyCase> cases() {
        return ReplyCase.all();
    }

    /** Of a response that was queued, up to but without its end. */
    private static List<String> told(ReplyCase written) {
        var begun = object(written);
        var all = new ArrayList<>(split(ResponseEvents.queued(begun.queued())));
        var events = events(written, begun, new ResponseEvents.Begin(3, 0));
        all.add(new String(ResponseEvents.inProgress(2, begun.inProgress()), UTF_8));
        for (var chunk : written.chunks()) {
            if (chunk.startsWith("{")) {
                all.addAll(split(events.chunk(chunk.getBytes(UTF_8))));
            }
        }
        all.addAll(split(events.end().closing()));
        return all;
    }

    private static ResponseObject object(ReplyCase written) {
        return ResponseObject.of(written.asked(), ReplyCase.ID, ReplyCase.CREATED, "m");
    }

    private static ResponseEvents events(ReplyCase written, ResponseObject object, ResponseEvents.Begin begin) {
        return ResponseEvents.after(
                begin,
                object,
                written.asked(),
                ItemIds.ofResponse(ReplyCase.ID, 2 * begin.sequence()),
                () -> ReplyCase.ENDED);
    }

    private static List<String> split(byte[] frames) {
        var events = new ArrayList<String>();
        for (var event : new String(frames, UTF_8).split("(?<=\n\n)")) {
            if (!event.isEmpty()) {
                events.add(event);
            }
        }
        return events;
    }

    private static List<ObjectNode> judged(StringBuilder frames) {
        return Frames.read(frames.toString().getBytes(UTF_8));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void a_stream_that_was_cut_anywhere_is_closed_with_what_there_was_of_it(ReplyCase written) {
        var told = told(written);
        for (var cut = 3; cut <= told.size(); cut++) {
            var frames = new StringBuilder(String.join("", told.subList(0, cut)));
            var played = new PlayedEvents();
            played.add(frames.toString());
            assertThat(played.next()).isEqualTo(cut);
            frames.append(new String(played.close(), UTF_8));
            assertThat(played.close()).as("what is closed is not closed again").isEmpty();
            var ended = ResponseObject.stopped(object(written).inProgress(), null, played.output());
            frames.append(new String(ResponseEvents.terminal(played.next(), ended), UTF_8));
            var response = StreamJudge.judgeBackground(judged(frames));
            assertThat(response.path("status").asText()).isEqualTo("cancelled");
            assertThat(response.path("output")).hasSize(played.items());
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void a_stream_that_was_cut_anywhere_goes_on_and_ends_with_the_second_answer_alone(ReplyCase written) {
        var told = told(written);
        for (var cut = 3; cut <= told.size(); cut++) {
            var frames = new StringBuilder(String.join("", told.subList(0, cut)));
            var played = new PlayedEvents();
            played.add(frames.toString());
            frames.append(new String(played.close(), UTF_8));
            played.supersede();
            assertThat(played.output()).isEmpty();
            var events = events(written, object(written), new ResponseEvents.Begin(played.next(), played.items()));
            for (var chunk : written.chunks()) {
                if (chunk.startsWith("{")) {
                    frames.append(new String(events.chunk(chunk.getBytes(UTF_8)), UTF_8));
                }
            }
            var end = events.end();
            frames.append(new String(end.closing(), UTF_8)).append(new String(end.terminal(), UTF_8));
            var all = judged(frames);
            var response = StreamJudge.judgeBackground(all);
            var alone = Frames.read(String.join("", told).getBytes(UTF_8));
            assertThat(response.path("output")).hasSize(count(alone, "response.output_item.added"));
            var again = new PlayedEvents();
            again.add(frames.toString());
            assertThat(again.items()).isEqualTo(count(all, "response.output_item.added"));
            assertThat(again.next()).isEqualTo(all.size());
            assertThat(again.running()).isTrue();
        }
    }

    private static int count(List<ObjectNode> events, String type) {
        return (int) events.stream()
                .filter(event -> event.path("type").asText().equals(type))
                .count();
    }

    @Test
    void what_only_waits_has_not_begun() {
        var played = new PlayedEvents();
        var object = ResponseObject.of(
                Requests.of("\"model\":\"m\",\"input\":\"x\",\"background\":true"),
                ReplyCase.ID,
                ReplyCase.CREATED,
                "m");
        played.add(new String(ResponseEvents.queued(object.queued()), UTF_8));
        assertThat(played.running()).isFalse();
        assertThat(played.next()).isEqualTo(2);
        assertThat(played.items()).isZero();
        assertThat(played.close()).isEmpty();
        played.add(new String(ResponseEvents.inProgress(2, object.inProgress()), UTF_8));
        assertThat(played.running()).isTrue();
    }

    @Test
    void what_is_no_event_is_a_fault() {
        var played = new PlayedEvents();
        assertThatThrownBy(() -> played.add("data: {}\n\n")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> played.add("event: response.output_text.delta\ndata: {\n\n"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> played.add("event: response.created\ndata: {}"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
