package io.dromedary.store;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/** In this process, where all registers are over one store. */
final class LocalRegisterTest extends RegisterContract {
    @TempDir
    static Path folder;

    private @Nullable Store store;

    @Override
    Store open() {
        var open = store;
        if (open == null) {
            open = LocalStores.open(folder);
            store = open;
        }
        return open;
    }
}
