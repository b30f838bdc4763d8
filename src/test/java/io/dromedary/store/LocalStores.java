package io.dromedary.store;

import java.nio.file.Path;
import java.time.InstantSource;

/** Local stores as the gateway has them. */
final class LocalStores {
    private LocalStores() {}

    static Store open(Path folder) {
        return Store.open(new StoreSettings.Local(folder, false, null), InstantSource.system());
    }

    static Store open(Path folder, Path definitions) {
        return Store.open(new StoreSettings.Local(folder, false, definitions), InstantSource.system());
    }
}
