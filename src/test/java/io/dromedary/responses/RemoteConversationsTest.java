package io.dromedary.responses;

import io.dromedary.api.Ids;
import io.dromedary.store.HotRodNode;
import io.dromedary.store.Store;
import io.dromedary.store.StoreSettings;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Conversations on an Infinispan server, each gateway with a connection of its own. */
final class RemoteConversationsTest extends ConversationsContract {
    private static final int GATEWAYS = 3;

    @TempDir
    static Path folder;

    private final List<Store> stores = new ArrayList<>();
    private HotRodNode server;
    private int opened;

    @BeforeAll
    void start() {
        server = HotRodNode.start(folder);
        for (var i = 0; i < GATEWAYS; i++) {
            stores.add(Store.open(new StoreSettings.Remote(List.of(server.address()), null), InstantSource.system()));
        }
    }

    @AfterAll
    void stop() {
        stores.forEach(Store::close);
        server.close();
    }

    @Override
    Conversations open() {
        var store = stores.get(opened++ % GATEWAYS);
        return new Conversations(
                store,
                Ids.random(new SecureRandom(), InstantSource.system()),
                InstantSource.system(),
                Duration.ofHours(1));
    }
}
