package io.dromedary.files;

import io.dromedary.store.HotRodNode;
import io.dromedary.store.Register;
import io.dromedary.store.ShelfName;
import io.dromedary.store.Store;
import io.dromedary.store.StoreSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;

/** On a server that gateways share, without a folder. */
final class RemoteFilesTest extends FilesContract {
    @TempDir
    static Path folder;

    private @Nullable HotRodNode server;
    private @Nullable Store store;

    @Override
    Store open() {
        var started = HotRodNode.start(folder);
        server = started;
        var open = Store.open(new StoreSettings.Remote(List.of(started.address()), null), InstantSource.system());
        store = open;
        return open;
    }

    @Override
    @Nullable
    Path content() {
        return null;
    }

    /** Of those that are in the register, which all are, those with a first piece. */
    @Override
    int blobCount() {
        var open = Objects.requireNonNull(store);
        var register = Register.in(open, prefix -> prefix, () -> Duration.ofDays(1));
        var shelf = open.shelf(ShelfName.BLOBS, BlobEntry.CODEC);
        var names = new ArrayList<String>();
        for (var list : "0123456789abcdef".split("")) {
            done(register.page("blobs/" + list, null, 10_000, true)).forEach(name -> names.add(name + "/0"));
        }
        return done(shelf.getAll(names)).size();
    }

    @AfterAll
    void stop() {
        if (server != null) {
            server.close();
        }
    }
}
