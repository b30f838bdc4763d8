package io.dromedary.api;

import java.util.concurrent.CompletionStage;

/** Bytes that are kept somewhere, and may be read more than once, from anywhere in them. */
public interface Content {
    /** How many there are. */
    long length();

    /**
     * Some of them.
     *
     * @param most fewer may come; none where there are no more
     * @return complete on any thread
     */
    CompletionStage<byte[]> read(long from, int most);

    /** Nobody wants them any more: they are gone for good, and a read from now on fails. Does nothing a second time. */
    void close();
}
