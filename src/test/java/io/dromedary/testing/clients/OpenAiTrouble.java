package io.dromedary.testing.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.RateLimitException;
import com.openai.errors.SseException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What goes wrong, as OpenAI's Java client throws it. */
final class OpenAiTrouble {
    private OpenAiTrouble() {}

    static void assertThrown(Served.Trouble trouble, ThrowingCallable call) {
        var thrown = catchThrowableOfType(OpenAIServiceException.class, call);
        assertThat(thrown).isInstanceOf(kind(trouble.status()));
        assertThat(thrown.statusCode()).isEqualTo(trouble.status());
        if (!trouble.code().isEmpty()) {
            assertThat(thrown.code()).hasValue(trouble.code());
        }
        assertThat(thrown.getMessage()).isNotBlank();
        assertThat(thrown.headers().values("x-request-id"))
                .singleElement()
                .asString()
                .startsWith("req_");
    }

    /** In a stream that had begun. */
    static void assertBroken(ThrowingCallable call) {
        var thrown = catchThrowableOfType(SseException.class, call);
        assertThat(thrown.statusCode()).isEqualTo(200);
        assertThat(thrown.code()).hasValue("stream_broken");
        assertThat(thrown.headers().values("x-request-id"))
                .singleElement()
                .asString()
                .startsWith("req_");
    }

    /** The backend cannot do what this field asks for. */
    static void assertRefused(String param, ThrowingCallable call) {
        var thrown = catchThrowableOfType(BadRequestException.class, call);
        assertThat(thrown.param()).hasValueSatisfying(named -> assertThat(named).contains(param));
    }

    private static Class<? extends OpenAIServiceException> kind(int status) {
        return switch (status) {
            case 400 -> BadRequestException.class;
            case 429 -> RateLimitException.class;
            default -> InternalServerException.class;
        };
    }
}
