package io.dromedary.store;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;

/** On a server, each gateway with a connection of its own. */
final class RemoteRegisterTest extends RegisterContract {
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

    @AfterAll
    void stop() {
        if (server != null) {
            server.close();
        }
    }
}
