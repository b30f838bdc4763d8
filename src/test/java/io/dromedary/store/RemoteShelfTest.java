package io.dromedary.store;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;

/** A shelf on an Infinispan server. */
final class RemoteShelfTest extends ShelfContract {
    @TempDir
    static Path folder;

    private @Nullable HotRodNode server;

    @Override
    Store open() {
        var started = server;
        if (started == null) {
            started = HotRodNode.start(folder);
            server = started;
        }
        return Store.open(new StoreSettings.Remote(List.of(started.address()), null), InstantSource.system());
    }

    @Override
    ShelfName name() {
        return ShelfName.RESPONSES;
    }

    @AfterAll
    void stop() {
        if (server != null) {
            server.close();
        }
    }
}
