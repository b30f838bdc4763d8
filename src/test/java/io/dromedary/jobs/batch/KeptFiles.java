package io.dromedary.jobs.batch;

import io.dromedary.files.Blobs;
import io.dromedary.files.StoredFile;
import io.dromedary.files.StoredFiles;
import io.dromedary.store.StoreException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Files and blobs in memory. */
final class KeptFiles implements StoredFiles, Blobs {
    private static final String PROJECT = "acme";

    final Map<String, ByteArrayOutputStream> blobs = new ConcurrentHashMap<>();
    private final Map<String, StoredFile> files = new ConcurrentHashMap<>();
    private final AtomicInteger number = new AtomicInteger();

    /** So many appends fail. */
    final AtomicInteger failures = new AtomicInteger();

    /** Puts a file there for batches, of the project acme. */
    String put(String content) {
        return put(content, "batch");
    }

    String put(String content, String purpose) {
        var id = "file-" + number.incrementAndGet();
        files.put(id, new StoredFile(id, PROJECT, "in.jsonl", purpose, Instant.EPOCH, null, List.of(blob(content))));
        return id;
    }

    StoredFile.Part blob(String content) {
        var bytes = content.getBytes(StandardCharsets.UTF_8);
        var name = "blob-" + number.incrementAndGet();
        var blob = new ByteArrayOutputStream();
        blob.writeBytes(bytes);
        blobs.put(name, blob);
        return new StoredFile.Part(name, bytes.length);
    }

    StoredFile file(String id) {
        return Objects.requireNonNull(files.get(id), id);
    }

    /** What is in a file; nothing where there is none. */
    String content(@Nullable String id) {
        var file = id == null ? null : files.get(id);
        return file == null
                ? ""
                : new String(
                        read(file, 0, (int) file.bytes()).toCompletableFuture().join(), StandardCharsets.UTF_8);
    }

    @Override
    public CompletionStage<Void> add(StoredFile file) {
        if (files.putIfAbsent(file.id(), file) != null) {
            throw new AssertionError(file.id() + " was there");
        }
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<@Nullable StoredFile> find(String project, String id) {
        var file = files.get(id);
        return CompletableFuture.completedStage(file != null && file.project().equals(project) ? file : null);
    }

    @Override
    public CompletionStage<List<StoredFile>> page(
            String project, @Nullable String after, int most, boolean newestFirst, @Nullable String purpose) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Boolean> delete(String project, String id) {
        var file = files.remove(id);
        if (file != null) {
            file.parts().forEach(part -> blobs.remove(part.blob()));
        }
        return CompletableFuture.completedStage(file != null);
    }

    @Override
    public CompletionStage<byte[]> read(StoredFile file, long from, int most) {
        var whole = new ByteArrayOutputStream();
        for (var part : file.parts()) {
            var blob = blobs.get(part.blob());
            if (blob == null) {
                return CompletableFuture.failedStage(new StoreException("there is no blob " + part.blob()));
            }
            whole.write(blob.toByteArray(), 0, (int) part.length());
        }
        var bytes = whole.toByteArray();
        return CompletableFuture.completedStage(
                Arrays.copyOfRange(bytes, (int) from, (int) Math.min(bytes.length, from + most)));
    }

    @Override
    public Blobs blobs() {
        return this;
    }

    @Override
    public Writer receive(Duration unclaimed) {
        return create();
    }

    @Override
    public Writer create() {
        var name = "blob-" + number.incrementAndGet();
        var blob = new ByteArrayOutputStream();
        return new Writer() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public long length() {
                return blob.size();
            }

            @Override
            public CompletionStage<Void> append(byte[] bytes) {
                if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                    return CompletableFuture.failedStage(new StoreException("no room"));
                }
                blobs.putIfAbsent(name, blob);
                blob.writeBytes(bytes);
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
        return read(new StoredFile("", PROJECT, "", "", Instant.EPOCH, null, parts(blob)), from, most);
    }

    private List<StoredFile.Part> parts(String blob) {
        var there = blobs.get(blob);
        return new ArrayList<>(List.of(new StoredFile.Part(blob, there == null ? 0 : there.size())));
    }

    @Override
    public CompletionStage<Void> delete(String blob) {
        blobs.remove(blob);
        return CompletableFuture.completedStage(null);
    }
}
