package io.dromedary.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The data files of a cache whose index is to be built again. Three things that Infinispan stumbles on are mended before:
 *
 * <p>An end may be half written, by a crash. Infinispan takes an entry whose key is whole for a whole one: it would stand
 * in front of the one before it, which was acknowledged, and fail to be read.
 *
 * <p>Entries may have expired. The index that is built takes them for removed, but they are moved as if they were not when
 * their file is compacted; then the index names a file that is gone. What comes near fails, compacting stops half way, and
 * what was removed may be there again when the index is built once more. So they are made entries that say that their keys
 * were removed.
 *
 * <p>Compacting begins while the index is still being built, and drops an entry that says that a key was removed if the index
 * knows of no other one of that key yet. What the key had before is there again when the index is built once more. So nothing
 * stays that is older than a removal of its key.
 *
 * <p>A crash amid the mending loses nothing: removals stay, for Infinispan to drop.
 */
final class DataFiles {
    /** What a file is called while it is written anew: not as Infinispan calls any. */
    static final String NEW = ".new";

    private final long by;
    private final List<Path> files = new ArrayList<>();

    /** The last sequence at which a key was removed, or that of an entry that has expired. */
    private final Map<String, Long> removals = new HashMap<>();

    /** @param by what expires until then has expired, in milliseconds since 1970 */
    DataFiles(long by) {
        this.by = by;
    }

    /**
     * Looks through one, and cuts off what is half written. Where something else than entries is in it, it is left as it is, for
     * the cache to fail on.
     *
     * @return bytes that were cut off
     */
    long read(Path file) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
                var arena = Arena.ofConfined()) {
            var bytes = mapped(channel, arena);
            var size = bytes.byteSize();
            var at = 0L;
            while (size - at >= EntryHead.LENGTH) {
                var head = EntryHead.of(bytes, at);
                if (head == null) {
                    return 0;
                }
                if (!head.makesSense()) {
                    throw new IOException(
                            file + ": the entry at byte " + at + " is damaged. Put a copy of this file in its"
                                    + " place, or move it away with all that is in it.");
                }
                if (head.length() > size - at) {
                    break;
                }
                if (head.isRemoval() || head.hasExpired(by)) {
                    removals.merge(key(bytes, at, head), head.sequence(), Math::max);
                }
                at += head.length();
            }
            if (at < size) {
                channel.truncate(at);
                channel.force(true);
            }
            files.add(file);
            return size - at;
        } catch (InternalError e) {
            throw unreadable(file, e);
        }
    }

    /**
     * Writes those anew that need it, once all were read.
     *
     * @return entries that went, or say now that their keys were removed
     */
    int mend() throws IOException {
        var mended = 0;
        if (!removals.isEmpty()) {
            for (var file : files) {
                mended += mend(file);
            }
        }
        return mended;
    }

    private int mend(Path file) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ);
                var arena = Arena.ofConfined();
                var copy = new Copy(channel, file)) {
            var bytes = mapped(channel, arena);
            for (var at = 0L; at < bytes.byteSize(); ) {
                var head = Objects.requireNonNull(EntryHead.of(bytes, at));
                if (head.sequence() < removals.getOrDefault(key(bytes, at, head), Long.MIN_VALUE)) {
                    copy.without(at, head);
                } else if (head.hasExpired(by)) {
                    copy.removed(at, head);
                }
                at += head.length();
            }
            copy.replace(bytes.byteSize());
            return copy.changes;
        } catch (InternalError e) {
            throw unreadable(file, e);
        }
    }

    private static MemorySegment mapped(FileChannel channel, Arena arena) throws IOException {
        return channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
    }

    /** Its bytes, each of them a character. */
    private static String key(MemorySegment bytes, long at, EntryHead head) {
        var key = new byte[head.key()];
        MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, at + EntryHead.LENGTH, key, 0, key.length);
        return new String(key, ISO_8859_1);
    }

    /** What a disk that fails becomes where a file is mapped. */
    private static IOException unreadable(Path file, InternalError e) {
        return new IOException(file + " could not be read", e);
    }

    /** A file with changes, which takes the place of the one that it is of. There is none until there is a change. */
    private static final class Copy implements AutoCloseable {
        private final FileChannel from;
        private final Path file;
        private final Path next;
        private @Nullable FileChannel to;
        private long copied;
        private int changes;

        Copy(FileChannel from, Path file) {
            this.from = from;
            this.file = file;
            this.next = file.resolveSibling(file.getFileName() + NEW);
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
            if (to != null) {
                to.close();
            }
        }
    }
}
