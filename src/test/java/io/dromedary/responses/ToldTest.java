package io.dromedary.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ToldTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 40})
    void a_record_tells_what_its_response_does(int ancestors) {
        var lineage = Lineage.of(
                IntStream.range(0, ancestors).mapToObj(i -> "resp_" + i).toList());
        var turn = Turns.turn("resp_x", List.of(), "Grüße 🐪 \"1.50\"");
        turn.response().put("output_text", "no item").putObject("text").putArray("output");
        var response = new StoredResponse("resp_x", turn.project(), lineage, "conv_1", turn.input(), turn.response());
        assertThat(Told.read(Kept.of(response).text())).isEqualTo(Told.of(response));
        assertThat(Told.read(Kept.begun(response, "run_1").text())).isEqualTo(Told.of(response));
        assertThat(Told.of(response).items()).hasSize(2);
    }

    @Test
    void what_was_deleted_while_it_ran_is_nobodys() {
        assertThat(Told.read(Kept.DELETED.text()).project()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "[]", "{", "{\"v\":2,\"project\":\"p\"}", "{\"v\":1,\"input\":[", "null", "{\"input\":[1]"})
    void what_is_no_record_is_said_to_be_none(String text) {
        assertThatThrownBy(() -> Told.read(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no response");
    }
}
