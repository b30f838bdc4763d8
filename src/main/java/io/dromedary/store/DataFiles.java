package io.dromedary.store;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The data files of a cache whose index is to be built again. What Infinispan stumbles on is mended before:
 *
 * <p>Entries may have expired. The index that is built takes them for removed, but they are moved as if they were not when
 * their file is compacted; then the index names a file that is gone. What comes near fails, compacting stops half way, and
 * what was removed may be there again when the index is built once more. So they are made entries that say that their keys
 * were removed.
 *
 * <p>Compacting begins while the index is still being built. It drops a removal if the index knows of no other entry of its key
 * yet: what the key had before is there again when the index is built once more. And it takes one of two copies of an entry,
 * which a kill amid compacting leaves, for an old one, and makes a removal of it: what the key has is gone then. So of each
 * key only the entry that counts stays, and those that it replaced where nothing was removed.
 *
 * <p>A crash amid the mending loses nothing: the entry that counts stays, for Infinispan to drop where that is a removal.
 */
final class DataFiles {
    /** What a file is called while it is written anew: not as Infinispan calls any. */
    static final String NEW = ".new";

    private final List<DataFile> files;
    private final LatestEntries latest;
    private final long by;

    /** @param by what expires until then has expired, in milliseconds since 1970 */
    DataFiles(List<DataFile> files, long by, Arena arena) throws IOException {
        this.files = files;
        this.by = by;
        this.latest = new LatestEntries(files, by, arena);
    }

    /**
     * Writes those anew that need it.
     *
     * @return entries that went, or say now that their keys were removed
     */
    int mend() throws IOException {
        var mended = 0;
        for (var number = 1; number <= files.size(); number++) {
            mended += mend(number);
        }
        return mended;
    }

    private int mend(int number) throws IOException {
        var file = files.get(number - 1);
        try (var copy = new Copy(file.path())) {
            file.each((at, head) -> {
                if (!latest.stays(number, at, head)) {
                    copy.without(at, head);
                } else if (head.hasExpired(by)) {
                    copy.removed(at, head);
                }
            });
            copy.replace(file.bytes().byteSize());
            return copy.changes;
        }
    }

    /** A file with changes, which takes the place of the one that it is of. There is none until there is a change. */
    private static final class Copy implements AutoCloseable {
        private final FileChannel from;
        private final Path file;
        private final Path next;
        private @Nullable FileChannel to;
        private long copied;
        private int changes;

        Copy(Path file) throws IOException {
            this.file = file;
            this.next = file.resolveSibling(file.getFileName() + NEW);
            this.from = FileChannel.open(file, StandardOpenOption.READ);
        }

        void without(long at, EntryHead head) throws IOException {
            change(at);
            copied = at + head.length();
        }

        void removed(long at, EntryHead head) throws IOException {
            var into = change(at);
            for (var removal = head.removal(); removal.hasRemaining(); ) {
                into.write(removal);
            }
            var key = at + EntryHead.LENGTH;
            transfer(key, key + head.key(), into);
            copied = at + head.length();
        }

        private FileChannel change(long at) throws IOException {
            if (to == null) {
                to = FileChannel.open(
                        next,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE);
            }
            transfer(copied, at, to);
            changes++;
            return to;
        }

        void replace(long end) throws IOException {
            if (to != null) {
                transfer(copied, end, to);
                to.force(true);
                Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
        }

        private void transfer(long begin, long end, FileChannel into) throws IOException {
            for (var at = begin; at < end; ) {
                at += from.transferTo(at, end - at, into);
            }
        }

        @Override
        public void close() throws IOException {
            from.close();
            if (to != null) {
                to.close();
            }
        }
    }
}
