package io.dromedary.store;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of a local store: {@code <cache>/data} has what is kept, {@code <cache>/index} where each entry stands in
 * it, which can be found out again.
 */
final class DataFolder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DataFolder.class);

    /** What expires while an index is built again is gone before: longer than that takes. */
    private static final Duration BUILDING = Duration.ofMinutes(2);

    private final Path folder;
    private final InstantSource clock;
    private final FolderLock lock;
    private final IndexSeal seal;
    private boolean dropped;

    private DataFolder(Path folder, String definitions, InstantSource clock, FolderLock lock) {
        this.folder = folder;
        this.clock = clock;
        this.lock = lock;
        this.seal = new IndexSeal(folder.resolve("index.seal"), definitions);
    }

    /**
     * Makes the folder where it is not there, and takes it.
     *
     * @param definitions of the caches that are in it
     * @throws StoreException where somebody else has it
     */
    static DataFolder take(Path folder, String definitions, InstantSource clock) throws IOException {
        Files.createDirectories(folder);
        return new DataFolder(folder, definitions, clock, FolderLock.take(folder));
    }

    /** After a crash, or where the index was damaged or is defined in another way: drops the index. */
    void mend() throws IOException {
        if (!seal.breaks(under("index"))) {
            dropIndex();
        }
    }

    /** It is built again when the caches open, from the data, which are mended for that. */
    void dropIndex() throws IOException {
        dropped = true;
        dropLocks();
        for (var file : under("index")) {
            Files.delete(file);
        }
        var caches = under("data").stream().collect(Collectors.groupingBy(Path::getParent));
        for (var cache : caches.entrySet()) {
            mend(cache.getKey(), cache.getValue());
        }
    }

    /** Infinispan's own, which a cache that failed to open may let go of late. Nobody else has the folder. */
    private void dropLocks() throws IOException {
        try (var all = Files.walk(folder, 2)) {
            for (var lock : all.filter(file -> file.getNameCount() == folder.getNameCount() + 2)
                    .filter(file -> file.toString().endsWith(".lck"))
                    .toList()) {
                Files.deleteIfExists(lock);
            }
        }
    }

    private void mend(Path cache, List<Path> files) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var read = new ArrayList<DataFile>();
            for (var file : files) {
                if (file.toString().endsWith(DataFiles.NEW)) {
                    Files.delete(file);
                } else {
                    var data = DataFile.open(file, arena);
                    if (data != null) {
                        read.add(data);
                        warn(data);
                    }
                }
            }
            var by = clock.instant().plus(BUILDING).toEpochMilli();
            var mended = new DataFiles(read, by, arena).mend();
            if (mended > 0) {
                LOG.debug("{}: {} entries had expired, or were worth nothing", cache, mended);
            }
        } catch (InternalError e) {
            // what a disk that fails becomes where a file is mapped
            throw new IOException(cache + " could not be read", e);
        }
    }

    private static void warn(DataFile data) {
        if (data.cut() > 0) {
            LOG.warn(
                    "{}: cut off {} bytes of an entry that was being written when the gateway died",
                    data.path(),
                    data.cut());
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
