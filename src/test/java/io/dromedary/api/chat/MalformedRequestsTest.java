package io.dromedary.api.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dromedary.api.chat.MalformedRequests.Case;
import io.dromedary.api.error.ErrorBody;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class MalformedRequestsTest {
    @ParameterizedTest
    @MethodSource("io.dromedary.api.chat.MalformedRequests#all")
    void a_malformed_request_is_refused_by_the_place_that_is_wrong(Case malformed) {
        var refused = catchThrowableOfType(
                RefusedException.class,
                () -> ChatRequestReader.read(malformed.body().clone()));

        assertThat(refused).as("refused").isNotNull();
        var refusal = refused.refusal();
        assertThat(refusal.message()).contains(malformed.words()).hasSizeLessThan(600);
        assertThat(refusal.param()).isEqualTo(malformed.param());
        assertThat(refusal.code()).isEqualTo(malformed.code());
        assertThat(refusal.status()).isEqualTo(400);
        assertThat(refusal.type()).isEqualTo("invalid_request_error");
        assertThat(Json.read(ErrorBody.bytes(refusal))).as("error body").isNotNull();
    }

    @Test
    void the_table_is_large_and_no_case_stands_in_it_twice() {
        var cases = MalformedRequests.all();
        var seen = new HashSet<String>();

        assertThat(cases).hasSizeGreaterThan(400).allMatch(malformed -> seen.add(malformed.name()));
    }

    @Test
    void messages_do_not_speak_of_the_parser() {
        for (var malformed : MalformedRequests.all()) {
            var refused = catchThrowableOfType(RefusedException.class, () -> ChatRequestReader.read(malformed.body()));
            assertThat(refused.refusal().message())
                    .as(malformed.name())
                    .doesNotContain("JsonReadFeature", "StreamRead", "REDACTED", "Source:", "jackson", "\n", "com.");
        }
    }
}
