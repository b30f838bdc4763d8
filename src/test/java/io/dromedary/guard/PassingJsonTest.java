package io.dromedary.guard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dromedary.api.json.Json;
import java.io.IOException;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class PassingJsonTest {
    private static final PiiScanner SCANNER = new PiiScanner(Set.of());
    private static final Rewriting MARKED = (entity, text) -> "[" + entity + "]";

    @Test
    void however_it_is_cut_it_stays_json_and_its_strings_are_looked_at_as_what_they_say() throws IOException {
        var seed = System.nanoTime();
        var random = new SplittableRandom(seed);
        for (var i = 0; i < 1_500; i++) {
            var tree = JsonNodeFactory.instance.objectNode();
            tree.put("a b", Chunkings.text(random)).put("n", 42).put("t", true);
            tree.putArray("list").add(Chunkings.text(random)).addNull().add(1.5);
            var json = random.nextBoolean() ? tree.toString() : escaped(tree);
            var passing = new PassingJson(SCANNER, MARKED);
            var shown = new StringBuilder();
            for (var piece : Chunkings.cut(json, random)) {
                shown.append(passing.feed(piece));
            }
            shown.append(passing.settle());
            JsonTexts.visit(tree, "", (path, text, inner) -> PassingText.whole(SCANNER, MARKED, text));
            assertThat(Json.MAPPER.readTree(shown.toString()))
                    .as("seed %d, json %s", seed, json)
                    .isEqualTo(Json.MAPPER.readTree(tree.toString()));
        }
    }

    /** Every character of a string as an escape. */
    private static String escaped(JsonNode tree) {
        var json = new StringBuilder();
        var inside = false;
        var text = tree.toString();
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (c == '\\') {
                json.append(c).append(text.charAt(++i));
            } else if (c == '"') {
                inside = !inside;
                json.append(c);
            } else if (inside) {
                json.append("\\u%04x".formatted((int) c));
            } else {
                json.append(c);
            }
        }
        return json.toString();
    }

    @Test
    void a_number_that_may_not_pass_becomes_a_string() {
        assertThat(whole("{\"card\":4111111111111111,\"n\":42}")).isEqualTo("{\"card\":\"[CREDIT_CARD]\",\"n\":42}");
    }

    @Test
    void shows_what_is_no_data_as_it_comes() {
        var passing = new PassingJson(SCANNER, MARKED);
        assertThat(passing.feed("{\"city\":\"Par")).isEqualTo("{\"city\":\"");
        assertThat(passing.feed("is\"}")).isEqualTo("Paris\"}");
        assertThat(passing.holds()).isFalse();
    }

    @Test
    void what_is_no_json_is_looked_at_as_text() {
        assertThat(whole("write to a@b.de, call +49 30 901820"))
                .contains("[EMAIL_ADDRESS]")
                .contains("[PHONE_NUMBER]");
        assertThat(whole("\"open a@b.de")).isEqualTo("\"open [EMAIL_ADDRESS]");
    }

    private static String whole(String json) {
        var passing = new PassingJson(SCANNER, MARKED);
        return passing.feed(json) + passing.settle();
    }
}
