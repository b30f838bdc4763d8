package io.dromedary.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * How an entry in a data file of Infinispan's begins. A file is entries end to end: a magic byte, the lengths of key (2
 * bytes), metadata (2), value (4) and internal metadata (2), a sequence number and an expiry (8 each), then those four.
 *
 * @param value its length; 0 for the entry of a key that was removed
 * @param sequence of two entries of a key the one with the larger counts
 * @param expires in milliseconds since 1970; negative for never
 */
record EntryHead(short key, short metadata, int value, short internal, long sequence, long expires) {
    static final int LENGTH = 27;
    private static final byte MAGIC = 1;
    private static final long NEVER = -1;

    /**
     * The one that is there; null where something else is.
     *
     * @param buffer of {@link #LENGTH}, whatever is in it
     */
    static @Nullable EntryHead read(FileChannel channel, long at, ByteBuffer buffer) throws IOException {
        buffer.clear();
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, at + buffer.position()) < 0) {
                throw new IOException("the file became shorter while it was read");
            }
        }
        buffer.flip();
        return buffer.get() == MAGIC
                ? new EntryHead(
                        buffer.getShort(),
                        buffer.getShort(),
                        buffer.getInt(),
                        buffer.getShort(),
                        buffer.getLong(),
                        buffer.getLong())
                : null;
    }

    /** Of the whole entry. */
    long length() {
        return (long) LENGTH + key + metadata + value + internal;
    }

    boolean hasExpired(long by) {
        return value > 0 && expires >= 0 && expires <= by;
    }

    /** Of an entry that says that the key was removed then. The key is to follow. */
    ByteBuffer removal() {
        return ByteBuffer.allocate(LENGTH)
                .put(MAGIC)
                .putShort(key)
                .putShort((short) 0)
                .putInt(0)
                .putShort((short) 0)
                .putLong(sequence)
                .putLong(NEVER)
                .flip();
    }
}
