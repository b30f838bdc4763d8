package io.dromedary.jobs.batch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dromedary.jobs.batch.InputLines.InputLine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class InputLinesTest {
    private static final int LONGEST = 1 << 20;

    @Test
    void lines_end_as_they_do_on_any_system_and_blank_ones_are_none() {
        var lines = read("a\nb\r\n\n  \t\r\n c \nlast");

        assertThat(lines).extracting(InputLinesTest::text).containsExactly("a", "b", "c", "last");
        assertThat(lines).extracting(InputLine::number).containsExactly(1, 2, 3, 4);
        assertThat(lines).extracting(InputLine::position).containsExactly(1, 2, 5, 6);
        assertThat(lines.getLast().end()).isEqualTo(19);
    }

    @Test
    void nothing_has_no_lines() {
        assertThat(read("")).isEmpty();
        assertThat(read("\n\n  \n")).isEmpty();
    }

    @Test
    void a_line_that_is_too_long_is_met_and_not_held() {
        var long1 = "x".repeat(3 * LONGEST + 17);
        var lines = read("a\n" + long1 + "\nb\n" + "y".repeat(LONGEST) + "\n" + long1);

        assertThat(lines).extracting(InputLine::number).containsExactly(1, 2, 3, 4, 5);
        assertThat(lines.get(1).text()).isNull();
        assertThat(text(lines.get(2))).isEqualTo("b");
        assertThat(text(lines.get(3))).hasSize(LONGEST);
        assertThat(lines.get(4).text()).isNull();
    }

    @Test
    void an_input_that_is_cut_is_not_taken_for_a_whole_one() {
        var lines = new InputLines((from, most) -> new byte[0], 10, LONGEST);

        assertThatThrownBy(lines::next).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void whatever_pieces_come_the_lines_are_the_same_and_can_be_gone_on_with_after_any_of_them() {
        for (var seed = 0; seed < 100; seed++) {
            var random = new SplittableRandom(seed);
            var input = random(random);
            var whole = all(new InputLines(source(input, new SplittableRandom(0)), input.length, LONGEST));
            var pieces = all(new InputLines(source(input, random), input.length, LONGEST));
            assertThat(told(pieces)).as("seed %d", seed).isEqualTo(told(whole));
            if (whole.isEmpty()) {
                continue;
            }
            var done = random.nextInt(whole.size());
            var last = whole.get(done);
            var rest = all(new InputLines(source(input, random), input.length, LONGEST, last.number(), last.end()));
            assertThat(told(rest))
                    .as("seed %d after %d", seed, done)
                    .isEqualTo(told(whole.subList(done + 1, whole.size())));
        }
    }

    /** All but the position, which whoever goes on does not know. */
    private static List<String> told(List<InputLine> lines) {
        return lines.stream()
                .map(line -> line.number() + " to " + line.end() + ": " + Arrays.hashCode(line.text()))
                .toList();
    }

    private static byte[] random(SplittableRandom random) {
        var text = new StringBuilder();
        for (var lines = random.nextInt(20); lines > 0; lines--) {
            text.append("x".repeat(random.nextInt(5) * random.nextInt(100_000)));
            text.append(random.nextBoolean() ? "\n" : "\r\n");
        }
        return text.append(random.nextBoolean() ? "end" : "").toString().getBytes(UTF_8);
    }

    private static List<InputLine> read(String input) {
        var bytes = input.getBytes(UTF_8);
        return all(new InputLines(source(bytes, new SplittableRandom(1)), bytes.length, LONGEST));
    }

    /** Gives fewer bytes than are asked for, as it likes. */
    private static InputLines.Source source(byte[] input, SplittableRandom random) {
        return (from, most) ->
                Arrays.copyOfRange(input, (int) from, (int) Math.min(input.length, from + 1 + random.nextInt(most)));
    }

    private static List<InputLine> all(InputLines lines) {
        var all = new ArrayList<InputLine>();
        for (var line = lines.next(); line != null; line = lines.next()) {
            all.add(line);
        }
        return all;
    }

    private static String text(InputLine line) {
        return new String(Objects.requireNonNull(line.text()), UTF_8);
    }
}
