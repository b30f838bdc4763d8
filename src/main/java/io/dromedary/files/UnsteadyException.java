package io.dromedary.files;

import io.dromedary.api.error.RefusedException;

/** A file could not be fetched now, since whoever has it failed: another time it may be there. Has no stack trace. */
public final class UnsteadyException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient RefusedException refused;

    /** @param refused what a caller is told where nobody tries again */
    public UnsteadyException(RefusedException refused) {
        super(refused.getMessage(), null, false, false);
        this.refused = refused;
    }

    public RefusedException refused() {
        return refused;
    }
}
