package io.dromedary.api.chat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.api.json.Json;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class NativeFormTest {
    private static final byte[] FORM = "{\"input\":\"hi\",\"tools\":[{\"type\":\"web_search\"}]}".getBytes(UTF_8);

    private static ChatRequest request(String members) {
        return ChatRequests.of("{\"model\":\"m\",\"messages\":\"hi\"" + members + "}");
    }

    @Test
    void a_chat_request_has_none_unless_it_is_given_one() {
        var plain = request("");
        assertThat(plain.nativeForm()).isNull();
        var spoken = plain.withNativeForm(FORM, "tools[0]");
        assertThat(spoken.nativeForm()).isEqualTo(FORM);
        assertThat(spoken.beyondChat()).isEqualTo("tools[0]");
        assertThat(spoken.body()).isSameAs(plain.body());
        assertThat(plain.nativeForm()).isNull();
    }

    @Test
    void it_stays_where_a_stream_is_asked_for() {
        var streamed = request("").withNativeForm(FORM, "tools[0]").streamed();
        assertThat(streamed.stream()).isTrue();
        assertThat(streamed.nativeForm()).isEqualTo(FORM);
        assertThat(streamed.beyondChat()).isEqualTo("tools[0]");
    }

    @Test
    void it_goes_where_an_answer_is_continued_and_what_is_beyond_chat_stays_so() {
        var continued = request("").withNativeForm(FORM, "tools[0]").continued("so far", 2);
        assertThat(continued.nativeForm()).isNull();
        assertThat(continued.beyondChat()).isEqualTo("tools[0]");
    }

    @Test
    void it_stays_for_one_choice_of_several_with_that_choices_seed() {
        assertThat(request(",\"n\":2").withNativeForm(FORM).single(1).nativeForm())
                .isEqualTo(FORM);
        var seeded =
                request(",\"n\":2,\"seed\":5").withNativeForm(FORM).single(1).nativeForm();
        assertThat(Json.object(Objects.requireNonNull(seeded)).path("seed").intValue())
                .isEqualTo(6);
    }
}
