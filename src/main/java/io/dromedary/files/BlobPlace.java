package io.dromedary.files;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** A new blob as the place of an upload. */
final class BlobPlace implements Upload.Place {
    /** Who writes pauses no longer than the time that a body has; what a gateway that died has left is not kept for long. */
    private static final Duration UNCLAIMED = Duration.ofHours(1);

    private final Blobs blobs;
    private final Blobs.Writer writer;

    BlobPlace(Blobs blobs) {
        this.blobs = blobs;
        this.writer = blobs.receive(UNCLAIMED);
    }

    @Override
    public CompletionStage<Void> append(byte[] bytes) {
        return writer.append(bytes);
    }

    @Override
    public CompletionStage<Void> close() {
        return writer.close();
    }

    @Override
    public CompletionStage<Void> discard() {
        return blobs.delete(writer.name());
    }

    /** What was written. */
    StoredFile.Part part() {
        return new StoredFile.Part(writer.name(), writer.length());
    }
}
