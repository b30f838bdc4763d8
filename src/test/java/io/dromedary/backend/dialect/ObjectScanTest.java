package io.dromedary.backend.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.api.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class ObjectScanTest {
    private final ObjectScan scan = new ObjectScan();

    @Test
    void walks_over_the_members_in_order() {
        var text = Answers.bytes("..{ \"a\" : 1.0 , \"b\":\"{\\\"x\\\":[\" ,\"c\": {\"a\":[]} }..");
        scan.over(text, 2, text.length);

        var raws = new ArrayList<String>();
        while (scan.next()) {
            raws.add(scan.raw());
        }

        assertThat(raws).containsExactly("1.0", "\"{\\\"x\\\":[\"", "{\"a\":[]}");
        assertThat(scan.end()).isEqualTo(text.length - 2);
    }

    @Test
    void knows_a_name_that_is_written_with_escapes() {
        var text = Answers.bytes("{\"m\\u006fdel\":1}");
        scan.over(text, 0, text.length);

        assertThat(scan.next()).isTrue();
        assertThat(scan.named("model")).isTrue();
        assertThat(scan.named("modem")).isFalse();
    }

    @Test
    void has_no_members_where_no_object_is() {
        for (var none : List.of("", "[1]", "\"a\"", "{", "{\"a\":1", "{\"a\":1,}", "{\"a\" \"b\"}")) {
            var text = Answers.bytes(none);
            scan.over(text, 0, text.length);
            while (scan.next()) {
                assertThat(scan.valueEnd()).isLessThanOrEqualTo(text.length);
            }
            assertThat(scan.end()).as(none).isEqualTo(JsonScan.BROKEN);
        }
    }

    @Test
    void cuts_any_set_of_members_and_leaves_the_rest_byte_for_byte() throws IOException {
        var random = new SplittableRandom(7);
        for (var round = 0; round < 4_000; round++) {
            var size = random.nextInt(6);
            var members = new ArrayList<String>();
            var gone = new HashSet<String>();
            var json = new StringBuilder("{").append(RandomJson.space(random));
            for (var i = 0; i < size; i++) {
                var member = "\"m" + i + "\":" + RandomJson.value(random, 2);
                members.add(member);
                json.append(i == 0 ? "" : ",").append(RandomJson.space(random)).append(member);
                json.append(RandomJson.space(random));
                if (random.nextBoolean()) {
                    gone.add("m" + i);
                }
            }
            var result = without(json.append('}').toString(), gone);

            var tree = Json.MAPPER.readTree(result);
            assertThat(tree.size())
                    .as("%s without %s gave %s", json, gone, result)
                    .isEqualTo(size - gone.size());
            for (var i = 0; i < size; i++) {
                assertThat(result.contains(members.get(i)) && tree.has("m" + i))
                        .as("%s without %s gave %s", json, gone, result)
                        .isEqualTo(!gone.contains("m" + i));
            }
        }
    }

    private String without(String json, Set<String> gone) {
        var text = Answers.bytes(json);
        var patch = new Patch();
        scan.over(text, 0, text.length);
        while (scan.next()) {
            if (gone.stream().anyMatch(scan::named)) {
                scan.cut(patch);
            }
        }
        assertThat(scan.end()).isEqualTo(text.length);
        return Answers.text(patch.toBytes(text, 0, text.length));
    }
}
