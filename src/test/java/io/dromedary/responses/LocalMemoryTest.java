package io.dromedary.responses;

import io.dromedary.store.Store;
import io.dromedary.store.StoreSettings;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/** In files. */
final class LocalMemoryTest extends MemoryContract {
    @TempDir
    static Path folder;

    private @Nullable Store store;

    @Override
    ResponseMemory open(Timer timer) {
        var opened = store;
        if (opened == null) {
            opened = Store.open(new StoreSettings.Local(folder, false, null), InstantSource.system());
            store = opened;
        }
        return ResponseMemory.in(opened, true, SETTINGS, timer);
    }

    @Override
    void shut() {
        if (store != null) {
            store.close();
        }
    }
}
