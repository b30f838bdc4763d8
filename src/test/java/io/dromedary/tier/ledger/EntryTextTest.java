package io.dromedary.tier.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.dromedary.api.json.Json;
import io.dromedary.tier.ledger.Entry.Mark;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EntryTextTest {
    private static final String TEXT = "{\"v\":1,\"at\":1767225600000,\"period\":0,\"requests\":[36000000,10000,0],"
            + "\"tokens\":[-5,12000,77],\"by\":[\"gw-1.a_b\",17,\"other\",0]}";

    @Test
    void looks_like_this() {
        var allowance =
                new Allowance(new Credit(36_000_000, 10_000, 0), new Credit(-5, 12_000, 77), 1_767_225_600_000L, 0);

        var entry = new Entry(allowance, List.of(new Mark("gw-1.a_b", 17), new Mark("other", 0)));

        assertThat(Entry.CODEC.encode(entry)).isEqualTo(TEXT);
        assertThat(Entry.CODEC.decode(TEXT)).isEqualTo(entry);
        assertThat(Json.object(TEXT.getBytes(StandardCharsets.UTF_8)).get("v").intValue())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "null",
                "{\"v\":2,\"at\":1767225600000,\"period\":0,\"requests\":[1,10000,0],\"tokens\":[1,10000,0],\"by\":[\"a\",1]}",
                "{\"v\":1,\"at\":01,\"period\":0,\"requests\":[1,10000,0],\"tokens\":[1,10000,0],\"by\":[\"a\",1]}",
                "{\"v\":1,\"at\":-1,\"period\":0,\"requests\":[1,10000,0],\"tokens\":[1,10000,0],\"by\":[\"a\",1]}",
                "{\"v\":1,\"at\":1,\"period\":0,\"requests\":[-0,10000,0],\"tokens\":[1,10000,0],\"by\":[\"a\",1]}",
                "{\"v\":1,\"at\":1,\"period\":0,\"requests\":[1,9999,0],\"tokens\":[1,10000,0],\"by\":[\"a\",1]}",
                "{\"v\":1,\"at\":1,\"period\":0,\"requests\":[1,10000,-1],\"tokens\":[1,10000,0],\"by\":[\"a\",1]}",
                "{\"v\":1,\"at\":1,\"period\":0,\"requests\":[9223372036854775807,10000,0],\"tokens\":[1,10000,0],\"by\":[\"a\",1]}",
                "{\"v\":1,\"at\":9223372036854775808,\"period\":0,\"requests\":[1,10000,0],\"tokens\":[1,10000,0],\"by\":[\"a\",1]}",
                "{\"v\":1,\"at\":1,\"period\":0,\"requests\":[1,10000,0],\"tokens\":[1,10000,0],\"by\":[]}",
                "{\"v\":1,\"at\":1,\"period\":0,\"requests\":[1,10000,0],\"tokens\":[1,10000,0],\"by\":[\"\",1]}",
                "{\"v\":1,\"at\":1,\"period\":0,\"requests\":[1,10000,0],\"tokens\":[1,10000,0],\"by\":[\"a\\\"\",1]}",
                "{\"v\":1,\"at\":1,\"period\":0,\"requests\":[1,10000,0],\"tokens\":[1,10000,0],\"by\":[\"a\",1]} ",
            })
    void anything_else_is_refused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Entry.CODEC.decode(text));
    }

    @Test
    void whatever_is_read_is_written_again_as_it_was() {
        var random = new SplittableRandom(7);
        var read = 0;
        for (var run = 0; run < 50_000; run++) {
            var text = mutated(random, Entry.CODEC.encode(entry(random)));
            try {
                var entry = Entry.CODEC.decode(text);
                read++;
                assertThat(Entry.CODEC.encode(entry)).isEqualTo(text);
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageContaining("character");
            }
        }
        assertThat(read).isBetween(15_000, 45_000);
    }

    @Test
    void the_last_change_of_each_gateway_is_kept_the_newest_first() {
        var entry = Entry.after(List.of(new Mark("a", 1), new Mark("b", 5)), full(), new Mark("b", 6));

        assertThat(entry.marks()).containsExactly(new Mark("b", 6), new Mark("a", 1));
        assertThat(entry.has(new Mark("a", 1))).isTrue();
        assertThat(entry.has(new Mark("b", 5))).isFalse();
    }

    @Test
    void of_many_gateways_those_that_wrote_last_are_kept() {
        var many = IntStream.range(0, Entry.MOST_MARKS)
                .mapToObj(i -> new Mark("g" + i, i))
                .toList();

        var entry = Entry.after(many, full(), new Mark("new", 1));

        assertThat(entry.marks()).hasSize(Entry.MOST_MARKS).startsWith(new Mark("new", 1), new Mark("g0", 0));
        assertThat(Entry.CODEC.decode(Entry.CODEC.encode(entry))).isEqualTo(entry);
    }

    private static Allowance full() {
        return Allowance.full(new Limits(1, 1, false), 1);
    }

    private static Entry entry(SplittableRandom random) {
        var marks = new ArrayList<Mark>();
        for (var i = random.nextInt(1, 4); i > 0; i--) {
            marks.add(new Mark("g" + random.nextInt(100), random.nextLong(1000)));
        }
        return new Entry(
                new Allowance(credit(random), credit(random), random.nextLong(Long.MAX_VALUE), random.nextLong(9)),
                marks);
    }

    private static Credit credit(SplittableRandom random) {
        return new Credit(
                random.nextLong(Credit.DEEPEST, Credit.UNLIMITED + 1),
                random.nextInt(Credit.BASE, Credit.TOP + 1),
                random.nextLong(1_000_000));
    }

    private static String mutated(SplittableRandom random, String text) {
        var out = new StringBuilder(text);
        for (var i = random.nextInt(3); i > 0 && !out.isEmpty(); i--) {
            var at = random.nextInt(out.length());
            switch (random.nextInt(4)) {
                case 0 -> out.deleteCharAt(at);
                case 1 -> out.insert(at, "0123456789-,\"[]{}: x\u00e9".charAt(random.nextInt(21)));
                case 2 -> out.setCharAt(at, "0123456789-,\"[]{}: x\u00e9".charAt(random.nextInt(21)));
                default -> out.setLength(at);
            }
        }
        return out.toString();
    }
}
