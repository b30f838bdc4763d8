package io.dromedary.backend.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.dromedary.api.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonScanTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "null",
                "true",
                "false",
                "0",
                "-0.5e+10",
                "1e3",
                "\"\"",
                "\"a\\\"b\"",
                "\"\\u00e9\\n\\\\\"",
                "{ \"a\" : [ 1 , { } ] , \"b\" : \"}{][\" }",
                "[[[[\"deep\"]]]]",
                "\"a string that is longer than eight bytes, with \\\\ and \\\" at odd places: {[,]}\"",
                "\"żółć 🦙\""
            })
    void finds_the_end_of_a_value(String json) {
        var text = bytes("  " + json + " ,");

        assertThat(JsonScan.value(text, 2, text.length)).isEqualTo(text.length - 2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[",
                "\"",
                "\"abc",
                "\"\\\"",
                "tru",
                "nul",
                "01",
                "-",
                "1.",
                "1e",
                ".5",
                "+1",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "[1,]",
                "[1 2]",
                "{1:2}",
                "{\"a\":1]",
                "[1}",
                "\"\\x\"",
                "\"\\u12g4\"",
                "\"a\nb\"",
                "\"a string longer than eight \u0001 bytes\"",
                "'a'",
                "undefined",
                "{\"a\" 1}",
                "{,}"
            })
    void meets_no_json(String broken) {
        var text = bytes(broken);

        assertThat(JsonScan.value(text, 0, text.length)).isEqualTo(JsonScan.BROKEN);
    }

    @Test
    void goes_as_deep_as_requests_may_and_no_deeper() {
        var deepest = bytes("[".repeat(Json.MAX_DEPTH) + "]".repeat(Json.MAX_DEPTH));
        var deeper = bytes("[".repeat(Json.MAX_DEPTH + 1) + "]".repeat(Json.MAX_DEPTH + 1));

        assertThat(JsonScan.value(deepest, 0, deepest.length)).isEqualTo(deepest.length);
        assertThat(JsonScan.value(deeper, 0, deeper.length)).isEqualTo(JsonScan.BROKEN);
    }

    @Test
    void never_reads_behind_the_end() {
        var text = bytes("{\"a\":\"bcdefghijkl\",\"m\":[1,2,3.5e7,true,null,\"\\u00e9\"]}");
        for (var end = 0; end < text.length; end++) {
            assertThat(JsonScan.value(text, 0, end)).as("cut at %d", end).isEqualTo(JsonScan.BROKEN);
        }
    }

    @Test
    void agrees_with_jackson_on_what_is_json() {
        var seed = 20_260_101L;
        var random = new SplittableRandom(seed);
        var accepted = 0;
        for (var i = 0; i < 30_000; i++) {
            var json = RandomJson.value(random, 4).getBytes(StandardCharsets.UTF_8);
            if (random.nextInt(3) > 0) {
                json = RandomJson.damaged(random, json);
            }
            var end = JsonScan.value(json, JsonScan.space(json, 0, json.length), json.length);
            var whole = end != JsonScan.BROKEN && JsonScan.space(json, end, json.length) == json.length;
            if (whole != RandomJson.isJson(json)) {
                fail("seed %d, text %d: %s", seed, i, new String(json, StandardCharsets.UTF_8));
            }
            accepted += whole ? 1 : 0;
        }
        assertThat(accepted).isBetween(10_000, 20_000);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
