package io.dromedary.backend.dialect.tgi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.error.RefusedException;
import io.dromedary.backend.Target;
import org.assertj.core.api.AbstractStringAssert;

/** Asserts that a request is refused with a 400, and says something about the field that is named. */
final class Refused {
    private Refused() {}

    static AbstractStringAssert<?> param(ChatRequest request) {
        return param(request, Tgi.target());
    }

    static AbstractStringAssert<?> param(ChatRequest request, Target target) {
        var refused =
                catchThrowableOfType(RefusedException.class, () -> Tgi.dialect().chat(request, target));
        assertThat(refused).as("refused").isNotNull();
        assertThat(refused.refusal().status()).isEqualTo(400);
        assertThat(refused.refusal().message()).isNotBlank();
        return assertThat(refused.refusal().param());
    }
}
