package io.dromedary.api.responses;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class NativeFormTest {
    @Test
    void a_turn_goes_as_it_came_with_all_that_was_said_before_and_without_what_the_gateway_sees_to() {
        var request = Requests.of("\"model\":\"m\",\"input\":\"now\",\"top_k\":3,\"safeguards\":{\"pii\":\"block\"}");
        var items =
                Requests.items("[{\"role\":\"user\",\"content\":\"before\"},{\"role\":\"user\",\"content\":\"now\"}]");

        assertThat(new String(NativeForm.of(request, items), UTF_8))
                .isEqualTo("{\"model\":\"m\",\"input\":[{\"role\":\"user\",\"content\":\"before\"},"
                        + "{\"role\":\"user\",\"content\":\"now\"}],\"top_k\":3}");
    }
}
