package io.dromedary.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of a local store: {@code <cache>/data} has what is kept, {@code <cache>/index} where each entry stands in
 * it, which can be found out again.
 */
final class DataFolder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DataFolder.class);

    private final Path folder;
    private final FolderLock lock;
    private final IndexSeal seal;
    private boolean dropped;

    private DataFolder(Path folder, FolderLock lock) {
        this.folder = folder;
        this.lock = lock;
        this.seal = new IndexSeal(folder.resolve("index.seal"));
    }

    /**
     * Makes the folder where it is not there, and takes it.
     *
     * @throws StoreException where somebody else has it
     */
    static DataFolder take(Path folder) throws IOException {
        Files.createDirectories(folder);
        return new DataFolder(folder, FolderLock.take(folder));
    }

    /** After a crash, or where the index was damaged: cuts off what was half written, and drops the index. */
    void mend() throws IOException {
        if (seal.breaks(under("index"))) {
            return;
        }
        for (var file : under("data")) {
            var cut = TornTail.cut(file);
            if (cut > 0) {
                LOG.warn("{}: cut off {} bytes of an entry that was being written when the gateway died", file, cut);
            }
        }
        dropIndex();
    }

    /** It is built again from the data when the caches open. */
    void dropIndex() throws IOException {
        dropped = true;
        for (var file : under("index")) {
            Files.delete(file);
        }
    }

    /** The index is built again. */
    boolean hasNoIndex() {
        return dropped;
    }

    /** When the caches are closed, and closed well. */
    void seal() throws IOException {
        seal.put(under("index"));
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }

    @Override
    public String toString() {
        return folder.toAbsolutePath().toString();
    }

    /** The files in the folder of this name that each cache has. */
    private List<Path> under(String name) throws IOException {
        try (var all = Files.walk(folder, 3)) {
            return all.filter(file -> file.getNameCount() == folder.getNameCount() + 3)
                    .filter(file -> file.subpath(file.getNameCount() - 2, file.getNameCount() - 1)
                            .toString()
                            .equals(name))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        }
    }
}
