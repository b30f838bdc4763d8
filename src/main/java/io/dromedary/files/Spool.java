package io.dromedary.files;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import io.dromedary.api.Content;
import io.dromedary.api.FormSource;
import io.dromedary.api.Ids;
import io.dromedary.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Where files wait that are sent on within their call, and perhaps once more to another backend. A file has no name from the
 * moment that it is opened, where the system can do that: nothing of it is left when the call or the gateway ends, whichever
 * way.
 */
public final class Spool {
    /** Bytes that are written and read at once. */
    private static final int PIECE = 64 * 1024;

    private final Path folder;
    private final Ids ids;

    /** @param folder made where it is not there */
    public Spool(Path folder, Ids ids) {
        this.folder = folder;
        this.ids = ids;
    }

    /**
     * A form with one file, which is kept.
     *
     * @param filename as its sender called it; never a path of ours
     * @param contentType as its sender gave it, or null
     * @param content its receiver is to close it
     * @param fields of the form
     */
    public record Received(
            String filename, @Nullable String contentType, Content content, Map<String, List<String>> fields) {}

    /**
     * Takes in a form as it arrives.
     *
     * @param most bytes of its file
     * @param loop of the call
     * @return complete on the loop; fails with {@link io.dromedary.api.error.RefusedException} where it is no such form, and
     *     with {@link StoreException} where the disk cannot be written. Nothing is left behind then
     */
    public CompletionStage<Received> take(FormSource form, long most, Executor loop) {
        var file = new Unnamed();
        return new Upload(new Filling(file), form, most, PIECE, loop)
                .begin()
                .thenApply(
                        received -> new Received(received.filename(), received.contentType(), file, received.fields()));
    }

    private FileChannel open() throws IOException {
        Files.createDirectories(folder);
        return FileChannel.open(folder.resolve(ids.next("spool-")), CREATE_NEW, READ, WRITE, DELETE_ON_CLOSE);
    }

    /** Files have their time, which event loops have not. */
    private interface Work<T extends @Nullable Object> {
        T done() throws IOException;
    }

    private <T extends @Nullable Object> CompletionStage<T> away(Work<T> work) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return work.done();
                    } catch (ClosedChannelException e) {
                        throw new StoreException("a file of the spool was read after its end", e);
                    } catch (IOException e) {
                        throw new StoreException("the spool " + folder + ": " + e.getMessage(), e);
                    }
                },
                Thread::startVirtualThread);
    }

    /** One file. */
    private final class Unnamed implements Content {
        private volatile @Nullable FileChannel channel;
        private volatile long length;
        private volatile boolean closed;

        CompletionStage<Void> append(byte[] bytes) {
            return away(() -> {
                        var open = channel;
                        if (open == null) {
                            open = Spool.this.open();
                            channel = open;
                        }
                        var rest = ByteBuffer.wrap(bytes);
                        while (rest.hasRemaining()) {
                            open.write(rest, length + rest.position());
                        }
                        // pieces come one after the other
                        var after = length + bytes.length;
                        length = after;
                        return after;
                    })
                    .thenAccept(after -> {});
        }

        @Override
        public long length() {
            return length;
        }

        @Override
        public CompletionStage<byte[]> read(long from, int most) {
            return away(() -> {
                var open = channel;
                var count = Math.clamp(length - from, 0, most);
                if (open == null || count == 0) {
                    return new byte[0];
                }
                var bytes = ByteBuffer.wrap(new byte[count]);
                while (bytes.hasRemaining() && open.read(bytes, from + bytes.position()) >= 0) {}
                return bytes.hasRemaining() ? Arrays.copyOf(bytes.array(), bytes.position()) : bytes.array();
            });
        }

        @Override
        public void close() {
            var _ = shut();
        }

        CompletionStage<Void> shut() {
            var open = channel;
            if (open == null || closed) {
                return CompletableFuture.completedStage(null);
            }
            closed = true;
            return away(() -> {
                        open.close();
                        return true;
                    })
                    .thenAccept(gone -> {});
        }
    }

    /** A file while it is filled. */
    private record Filling(Unnamed file) implements Upload.Place {
        @Override
        public CompletionStage<Void> append(byte[] bytes) {
            return file.append(bytes);
        }

        @Override
        public CompletionStage<Void> close() {
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<Void> discard() {
            return file.shut();
        }
    }
}
