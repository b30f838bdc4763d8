package io.dromedary.api.chat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SingleChoiceTest {
    @Test
    void only_n_goes_and_every_other_byte_stays() {
        assertThat(single("""
                { "model":"m",  "messages" : "h\\u00fc ü" , "n": 3 , "temperature":1.0,
                  "x":{"n":7} }
                """, 2)).isEqualTo("""
                { "model":"m",  "messages" : "h\\u00fc ü" , "temperature":1.0,
                  "x":{"n":7} }
                """);
    }

    @Test
    void n_may_stand_first_or_last() {
        assertThat(single("{\"n\":2,\"model\":\"m\",\"messages\":\"hi\"}", 0))
                .isEqualTo("{\"model\":\"m\",\"messages\":\"hi\"}");
        assertThat(single("{\"model\":\"m\",\"messages\":\"hi\",\"n\":2}", 1))
                .isEqualTo("{\"model\":\"m\",\"messages\":\"hi\"}");
    }

    @Test
    void what_was_read_is_that_of_one_choice() {
        var request = read("""
                {"model":"m","messages":"hi","n":4,"stream":true,"stream_options":{"include_usage":true}}""");

        var single = request.single(3);

        assertThat(single.choices()).isEqualTo(1);
        assertThat(single.has("n")).isFalse();
        assertThat(single.stream()).isTrue();
        assertThat(single.usageWanted()).isTrue();
        assertThat(request.choices()).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({
        "7, 0, 7",
        "7, 2, 9",
        "-2, 1, -1",
        "-1, 3, 2",
        "9007199254740993, 1, 9007199254740994",
        "9223372036854775807, 1, -9223372036854775808",
        "-9223372036854775808, 1, -9223372036854775807"
    })
    void each_choice_has_a_seed_of_its_own(String seed, int choice, String own) {
        assertThat(single("{\"model\":\"m\",\"seed\" : " + seed + ",\"messages\":\"hi\",\"n\":5}", choice))
                .isEqualTo("{\"model\":\"m\",\"seed\" : " + own + ",\"messages\":\"hi\"}");
    }

    @Test
    void no_seed_and_a_null_one_stay_what_they_are() {
        assertThat(single("{\"model\":\"m\",\"messages\":\"hi\",\"n\":2}", 1)).doesNotContain("seed");
        assertThat(single("{\"model\":\"m\",\"messages\":\"hi\",\"seed\":null,\"n\":2}", 1))
                .isEqualTo("{\"model\":\"m\",\"messages\":\"hi\",\"seed\":null}");
    }

    private static String single(String request, int choice) {
        return new String(read(request).single(choice).body(), UTF_8);
    }

    private static ChatRequest read(String request) {
        return ChatRequestReader.read(request.getBytes(UTF_8));
    }
}
