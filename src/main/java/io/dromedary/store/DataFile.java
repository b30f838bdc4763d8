package io.dromedary.store;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Entries of a cache, end to end, as Infinispan writes them.
 *
 * @param bytes mapped, without what was cut off
 * @param entries how many
 * @param cut bytes of an entry that was half written
 */
record DataFile(Path path, MemorySegment bytes, int entries, long cut) {

    /** One entry and where it is. */
    interface Visitor {
        void entry(long at, EntryHead head) throws IOException;
    }

    /**
     * Looks through one, and cuts off what is half written at its end: a crash may leave that. Infinispan takes an entry whose
     * key is whole for a whole one: it would stand in front of the one before it, which was acknowledged, and fail to be read.
     *
     * @return null where something else than entries is in it: it is left as it is, for the cache to fail on
     */
    static @Nullable DataFile open(Path file, Arena arena) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            var bytes = channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
            var size = bytes.byteSize();
            var entries = 0;
            var at = 0L;
            while (size - at >= EntryHead.LENGTH) {
                var head = EntryHead.of(bytes, at);
                if (head == null) {
                    return null;
                }
                if (!head.makesSense()) {
                    throw new IOException(
                            file + ": the entry at byte " + at + " is damaged. Put a copy of this file in its"
                                    + " place, or move it away with all that is in it.");
                }
                if (head.length() > size - at) {
                    break;
                }
                entries++;
                at += head.length();
            }
            if (at < size) {
                channel.truncate(at);
                channel.force(true);
            }
            bytes.unload();
            return new DataFile(file, bytes.asSlice(0, at), entries, size - at);
        }
    }

    /** From its beginning to its end. What it took of memory is given back then: all files together may be much more than there is. */
    void each(Visitor visitor) throws IOException {
        for (var at = 0L; at < bytes.byteSize(); ) {
            var head = Objects.requireNonNull(EntryHead.of(bytes, at));
            visitor.entry(at, head);
            at += head.length();
        }
        bytes.unload();
    }

    MemorySegment key(long at, EntryHead head) {
        return bytes.asSlice(at + EntryHead.LENGTH, head.key());
    }
}
