package io.dromedary.testing.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.errors.BadRequestException;
import com.anthropic.errors.InternalServerException;
import com.anthropic.errors.RateLimitException;
import com.anthropic.errors.SseException;
import com.anthropic.models.ErrorType;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What goes wrong, as Anthropic's Java client throws it. */
final class AnthropicTrouble {
    private AnthropicTrouble() {}

    static void assertThrown(Served.Trouble trouble, ThrowingCallable call) {
        var thrown = catchThrowableOfType(AnthropicServiceException.class, call);
        assertThat(thrown).isInstanceOf(kind(trouble.status()));
        assertThat(thrown.statusCode()).isEqualTo(trouble.status());
        assertThat(thrown.getMessage()).isNotBlank();
        assertHasId(thrown);
    }

    /** In a stream that had begun. */
    static void assertBroken(ThrowingCallable call) {
        var thrown = catchThrowableOfType(SseException.class, call);
        assertThat(thrown.type()).hasValue(ErrorType.API_ERROR);
        assertHasId(thrown);
    }

    /** The backend cannot do what this field asks for. */
    static void assertRefused(String param, ThrowingCallable call) {
        assertThat(catchThrowableOfType(BadRequestException.class, call).getMessage())
                .contains(param);
    }

    private static void assertHasId(AnthropicServiceException thrown) {
        assertThat(thrown.requestId()).hasValueSatisfying(id -> assertThat(id).startsWith("req_"));
    }

    private static Class<? extends AnthropicServiceException> kind(int status) {
        return switch (status) {
            case 400 -> BadRequestException.class;
            case 429 -> RateLimitException.class;
            default -> InternalServerException.class;
        };
    }
}
