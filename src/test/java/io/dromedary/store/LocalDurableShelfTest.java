package io.dromedary.store;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** A shelf in files. */
final class LocalDurableShelfTest extends ShelfContract {
    @TempDir
    static Path folder;

    @Override
    Store open() throws Exception {
        return LocalStores.open(Files.createTempDirectory(folder, "store"));
    }

    @Override
    ShelfName name() {
        return ShelfName.RESPONSES;
    }
}
