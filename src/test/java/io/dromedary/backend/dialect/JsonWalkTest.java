package io.dromedary.backend.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonWalkTest {
    @Test
    void it_enters_what_is_looked_at_and_steps_over_the_rest() {
        var walk = walk(" { \"a\" : [ {\"b\":1,\"c\":[2]} , {\"b\":-7} , 3 ] , \"d\":{} , \"e\":\"x\" } ");
        List<Object> seen = new ArrayList<>();

        assertThat(walk.object()).isTrue();
        while (walk.member()) {
            if (walk.named("a") && walk.list()) {
                while (walk.element()) {
                    if (walk.object()) {
                        while (walk.member()) {
                            if (walk.named("b")) {
                                seen.add(walk.integer());
                            } else {
                                walk.skip();
                            }
                        }
                    } else {
                        seen.add("no object");
                    }
                }
            } else if (walk.named("e")) {
                seen.add("e");
                walk.skip();
            } else {
                walk.skip();
            }
        }

        assertThat(seen).containsExactly(1L, -7L, "no object", "e");
        assertThat(walk.broken()).isFalse();
    }

    @Test
    void what_is_no_whole_number_is_none() {
        var walk = walk("[1.5,\"1\",99999999999999999999]");
        walk.list();
        while (walk.element()) {
            assertThat(walk.integer()).isEqualTo(-1);
        }
        assertThat(walk.broken()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{\"a\"",
                "{\"a\":",
                "{\"a\":1",
                "{\"a\":1,",
                "{\"a\":1,}",
                "{,\"a\":1}",
                "{a:1}",
                "{\"a\":1 \"b\":2}",
                "{\"a\":1]",
                "{\"a\":nul}",
                "{\"a\":[1}"
            })
    void where_the_text_is_no_json_there_is_no_more(String text) {
        var walk = walk(text);
        if (walk.object()) {
            while (walk.member()) {
                walk.skip();
            }
        }
        assertThat(walk.broken()).isTrue();
        assertThat(walk.element()).isFalse();
        assertThat(walk.integer()).isEqualTo(-1);
    }

    private static JsonWalk walk(String text) {
        return new JsonWalk(text.getBytes(UTF_8));
    }
}
