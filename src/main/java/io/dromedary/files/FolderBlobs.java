package io.dromedary.files;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import io.dromedary.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Blobs as files of a folder, of this gateway alone or of all that share a store. */
final class FolderBlobs implements SweptBlobs {
    private static final Predicate<String> NAME =
            Pattern.compile("[0-9a-f]{32}").asMatchPredicate();
    private static final Predicate<String> PART = Pattern.compile("[0-9a-f]{2}").asMatchPredicate();
    private static final int AT_ONCE = 256;

    private final Path folder;
    private final boolean fsync;
    private final BlobMarks marks;
    private final LongSupplier nanos;

    /**
     * Nothing is touched yet.
     *
     * @param folder made where it is not there; everything in it is the gateway's
     * @param fsync what was appended would outlive the machine, too
     */
    FolderBlobs(Path folder, boolean fsync, BlobMarks marks, LongSupplier nanos) {
        this.folder = folder;
        this.fsync = fsync;
        this.marks = marks;
        this.nanos = nanos;
    }

    @Override
    public Writer create() {
        return begin(false, UNCLAIMED);
    }

    @Override
    public Writer receive(Duration unclaimed) {
        return begin(true, unclaimed);
    }

    private Writer begin(boolean received, Duration unclaimed) {
        var name = marks.newName();
        return new OpenBlob(name, marks, received, unclaimed, nanos, new Pen(name));
    }

    @Override
    public CompletionStage<byte[]> read(String blob, long from, int most) {
        return away(blob, () -> {
            try (var channel = FileChannel.open(path(blob), READ)) {
                var count = Math.clamp(channel.size() - from, 0, most);
                var bytes = ByteBuffer.wrap(new byte[count]);
                while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) >= 0) {}
                return bytes.hasRemaining() ? Arrays.copyOf(bytes.array(), bytes.position()) : bytes.array();
            }
        });
    }

    @Override
    public CompletionStage<Void> delete(String blob) {
        return marks.drop(blob).thenCompose(dropped -> remove(blob));
    }

    private CompletionStage<Void> remove(String blob) {
        return change(blob, () -> Files.deleteIfExists(path(blob)));
    }

    @Override
    public CompletionStage<Integer> sweep() {
        return away("a sweep", this::names).thenCompose(names -> sweep(names, 0, 0));
    }

    private CompletionStage<Integer> sweep(List<String> names, int from, int count) {
        if (from >= names.size()) {
            return CompletableFuture.completedStage(count);
        }
        var to = Math.min(names.size(), from + AT_ONCE);
        // away from the thread on which the store answers: it is not to be kept
        return marks.unwanted(names.subList(from, to))
                .thenCompose(unwanted -> away("a sweep", () -> {
                    for (var blob : unwanted) {
                        Files.deleteIfExists(path(blob));
                    }
                    return unwanted.size();
                }))
                .thenCompose(gone -> sweep(names, to, count + gone));
    }

    private List<String> names() throws IOException {
        if (Files.notExists(folder)) {
            return List.of();
        }
        var names = new ArrayList<String>();
        for (var part : list(folder)) {
            if (PART.test(part)) {
                list(folder.resolve(part)).stream().filter(NAME).forEach(names::add);
            }
        }
        return names;
    }

    /** Names alone: a file may be gone by the time that it is looked at. */
    private static List<String> list(Path folder) throws IOException {
        try (var all = Files.list(folder)) {
            return all.map(path -> String.valueOf(path.getFileName())).toList();
        }
    }

    private Path path(String blob) {
        if (!NAME.test(blob)) {
            throw new IllegalArgumentException("it is no name of a blob");
        }
        return folder.resolve(blob.substring(0, 2)).resolve(blob);
    }

    /** Files have their time, which event loops have not. */
    private interface Work<T> {
        T done() throws IOException;
    }

    private interface Change {
        void make() throws IOException;
    }

    private <T> CompletionStage<T> away(String blob, Work<T> work) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return work.done();
                    } catch (IOException | IllegalArgumentException e) {
                        throw failure(blob, e);
                    }
                },
                Thread::startVirtualThread);
    }

    private CompletionStage<Void> change(String blob, Change change) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        change.make();
                    } catch (IOException | IllegalArgumentException e) {
                        throw failure(blob, e);
                    }
                },
                Thread::startVirtualThread);
    }

    private StoreException failure(String blob, Exception cause) {
        return cause instanceof NoSuchFileException
                ? new StoreException("there is no blob " + blob, cause)
                : new StoreException(blob + " in " + folder + ": " + cause.getMessage(), cause);
    }

    /** Writes one blob. */
    private final class Pen implements OpenBlob.Ink {
        private final String name;
        private @Nullable FileChannel channel;

        Pen(String name) {
            this.name = name;
        }

        @Override
        public CompletionStage<Void> begin() {
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<Void> write(byte[] bytes, long at) {
            return change(name, () -> {
                var open = opened();
                var rest = ByteBuffer.wrap(bytes);
                while (rest.hasRemaining()) {
                    open.write(rest, at + rest.position());
                }
                if (fsync) {
                    open.force(false);
                }
            });
        }

        private FileChannel opened() throws IOException {
            var open = channel;
            if (open == null) {
                var path = path(name);
                Files.createDirectories(path.getParent());
                open = FileChannel.open(path, CREATE_NEW, WRITE);
                channel = open;
                if (fsync) {
                    try (var parent = FileChannel.open(path.getParent(), READ)) {
                        parent.force(true);
                    }
                }
            }
            return open;
        }

        @Override
        public CompletionStage<Void> close() {
            var open = channel;
            if (open == null) {
                return CompletableFuture.completedStage(null);
            }
            return change(name, open::close);
        }
    }
}
