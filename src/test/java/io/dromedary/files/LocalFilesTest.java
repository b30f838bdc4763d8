package io.dromedary.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.store.Store;
import io.dromedary.store.StoreSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In the folder of a gateway that is alone. */
final class LocalFilesTest extends FilesContract {
    @TempDir
    static Path folder;

    @Override
    Store open() {
        return Store.open(new StoreSettings.Local(folder.resolve("data"), false, null), InstantSource.system());
    }

    @Override
    Path content() {
        return folder.resolve("data/content");
    }

    @Override
    int blobCount() {
        if (Files.notExists(content())) {
            return 0;
        }
        try (var parts = Files.list(content())) {
            return parts.mapToInt(LocalFilesTest::count).sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int count(Path part) {
        try (var all = Files.list(part)) {
            return (int) all.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void what_a_killed_gateway_was_taking_in_is_gone_at_the_next_sweep_and_nothing_else() {
        var cut = blobs.receive(Duration.ofHours(1));
        done(cut.append(bytes(300_000, 1)));
        var work = blobs.create();
        done(work.append(bytes(10, 2)));
        var kept = added(project, "batch");

        // of those that share a store any may be at it
        done(gateway(true).sweep());
        assertThat(all(cut.name())).hasSize(300_000);

        var next = gateway(false);
        var own = next.blobs().receive(Duration.ofHours(1));
        done(own.append(bytes(10, 3)));
        done(next.sweep());
        fails(() -> done(blobs.read(cut.name(), 0, 10)));
        assertThat(all(work.name())).hasSize(10);
        assertThat(all(own.name())).hasSize(10);
        assertThat(done(next.read(kept, 0, 100))).hasSize(10);
    }

    @Test
    void what_is_no_name_of_a_blob_is_no_path_either() throws Exception {
        var secret = Files.writeString(folder.resolve("secret"), "secret");
        var blobs = new FolderBlobs(content(), false, new BlobMarks(NoShelf.of(), prefix -> "x", true), () -> 0);
        for (var name : new String[] {"../secret", "../../secret", secret.toString(), "a", "", "..", "A".repeat(32)}) {
            var read = blobs.read(name, 0, 10).toCompletableFuture();
            assertThat(read).as(name).failsWithin(Duration.ofSeconds(10));
        }
    }
}
