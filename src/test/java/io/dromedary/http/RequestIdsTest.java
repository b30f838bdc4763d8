package io.dromedary.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestIdsTest {
    @ParameterizedTest
    @ValueSource(strings = {"abc", "req_0123456789abcdef", "a/b:c=d+e.f-g", "00-4bf92f3577b34da6a3ce929d0e0e4736-01"})
    void a_sane_id_of_the_client_is_kept(String id) {
        assertThat(RequestIds.keepOrMake(id, prefix -> "made")).isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "with space", "tab\there", "<script>", "a\"b", "ümlaut", "new\nline"})
    void anything_else_is_replaced(String id) {
        assertThat(RequestIds.keepOrMake(id, prefix -> prefix + "made")).isEqualTo("req_made");
    }

    @Test
    void one_that_is_too_long_or_missing_is_replaced() {
        assertThat(RequestIds.keepOrMake("x".repeat(129), prefix -> "made")).isEqualTo("made");
        assertThat(RequestIds.keepOrMake(null, prefix -> "made")).isEqualTo("made");
    }
}
