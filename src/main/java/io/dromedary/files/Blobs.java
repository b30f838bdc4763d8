package io.dromedary.files;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Where bytes are: on the disk of a gateway that is alone, on the servers of a store that many share. A blob is written once,
 * from front to back, by one writer; its name is unguessable and not shown to callers.
 */
public interface Blobs {
    /** How long a blob is kept after it last grew, where it does not become a file's by {@link StoredFiles#add}. */
    Duration UNCLAIMED = Duration.ofDays(7);

    /** Begins a new one, of work that goes on where its gateway dies. Nothing is there of it before something was appended. */
    Writer create();

    /**
     * Begins a new one, of somebody who is sending it now: where the gateway dies and has its store to itself, it is nobody's
     * from then on.
     *
     * @param unclaimed how long it is kept after it last grew, where it does not become a file's
     */
    Writer receive(Duration unclaimed);

    /** The end of a blob that grows. One call at a time. */
    interface Writer {
        /** Of the blob. */
        String name();

        /** What was appended so far, complete or not. */
        long length();

        /** When this is complete the bytes are there for every gateway, as durable as the store is. */
        CompletionStage<Void> append(byte[] bytes);

        /** No more is appended. What was appended stays until {@link Blobs#delete}. */
        CompletionStage<Void> close();
    }

    /**
     * Some of it.
     *
     * @param most fewer may come; none where the blob has no more
     * @return fails with {@link io.dromedary.store.StoreException} where there is no such blob
     */
    CompletionStage<byte[]> read(String blob, long from, int most);

    /** It is gone when this is complete; nothing happens where it was not there. */
    CompletionStage<Void> delete(String blob);
}
