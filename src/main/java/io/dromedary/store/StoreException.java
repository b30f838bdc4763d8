package io.dromedary.store;

import java.io.Serial;

/** The store cannot be used. The message says where, and what to do where that is known. */
public final class StoreException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    public StoreException(String message) {
        super(message);
    }

    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
