package io.dromedary.api.error;

import org.jspecify.annotations.Nullable;

/** Carries a {@link Refusal} out of a step. Has no stack trace: a refusal is an answer, not a fault. */
public final class RefusedException extends RuntimeException {
    private final transient Refusal refusal;

    public RefusedException(Refusal refusal) {
        super(refusal.message(), null, false, false);
        this.refusal = refusal;
    }

    /** A request that is wrong in one field. */
    public static RefusedException badRequest(String param, String message) {
        return new RefusedException(new Refusal.BadRequest(message, param, null));
    }

    /** A request that is wrong in one field, with OpenAI's code for it. */
    public static RefusedException badRequest(@Nullable String param, String message, @Nullable String code) {
        return new RefusedException(new Refusal.BadRequest(message, param, code));
    }

    public Refusal refusal() {
        return refusal;
    }
}
