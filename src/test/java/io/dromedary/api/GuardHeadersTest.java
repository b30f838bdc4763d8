package io.dromedary.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dromedary.api.error.RefusedException;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class GuardHeadersTest {
    private static Guards read(Map<String, String> headers) {
        return Objects.requireNonNull(GuardHeaders.read(headers::get));
    }

    @Test
    void nothing_is_on_without_them_or_where_they_are_false() {
        assertThat(GuardHeaders.read(name -> null)).isNull();
        var off = Map.of("toxicity", "false", "injection", "False", "pii", "", "replace-method", "mask");
        assertThat(GuardHeaders.read(off::get)).isNull();
    }

    @Test
    void they_are_about_what_was_made_of_the_request() {
        var guards = read(Map.of(
                "toxicity",
                "true",
                "injection",
                "True",
                "pii",
                "replace",
                "replace-method",
                "mask",
                "entity-list",
                "EMAIL_ADDRESS, ,PERSON"));
        assertThat(guards.input().isOn()).isFalse();
        assertThat(guards.output().checks()).containsExactlyInAnyOrder("toxicity", "block_prompt_injection");
        assertThat(guards.output().pii())
                .isEqualTo(new Guards.Pii(false, Guards.Method.MASK, Set.of("EMAIL_ADDRESS", "PERSON")));
        assertThat(read(Map.of("pii", "block")).output().pii())
                .isEqualTo(new Guards.Pii(true, Guards.Method.RANDOM, Set.of()));
    }

    @Test
    void a_wrong_one_is_refused_by_its_name() {
        for (var header : Map.of("toxicity", "yes", "pii", "hide", "replace-method", "rot13", "injection", "1")
                .entrySet()) {
            var refused = catchThrowableOfType(
                    RefusedException.class, () -> read(Map.of(header.getKey(), header.getValue())));
            assertThat(refused.refusal().param()).isEqualTo(header.getKey());
        }
    }
}
