package io.dromedary.store;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/**
 * A data file whose index is to be built again. Two things that Infinispan stumbles on are mended before:
 *
 * <p>The end may be half written, by a crash. Infinispan takes an entry whose key is whole for a whole one: it would stand
 * in front of the one before it, which was acknowledged, and fail to be read.
 *
 * <p>Entries may have expired. The index that is built takes them for removed, but they are moved as if they were not when
 * their file is compacted; then the index names a file that is gone. What comes near fails, compacting stops half way, and
 * what was removed may be there again when the index is built once more. So they are made entries that say that their keys
 * were removed.
 */
final class DataFile {
    /** What a file is called while it is written anew: not as Infinispan calls any. */
    static final String NEW = ".new";

    /** What was mended: bytes that were cut off, and entries that had expired. */
    record Mended(long cut, int expired) {}

    private final Path file;
    private final long by;

    private DataFile(Path file, long by) {
        this.file = file;
        this.by = by;
    }

    /**
     * Mends one. Where something else than entries is in it, it is left as it is, for the cache to fail on.
     *
     * @param by what expires until then has expired, in milliseconds since 1970
     */
    static Mended mend(Path file, long by) throws IOException {
        return new DataFile(file, by).mend();
    }

    private Mended mend() throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
                var arena = Arena.ofConfined()) {
            var bytes = channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
            var size = bytes.byteSize();
            var expired = 0;
            var at = 0L;
            while (size - at >= EntryHead.LENGTH) {
                var head = EntryHead.of(bytes, at);
                if (head == null) {
                    return new Mended(0, 0);
                }
                if (!head.makesSense()) {
                    throw new IOException(
                            file + ": the entry at byte " + at + " is damaged. Put a copy of this file in its"
                                    + " place, or move it away with all that is in it.");
                }
                if (head.length() > size - at) {
                    break;
                }
                expired += head.hasExpired(by) ? 1 : 0;
                at += head.length();
            }
            if (at < size) {
                channel.truncate(at);
                channel.force(true);
            }
            if (expired > 0) {
                writeAnew(channel, bytes.asSlice(0, at));
            }
            return new Mended(size - at, expired);
        } catch (InternalError e) {
            // what a disk that fails becomes where a file is mapped
            throw new IOException(file + " could not be read", e);
        }
    }

    private void writeAnew(FileChannel from, MemorySegment bytes) throws IOException {
        var next = file.resolveSibling(file.getFileName() + NEW);
        try (var to = FileChannel.open(
                next, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            copy(from, bytes, to);
            to.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void copy(FileChannel from, MemorySegment bytes, FileChannel to) throws IOException {
        var copied = 0L;
        for (var at = 0L; at < bytes.byteSize(); ) {
            var head = Objects.requireNonNull(EntryHead.of(bytes, at));
            if (head.hasExpired(by)) {
                transfer(from, copied, at, to);
                var removal = head.removal();
                while (removal.hasRemaining()) {
                    to.write(removal);
                }
                var key = at + EntryHead.LENGTH;
                transfer(from, key, key + head.key(), to);
                copied = at + head.length();
            }
            at += head.length();
        }
        transfer(from, copied, bytes.byteSize(), to);
    }

    private static void transfer(FileChannel from, long begin, long end, FileChannel to) throws IOException {
        for (var at = begin; at < end; ) {
            at += from.transferTo(at, end - at, to);
        }
    }
}
