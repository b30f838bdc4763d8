package io.dromedary.store;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The end of a data file that a crash left half written. Infinispan takes an entry whose key is whole for a whole one:
 * it would stand in front of the one before it, which was acknowledged, and fail to be read.
 *
 * <p>A file is entries end to end: a magic byte, the lengths of key (2 bytes), metadata (2), value (4) and internal
 * metadata (2), a sequence number and an expiry (8 each), then those four.
 */
final class TornTail {
    private static final int HEADER = 27;
    private static final byte MAGIC = 1;
    private static final int KEY_LENGTH = 1;
    private static final int METADATA_LENGTH = 3;
    private static final int VALUE_LENGTH = 5;
    private static final int INTERNAL_LENGTH = 9;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private TornTail() {}

    /** How many bytes were cut off. What is wrong before the last entry is left, for the cache to fail on. */
    static long cut(Path file) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            var size = channel.size();
            var whole = whole(file, channel, size);
            if (whole < size) {
                channel.truncate(whole);
                channel.force(true);
            }
            return size - whole;
        }
    }

    /** Mapped, because a million reads of a header each would take a second of the start. */
    private static long whole(Path file, FileChannel channel, long size) throws IOException {
        try (var arena = Arena.ofConfined()) {
            return whole(file, channel.map(MapMode.READ_ONLY, 0, size, arena));
        } catch (InternalError e) {
            throw new IOException(file + " could not be read", e);
        }
    }

    private static long whole(Path file, MemorySegment bytes) throws IOException {
        var size = bytes.byteSize();
        var at = 0L;
        while (at < size) {
            if (size - at < HEADER) {
                return at;
            }
            if (bytes.get(ValueLayout.JAVA_BYTE, at) != MAGIC) {
                return size;
            }
            var lengths = lengths(bytes, at);
            if (lengths < 0) {
                throw new IOException(file + ": the entry at byte " + at
                        + " is damaged. Put a copy of this file in its place, or move it away with all that is in it.");
            }
            var next = at + HEADER + lengths;
            if (next > size) {
                return at;
            }
            at = next;
        }
        return size;
    }

    private static long lengths(MemorySegment bytes, long at) {
        return (long) bytes.get(SHORT, at + KEY_LENGTH)
                + bytes.get(SHORT, at + METADATA_LENGTH)
                + bytes.get(INT, at + VALUE_LENGTH)
                + bytes.get(SHORT, at + INTERNAL_LENGTH);
    }
}
