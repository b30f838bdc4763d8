package io.dromedary.jobs;

import io.dromedary.store.HotRodNode;
import io.dromedary.store.Store;
import io.dromedary.store.StoreSettings;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** On an Infinispan server, which three share. */
final class RemoteJobsTest extends StoredJobsContract {
    @TempDir
    static Path folder;

    private static @Nullable HotRodNode server;

    @BeforeAll
    static void begin() {
        server = HotRodNode.start(folder);
    }

    @AfterAll
    static void end() {
        if (server != null) {
            server.close();
        }
    }

    @Override
    Store open() {
        var there = server;
        if (there == null) {
            throw new IllegalStateException("there is no server");
        }
        return Store.open(new StoreSettings.Remote(List.of(there.address()), null), InstantSource.system());
    }

    @Override
    int gateways() {
        return 3;
    }
}
