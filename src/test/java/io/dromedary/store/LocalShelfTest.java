package io.dromedary.store;

import static io.dromedary.store.ShelfContract.held;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A shelf in memory. */
final class LocalShelfTest extends ShelfContract {
    @TempDir
    static Path folder;

    @Override
    Store open() throws Exception {
        return LocalStores.open(Files.createTempDirectory(folder, "store"));
    }

    @Override
    ShelfName name() {
        return ShelfName.ALLOWANCES;
    }

    @Test
    void nothing_has_to_be_waited_for() throws Exception {
        try (var store = open()) {
            var shelf = store.shelf(name(), Texts.CODEC);
            assertThat(shelf.putIfAbsent("key", "one", Duration.ofHours(1)).toCompletableFuture())
                    .isDone();
            assertThat(shelf.get("key").toCompletableFuture()).isDone();
            assertThat(shelf.replace("key", held(shelf, "key"), "two", Duration.ofHours(1))
                            .toCompletableFuture())
                    .isDone();
            assertThat(shelf.remove("key", held(shelf, "key")).toCompletableFuture())
                    .isDone();
        }
    }
}
