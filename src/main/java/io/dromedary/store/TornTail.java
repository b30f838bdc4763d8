package io.dromedary.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
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

    private TornTail() {}

    /** How many bytes were cut off. What is wrong before the last entry is left, for the cache to fail on. */
    static long cut(Path file) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            var size = channel.size();
            var whole = whole(channel, size);
            if (whole < size) {
                channel.truncate(whole);
                channel.force(true);
            }
            return size - whole;
        }
    }

    private static long whole(FileChannel channel, long size) throws IOException {
        var header = ByteBuffer.allocate(HEADER);
        var at = 0L;
        while (at < size) {
            if (size - at < HEADER) {
                return at;
            }
            read(channel, header.clear(), at);
            if (header.get(0) != MAGIC) {
                return size;
            }
            var next = at + HEADER + lengths(header);
            if (next > size) {
                return at;
            }
            at = next;
        }
        return size;
    }

    private static long lengths(ByteBuffer header) {
        return (long) header.getShort(KEY_LENGTH)
                + header.getShort(METADATA_LENGTH)
                + header.getInt(VALUE_LENGTH)
                + header.getShort(INTERNAL_LENGTH);
    }

    private static void read(FileChannel channel, ByteBuffer into, long from) throws IOException {
        while (into.hasRemaining()) {
            if (channel.read(into, from + into.position()) < 0) {
                throw new IOException("the file became shorter while it was read");
            }
        }
    }
}
