package io.dromedary.files;

import io.dromedary.store.StoreException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A blob that grows, and stays wanted for as long as it does. */
final class OpenBlob implements Blobs.Writer {
    private static final int OFTEN = 4;

    /** Where the bytes go. */
    interface Ink {
        /** The mark is there, and nothing else yet. */
        CompletionStage<Void> begin();

        /** @param at how much is there already */
        CompletionStage<Void> write(byte[] bytes, long at);

        CompletionStage<Void> close();
    }

    private final String name;
    private final BlobMarks marks;
    private final boolean received;
    private final Duration unclaimed;
    private final LongSupplier nanos;
    private final Ink ink;

    private long length;
    private boolean begun;
    private long keptNanos;

    /**
     * Nothing is there yet.
     *
     * @param received somebody is sending it
     * @param unclaimed how long it is wanted after its last bytes, where it does not become a file's
     */
    OpenBlob(String name, BlobMarks marks, boolean received, Duration unclaimed, LongSupplier nanos, Ink ink) {
        this.name = name;
        this.marks = marks;
        this.received = received;
        this.unclaimed = unclaimed;
        this.nanos = nanos;
        this.ink = ink;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public CompletionStage<Void> append(byte[] bytes) {
        if (bytes.length == 0) {
            return CompletableFuture.completedStage(null);
        }
        var at = length;
        length += bytes.length;
        var ready = ready();
        return ready == null ? ink.write(bytes, at) : ready.thenCompose(done -> ink.write(bytes, at));
    }

    /** Null where nothing has to be done first. */
    private @Nullable CompletionStage<Void> ready() {
        var now = nanos.getAsLong();
        if (!begun) {
            begun = true;
            keptNanos = now;
            return marks.begin(name, received, unclaimed)
                    .thenAccept(this::check)
                    .thenCompose(done -> ink.begin());
        }
        if (now - keptNanos < unclaimed.toNanos() / OFTEN) {
            return null;
        }
        keptNanos = now;
        return marks.keep(name, received, unclaimed).thenAccept(this::check);
    }

    private void check(boolean wanted) {
        if (!wanted) {
            throw new StoreException("the blob " + name + " was given up, since nothing was written for too long");
        }
    }

    @Override
    public CompletionStage<Void> close() {
        return ink.close();
    }
}
