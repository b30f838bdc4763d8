package io.dromedary.responses;

import io.dromedary.store.HotRodNode;
import io.dromedary.store.Store;
import io.dromedary.store.StoreSettings;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/** On an Infinispan server, each gateway with a connection of its own. */
final class RemoteMemoryTest extends MemoryContract {
    @TempDir
    static Path folder;

    private final List<Store> stores = new ArrayList<>();
    private @Nullable HotRodNode server;

    @Override
    ResponseMemory open(Timer timer) {
        var started = server;
        if (started == null) {
            started = HotRodNode.start(folder);
            server = started;
        }
        var store = Store.open(new StoreSettings.Remote(List.of(started.address()), null), InstantSource.system());
        stores.add(store);
        return ResponseMemory.in(store, true, SETTINGS, timer);
    }

    @Override
    void shut() {
        stores.forEach(Store::close);
        if (server != null) {
            server.close();
        }
    }
}
