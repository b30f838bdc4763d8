package io.dromedary.api;

import java.util.concurrent.CompletionStage;

/** Bytes of a reply, fetched as the client takes them. Called on the event loop of the call. */
public interface ContentSource {
    /**
     * What comes next. Not asked again before this is complete.
     *
     * @return none where there is no more; may be complete on any thread
     */
    CompletionStage<byte[]> next();

    /** Nothing more is wanted. */
    default void close() {}
}
