package io.dromedary.store;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * How an entry in a data file of Infinispan's begins. A file is entries end to end: a magic byte, the lengths of key (2
 * bytes), metadata (2), value (4) and internal metadata (2), a sequence number and an expiry (8 each), then those four.
 *
 * @param value its length; 0 for the entry of a key that was removed
 * @param sequence of two entries of a key the one with the larger counts; each write has its own, and a copy that of what it
 *     is of
 * @param expires in milliseconds since 1970; negative for never
 */
record EntryHead(short key, short metadata, int value, short internal, long sequence, long expires) {
    static final int LENGTH = 27;
    private static final byte MAGIC = 1;
    private static final long NEVER = -1;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /**
     * The one that is there; null where something else is.
     *
     * @param file mapped, as a million reads would take a second of a start
     * @param at {@link #LENGTH} before its end, or sooner
     */
    static @Nullable EntryHead of(MemorySegment file, long at) {
        return file.get(ValueLayout.JAVA_BYTE, at) == MAGIC
                ? new EntryHead(
                        file.get(SHORT, at + 1),
                        file.get(SHORT, at + 3),
                        file.get(INT, at + 5),
                        file.get(SHORT, at + 9),
                        file.get(LONG, at + 11),
                        file.get(LONG, at + 19))
                : null;
    }

    /** Of the whole entry. */
    long length() {
        return (long) LENGTH + key + metadata + value + internal;
    }

    /** No length is negative: with one, a reader would go back. */
    boolean makesSense() {
        return key >= 0 && metadata >= 0 && value >= 0 && internal >= 0;
    }

    /** Says that the key was removed. */
    boolean isRemoval() {
        return value == 0;
    }

    /** Its key has no value by then, if it is the entry that counts. */
    boolean isGone(long by) {
        return isRemoval() || hasExpired(by);
    }

    boolean hasExpired(long by) {
        return !isRemoval() && expires >= 0 && expires <= by;
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
