package io.dromedary.api.sse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SseParserTest {
    private static final int LIMIT = 1 << 16;

    @Test
    void events_end_with_an_empty_line() {
        assertThat(events("data: a\n\ndata: b\n\n")).containsExactly("a", "b");
        assertThat(events("\n\n\ndata: a\n\n\n\n")).containsExactly("a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void lines_end_in_any_of_three_ways(String end) {
        assertThat(events("data: a" + end + "data: b" + end + end + ": c" + end + "data: d" + end + end))
                .containsExactly("a\nb", "d");
    }

    @Test
    void only_one_space_after_the_colon_is_left_out() {
        assertThat(events("data:a\n\ndata:  b \n\ndata:\tc\n\n")).containsExactly("a", " b ", "\tc");
    }

    @Test
    void a_field_without_value_is_empty_data() {
        assertThat(events("data\n\ndata\ndata\n\ndata:\n\ndata: \n\n")).containsExactly("", "\n", "", "");
    }

    @Test
    void other_fields_and_comments_are_passed_over() {
        assertThat(
                        events(
                                ": hi\n\nevent: ping\nid: 7\nretry: 10\n\nevent: x\ndata: a\ndatabase: b\n data: c\nDATA: d\n\n"))
                .containsExactly("a");
    }

    @Test
    void a_byte_order_mark_counts_only_at_the_very_start() {
        assertThat(events("\ufeffdata: a\n\n\ufeffdata: b\n\n")).containsExactly("a");
        assertThat(events("\ufeff\ndata: a\n\n")).containsExactly("a");
    }

    @Test
    void an_event_without_its_empty_line_comes_with_the_end() {
        assertThat(events("data: a\n\ndata: b\n")).containsExactly("a", "b");
        assertThat(events("data: a\n\ndata: b")).containsExactly("a", "b");
        assertThat(events("data: a\r\n\r\ndata: b\r")).containsExactly("a", "b");
        assertThat(events("event: x")).isEmpty();
        assertThat(events("")).isEmpty();
    }

    @Test
    void an_event_is_told_as_soon_as_its_last_byte_is_there() {
        var parser = new SseParser(LIMIT);
        var events = new ArrayList<String>();
        feed(parser, "data: a\r\r", events);
        assertThat(events).containsExactly("a");
        feed(parser, "\ndata: b\n", events);
        assertThat(events).containsExactly("a");
        feed(parser, "\n", events);
        assertThat(events).containsExactly("a", "b");
    }

    @Test
    void a_part_of_an_array_is_read_as_such() {
        var parser = new SseParser(LIMIT);
        var events = new ArrayList<String>();
        var bytes = "XXdata: a\n\nYY".getBytes(UTF_8);
        parser.feed(
                bytes,
                2,
                bytes.length - 4,
                (buffer, offset, length) -> events.add(new String(buffer, offset, length, UTF_8)));
        parser.end((buffer, offset, length) -> events.add("more"));

        assertThat(events).containsExactly("a");
    }

    @Test
    void an_event_may_be_as_long_as_the_limit_and_no_longer_wherever_it_is_cut() {
        for (var chunk : List.of(1, 2, 7, 50, 1000)) {
            for (var prefix : List.of("data: ", "data:", "\ufeffdata: ")) {
                assertThat(cut(prefix + "x".repeat(100) + "\r\n\n", chunk, 100)).containsExactly("x".repeat(100));
                assertThatThrownBy(() -> cut(prefix + "x".repeat(101) + "\n\n", chunk, 100))
                        .isInstanceOf(SseParser.TooLongException.class)
                        .hasMessageContaining("100");
            }
            var lines = "data: " + "x".repeat(50) + "\n";
            assertThat(cut(lines + lines.substring(0, 55) + "\n\n", chunk, 100)).hasSize(1);
            assertThatThrownBy(() -> cut(lines + lines + "\n", chunk, 100))
                    .isInstanceOf(SseParser.TooLongException.class);
            assertThat(cut(lines + "\n" + lines + "\n", chunk, 100)).hasSize(2);
            assertThatThrownBy(() -> cut(":" + "x".repeat(109) + "\n\n", chunk, 100))
                    .isInstanceOf(SseParser.TooLongException.class);
        }
    }

    @Test
    void a_line_that_never_ends_is_given_up() {
        assertThatThrownBy(() -> cut("data: " + "x".repeat(200), 10, 100))
                .isInstanceOf(SseParser.TooLongException.class);
    }

    @Test
    void random_streams_cut_anywhere_give_what_a_plain_reading_gives() {
        var seed = Long.getLong("fuzz.seed", 20_260_104L);
        var random = new Random(seed);
        for (var i = 0; i < 10_000; i++) {
            var stream = randomStream(random);
            var expected = PlainSse.events(stream);
            var what = "seed " + seed + ", case " + i + ": "
                    + stream.replace("\r", "\\r").replace("\n", "\\n");
            assertThat(events(stream)).as(what + " whole").isEqualTo(expected);
            assertThat(cutAnywhere(stream, random)).as(what + " cut").isEqualTo(expected);
        }
    }

    private static String randomStream(RandomGenerator random) {
        var ends = List.of("\n", "\r\n", "\r");
        var end = ends.get(random.nextInt(3));
        var stream = new StringBuilder(random.nextInt(10) == 0 ? "\ufeff" : "");
        for (var lines = random.nextInt(20); lines > 0; lines--) {
            stream.append(
                    switch (random.nextInt(12)) {
                        case 0 -> ": comment";
                        case 1 -> "event: x";
                        case 2 -> "data";
                        case 3 -> "data:";
                        case 4 -> "data:{\"é\":\"😀\"}";
                        case 5 -> "id: 1\u0000";
                        case 6 -> "\ufeffdata: x";
                        case 7, 8, 9 -> "";
                        default -> "data: " + "é😀 x".repeat(random.nextInt(5));
                    });
            stream.append(random.nextInt(8) == 0 ? ends.get(random.nextInt(3)) : end);
        }
        if (random.nextInt(4) == 0) {
            stream.append("data: last");
        }
        return stream.toString();
    }

    private static List<String> cutAnywhere(String stream, RandomGenerator random) {
        var bytes = stream.getBytes(UTF_8);
        var parser = new SseParser(LIMIT);
        var events = new ArrayList<String>();
        SseParser.Listener listener = (buffer, offset, length) -> events.add(new String(buffer, offset, length, UTF_8));
        for (var at = 0; at < bytes.length; ) {
            var length = Math.min(bytes.length - at, random.nextInt(12));
            parser.feed(bytes, at, length, listener);
            at += length;
        }
        parser.end(listener);
        return events;
    }

    private static List<String> cut(String stream, int chunk, int limit) {
        var bytes = stream.getBytes(UTF_8);
        var parser = new SseParser(limit);
        var events = new ArrayList<String>();
        SseParser.Listener listener = (buffer, offset, length) -> events.add(new String(buffer, offset, length, UTF_8));
        for (var at = 0; at < bytes.length; at += chunk) {
            parser.feed(bytes, at, Math.min(chunk, bytes.length - at), listener);
        }
        parser.end(listener);
        return events;
    }

    private static List<String> events(String stream) {
        return cut(stream, Integer.MAX_VALUE / 2, LIMIT);
    }

    private static void feed(SseParser parser, String text, List<String> events) {
        var bytes = text.getBytes(UTF_8);
        parser.feed(
                bytes,
                0,
                bytes.length,
                (buffer, offset, length) -> events.add(new String(buffer, offset, length, UTF_8)));
    }
}
