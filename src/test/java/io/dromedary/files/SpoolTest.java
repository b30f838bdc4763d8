package io.dromedary.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dromedary.api.FormSource;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import io.dromedary.store.StoreException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class SpoolTest {
    private static final long MOST = 1_000_000;

    private final java.util.concurrent.ExecutorService loop = Executors.newSingleThreadExecutor();
    private final AtomicInteger count = new AtomicInteger();

    @TempDir
    Path folder;

    @AfterEach
    void stop() {
        loop.shutdownNow();
    }

    private Spool spool(Path where) {
        return new Spool(where, prefix -> prefix + count.incrementAndGet());
    }

    private static byte[] bytes(int length) {
        var bytes = new byte[length];
        new SplittableRandom(length).nextBytes(bytes);
        return bytes;
    }

    /** A form that pushes on the loop as long as nobody asks it to be silent. */
    private static final class Pushed implements FormSource {
        private final Executor loop;
        private final byte[] content;
        private final int piece;
        private final @Nullable Refusal end;
        private @Nullable Sink sink;
        private int at;
        private boolean paused;

        int pauses;
        int mostUnread;

        Pushed(Executor loop, byte[] content, int piece, @Nullable Refusal end) {
            this.loop = loop;
            this.content = content;
            this.piece = piece;
            this.end = end;
        }

        @Override
        public void start(Sink to, long most) {
            sink = to;
            to.file(new FilePart("file", "a.wav", "audio/wav"));
            push();
        }

        private void push() {
            while (!paused && at < content.length) {
                var next = Math.min(content.length, at + piece);
                var bytes = Arrays.copyOfRange(content, at, next);
                at = next;
                Objects.requireNonNull(sink).piece(bytes);
            }
            if (!paused && at >= content.length && sink != null) {
                var to = sink;
                sink = null;
                if (end != null) {
                    to.failed(end);
                    return;
                }
                to.fileEnd();
                to.end(Map.of("model", List.of("m"), "g[]", List.of("a", "b")));
            }
        }

        @Override
        public void pause() {
            paused = true;
            pauses++;
        }

        @Override
        public void resume() {
            paused = false;
            loop.execute(this::push);
        }
    }

    private Spool.Received take(Pushed form, long most) {
        var spool = spool(folder.resolve("spool"));
        try {
            return java.util.concurrent.CompletableFuture.supplyAsync(() -> spool.take(form, most, loop), loop)
                    .thenCompose(taken -> taken)
                    .join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private long left() throws IOException {
        if (Files.notExists(folder.resolve("spool"))) {
            return 0;
        }
        try (var files = Files.list(folder.resolve("spool"))) {
            return files.count();
        }
    }

    @Test
    void a_file_is_kept_and_read_from_anywhere_as_often_as_it_is_wanted() throws IOException {
        var content = bytes(300_000);
        var form = new Pushed(loop, content, 8192, null);
        var received = take(form, MOST);
        assertThat(received.filename()).isEqualTo("a.wav");
        assertThat(received.contentType()).isEqualTo("audio/wav");
        assertThat(received.fields()).isEqualTo(Map.of("model", List.of("m"), "g[]", List.of("a", "b")));
        assertThat(received.content().length()).isEqualTo(content.length);
        for (var i = 0; i < 2; i++) {
            var back = new ByteArrayOutputStream();
            for (var piece = read(received, 0); piece.length > 0; piece = read(received, back.size())) {
                back.writeBytes(piece);
            }
            assertThat(back.toByteArray()).isEqualTo(content);
        }
        assertThat(read(received, 299_990)).isEqualTo(Arrays.copyOfRange(content, 299_990, 300_000));
        assertThat(read(received, 300_000)).isEmpty();
        assertThat(read(received, 400_000)).isEmpty();
        assertThat(form.pauses).as("the sender has to wait for the disk").isPositive();
        received.content().close();
        assertThat(left()).isZero();
    }

    private static byte[] read(Spool.Received received, long from) {
        return received.content().read(from, 70_000).toCompletableFuture().join();
    }

    @Test
    void it_has_no_name_while_it_is_there() throws IOException {
        var received = take(new Pushed(loop, bytes(100), 100, null), MOST);
        assertThat(left()).isZero();
        received.content().close();
        received.content().close();
        assertThatThrownBy(() -> read(received, 0)).hasRootCauseInstanceOf(IOException.class);
    }

    @Test
    void an_empty_file_is_a_file() {
        var received = take(new Pushed(loop, new byte[0], 100, null), MOST);
        assertThat(received.content().length()).isZero();
        assertThat(read(received, 0)).isEmpty();
        received.content().close();
    }

    @Test
    void a_file_of_the_most_bytes_is_taken_and_one_more_is_a_413() throws IOException {
        take(new Pushed(loop, bytes(5000), 1000, null), 5000).content().close();
        assertThatThrownBy(() -> take(new Pushed(loop, bytes(5001), 1000, null), 5000))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.refusal().status()).isEqualTo(413));
        assertThat(left()).isZero();
    }

    @Test
    void a_form_that_breaks_off_leaves_nothing() throws IOException {
        var late = new Refusal.Http(408, "late", "request_timeout");
        assertThatThrownBy(() -> take(new Pushed(loop, bytes(200_000), 1000, late), MOST))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.refusal()).isEqualTo(late));
        assertThat(left()).isZero();
    }

    @Test
    void a_folder_that_cannot_be_written_is_told_of() throws IOException {
        var file = Files.write(folder.resolve("file"), "x".getBytes(UTF_8));
        var spool = spool(file);
        var form = new Pushed(loop, bytes(200_000), 1000, null);
        assertThatThrownBy(() -> java.util.concurrent.CompletableFuture.supplyAsync(
                                () -> spool.take(form, MOST, loop), loop)
                        .thenCompose(taken -> taken)
                        .join())
                .hasCauseInstanceOf(StoreException.class);
    }
}
