package io.dromedary.bench;

/** Something that a benchmark needs is not on this machine. The message says what, and how to get it. */
final class MissingException extends Exception {

    private static final long serialVersionUID = 1L;

    MissingException(String message) {
        super(message);
    }
}
