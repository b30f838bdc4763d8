package io.dromedary.jobs;

import io.dromedary.store.Store;
import io.dromedary.store.StoreSettings;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.io.TempDir;

/** In files, which one process has after the other. */
final class LocalJobsTest extends StoredJobsContract {
    @TempDir
    static Path folder;

    @Override
    Store open() {
        return Store.open(new StoreSettings.Local(folder, false, null), InstantSource.system());
    }

    @Override
    int gateways() {
        return 1;
    }
}
