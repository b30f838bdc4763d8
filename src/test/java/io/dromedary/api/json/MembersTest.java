package io.dromedary.api.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.api.read.Cursor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class MembersTest {
    private static final String THREE = "{ \"a\" : 1 , \"b\":[2, 3] ,\n\"c\":\"x\" }";

    @Test
    void nothing_edited_gives_the_text_itself() {
        var text = THREE.getBytes(UTF_8);

        assertThat(members(text).edit(text).remove("absent").toBytes()).isSameAs(text);
    }

    @Test
    void a_removed_member_takes_one_comma_along() {
        assertThat(edited(THREE, edits -> edits.remove("a"))).isEqualTo("{ \"b\":[2, 3] ,\n\"c\":\"x\" }");
        assertThat(edited(THREE, edits -> edits.remove("b"))).isEqualTo("{ \"a\" : 1 ,\n\"c\":\"x\" }");
        assertThat(edited(THREE, edits -> edits.remove("c"))).isEqualTo("{ \"a\" : 1 , \"b\":[2, 3] }");
        assertThat(edited(THREE, edits -> edits.remove("a").remove("b"))).isEqualTo("{ \"c\":\"x\" }");
        assertThat(edited(THREE, edits -> edits.remove("b").remove("c"))).isEqualTo("{ \"a\" : 1 }");
        assertThat(edited(THREE, edits -> edits.remove("c").remove("a"))).isEqualTo("{ \"b\":[2, 3] }");
        assertThat(edited(THREE, edits -> edits.remove("a").remove("b").remove("c")))
                .isEqualTo("{  }");
        assertThat(edited("{\"a\":1}", edits -> edits.remove("a"))).isEqualTo("{}");
    }

    @Test
    void a_set_member_is_replaced_where_it_stands_or_added_last() {
        assertThat(edited(THREE, edits -> edits.set("a", "\"é😀\"")))
                .isEqualTo("{ \"a\" : \"é😀\" , \"b\":[2, 3] ,\n\"c\":\"x\" }");
        assertThat(edited(THREE, edits -> edits.set("d", "null").set("e", "{}")))
                .isEqualTo("{ \"a\" : 1 , \"b\":[2, 3] ,\n\"c\":\"x\",\"d\":null,\"e\":{} }");
        assertThat(edited("{}", edits -> edits.set("a", "1"))).isEqualTo("{\"a\":1}");
        assertThat(edited("{ \n}", edits -> edits.set("a", "1").set("b", "2"))).isEqualTo("{\"a\":1,\"b\":2 \n}");
        assertThat(edited("{\"a\":1}", edits -> edits.set("q\"é\n", "1"))).isEqualTo("{\"a\":1,\"q\\\"é\\n\":1}");
    }

    @Test
    void neighbours_are_edited_together() {
        assertThat(edited(THREE, edits -> edits.set("a", "0").remove("b").set("c", "[]")))
                .isEqualTo("{ \"a\" : 0 ,\n\"c\":[] }");
        assertThat(edited(
                        THREE,
                        edits -> edits.remove("a").set("b", "0").remove("c").set("d", "4")))
                .isEqualTo("{ \"b\":0,\"d\":4 }");
        assertThat(edited(
                        THREE,
                        edits -> edits.remove("a").remove("b").remove("c").set("d", "4")))
                .isEqualTo("{ \"d\":4 }");
        assertThat(edited("{\"a\":1}", edits -> edits.set("b", "2").remove("a")))
                .isEqualTo("{\"b\":2}");
    }

    @Test
    void the_last_edit_of_a_member_counts_and_the_bytes_may_be_asked_for_twice() {
        assertThat(edited(THREE, edits -> edits.set("a", "5").remove("a").set("a", "6")))
                .isEqualTo(THREE.replace("1", "6"));
        assertThat(edited(
                        "{}",
                        edits -> edits.set("a", "5").remove("a").set("b", "6").set("b", "7")))
                .isEqualTo("{\"b\":7}");
        var text = THREE.getBytes(UTF_8);
        var edits = members(text).edit(text).remove("b").set("d", "4");
        assertThat(edits.toBytes()).isEqualTo(edits.toBytes());
    }

    @Test
    void names_are_known_without_their_escapes() {
        assertThat(edited("{\"\\u0061\\n\":1,\"b\":2}", edits -> edits.set("a\n", "3")))
                .isEqualTo("{\"\\u0061\\n\":3,\"b\":2}");
        assertThat(edited("{\"\":1}", edits -> edits.remove(""))).isEqualTo("{}");
    }

    @Test
    void random_objects_edited_at_random_read_as_they_must() {
        var seed = Long.getLong("fuzz.seed", 20_260_102L);
        var random = new Random(seed);
        for (var i = 0; i < 4_000; i++) {
            var text = randomObject(random);
            var members = members(text.getBytes(UTF_8));
            var expected = Json.object(text.getBytes(UTF_8));
            var edits = members.edit(text.getBytes(UTF_8));
            var touched = new HashSet<String>();
            for (var times = random.nextInt(5); times > 0; times--) {
                var name = members.size() > 0 && random.nextInt(3) > 0
                        ? members.name(random.nextInt(members.size()))
                        : "new" + random.nextInt(3);
                touched.add(name);
                if (random.nextBoolean()) {
                    edits.remove(name);
                    expected.remove(name);
                } else {
                    var value = randomValue(random, 2);
                    edits.set(name, value);
                    expected.set(name, Json.read(value.getBytes(UTF_8)));
                }
            }
            var result = edits.toBytes();
            var what = "seed " + seed + ", case " + i + ": " + text + " became " + new String(result, UTF_8);
            assertThat(Json.read(result)).as(what).isEqualTo(expected);
            untouchedAreTheSame(text.getBytes(UTF_8), members, result, touched, what);
        }
    }

    private static void untouchedAreTheSame(
            byte[] before, Members members, byte[] after, Set<String> touched, String what) {
        var now = members(after);
        for (var i = 0; i < members.size(); i++) {
            if (touched.contains(members.name(i))) {
                continue;
            }
            var there = now.find(members.name(i));
            assertThat(new String(after, now.nameStart(there), now.valueEnd(there) - now.nameStart(there), UTF_8))
                    .as(what)
                    .isEqualTo(new String(
                            before, members.nameStart(i), members.valueEnd(i) - members.nameStart(i), UTF_8));
        }
    }

    private static String randomObject(RandomGenerator random) {
        var names = new HashSet<String>();
        var text = new StringBuilder(space(random)).append('{');
        var size = random.nextInt(6) * random.nextInt(5);
        for (var i = 0; i < size; i++) {
            var name = randomString(random) + i;
            if (names.add(name)) {
                text.append(names.size() > 1 ? "," : "").append(space(random));
                text.append('"')
                        .append(name)
                        .append('"')
                        .append(space(random))
                        .append(':')
                        .append(space(random));
                text.append(randomValue(random, 3)).append(space(random));
            }
        }
        return text.append(space(random)).append('}').append(space(random)).toString();
    }

    private static String randomValue(RandomGenerator random, int depth) {
        return switch (random.nextInt(depth > 0 ? 8 : 6)) {
            case 0 -> "null";
            case 1 -> random.nextBoolean() ? "true" : "false";
            case 2 -> "-" + random.nextInt(1000) + ".50";
            case 3 -> random.nextInt(1000) + "e-" + random.nextInt(300);
            case 4 -> String.valueOf(random.nextLong());
            case 5 -> '"' + randomString(random) + '"';
            case 6 ->
                "[" + space(random) + randomValue(random, depth - 1) + space(random) + ", "
                        + randomValue(random, depth - 1) + "]";
            default -> "{" + space(random) + "\"a\":" + randomValue(random, depth - 1) + space(random) + "}";
        };
    }

    private static String randomString(RandomGenerator random) {
        var pieces = new ArrayList<String>();
        for (var i = random.nextInt(4); i > 0; i--) {
            pieces.add(
                    switch (random.nextInt(9)) {
                        case 0 -> "\\\"";
                        case 1 -> "\\\\";
                        case 2 -> "\\u0041";
                        case 3 -> "\\ud83d\\ude00";
                        case 4 -> "é";
                        case 5 -> "😀";
                        case 6 -> "},{:[]";
                        case 7 -> "\\n\\/";
                        default -> "text";
                    });
        }
        return String.join("", pieces);
    }

    private static String space(RandomGenerator random) {
        return random.nextInt(3) > 0 ? "" : " \n\t\r ".substring(random.nextInt(5));
    }

    private static String edited(String text, UnaryOperator<Members.Edits> edits) {
        var bytes = text.getBytes(UTF_8);
        return new String(edits.apply(members(bytes).edit(bytes)).toBytes(), UTF_8);
    }

    private static Members members(byte[] text) {
        try (var at = Cursor.open(text)) {
            var members = at.members();
            at.finish();
            return members;
        }
    }
}
