package io.dromedary.files.url;

import io.dromedary.files.Blobs;
import io.dromedary.store.StoreException;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Blobs in the heap of a test. */
public final class HeapBlobs implements Blobs {
    private final Map<String, ByteArrayOutputStream> blobs = new ConcurrentHashMap<>();
    private final AtomicInteger made = new AtomicInteger();

    /** Names of those that are there. */
    public Iterable<String> names() {
        return blobs.keySet();
    }

    public byte[] content(String name) {
        return Objects.requireNonNull(blobs.get(name), name).toByteArray();
    }

    /** One with content. */
    public String put(byte[] content) {
        var writer = create();
        writer.append(content);
        return writer.name();
    }

    @Override
    public Writer receive(Duration unclaimed) {
        return create();
    }

    @Override
    public Writer create() {
        var name = "blob-" + made.incrementAndGet();
        var bytes = new ByteArrayOutputStream();
        return new Writer() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public long length() {
                return bytes.size();
            }

            @Override
            public CompletionStage<Void> append(byte[] piece) {
                bytes.writeBytes(piece);
                blobs.put(name, bytes);
                return CompletableFuture.completedStage(null);
            }

            @Override
            public CompletionStage<Void> close() {
                return CompletableFuture.completedStage(null);
            }
        };
    }

    @Override
    public CompletionStage<byte[]> read(String blob, long from, int most) {
        var bytes = blobs.get(blob);
        if (bytes == null) {
            return CompletableFuture.failedStage(new StoreException("there is no blob " + blob));
        }
        var end = (int) Math.min(bytes.size(), from + most);
        return CompletableFuture.completedStage(Arrays.copyOfRange(bytes.toByteArray(), (int) from, end));
    }

    @Override
    public CompletionStage<Void> delete(String blob) {
        blobs.remove(blob);
        return CompletableFuture.completedStage(null);
    }
}
