package io.dromedary.store;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;

/**
 * Of each key in some files, the entry that counts. A hash table outside the heap, of 12 to 24 bytes for each entry of the
 * files: a start that has a million of them to look through has not the memory for as many objects beside what it does next.
 */
final class LatestEntries {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    /** Of what is in a slot: where in its file the entry is, as Infinispan's own offsets are, and then which file, from one on. */
    private static final int OFFSET_BITS = 31;

    /** The rest is of the key's hash, so that other keys need hardly ever be looked at. */
    private static final int POSITION_BITS = 51;

    private static final long OFFSET = (1L << OFFSET_BITS) - 1;
    private static final long POSITION = (1L << POSITION_BITS) - 1;

    private final List<DataFile> files;
    private final long by;
    private final MemorySegment slots;
    private final long mask;

    /** @param by what expires until then has expired, in milliseconds since 1970 */
    LatestEntries(List<DataFile> files, long by, Arena arena) throws IOException {
        this.files = files;
        this.by = by;
        var entries = files.stream().mapToLong(DataFile::entries).sum();
        var capacity = Long.highestOneBit(Math.max(1, entries + entries / 2)) * 2;
        this.mask = capacity - 1;
        this.slots = arena.allocate(ValueLayout.JAVA_LONG, capacity);
        for (var number = 1; number <= files.size(); number++) {
            add(number);
        }
    }

    private void add(int number) throws IOException {
        var file = files.get(number - 1);
        file.each((at, head) -> {
            var hash = hash(file.key(at, head));
            var slot = slot(file, at, head, hash);
            var held = slots.getAtIndex(ValueLayout.JAVA_LONG, slot);
            if (held == 0 || counts(head, head(held))) {
                slots.setAtIndex(ValueLayout.JAVA_LONG, slot, hash & ~POSITION | position(number, at));
            }
        });
    }

    /**
     * The later one counts. Two of the same age are one that was copied; where one of them says that the key was removed, that is
     * what Infinispan made of the copy which it took for an old one.
     */
    private boolean counts(EntryHead one, EntryHead other) {
        return one.sequence() > other.sequence()
                || one.sequence() == other.sequence() && !one.isGone(by) && other.isGone(by);
    }

    /** Whether it may be there when an index is built: it counts, or was only replaced by what does. */
    boolean stays(int number, long at, EntryHead head) {
        var file = files.get(number - 1);
        var held = slots.getAtIndex(ValueLayout.JAVA_LONG, slot(file, at, head, hash(file.key(at, head))));
        if ((held & POSITION) == position(number, at)) {
            return true;
        }
        var latest = head(held);
        return !head.isGone(by) && !latest.isGone(by) && head.sequence() < latest.sequence();
    }

    private static long position(int number, long at) {
        return (long) number << OFFSET_BITS | at;
    }

    /** The slot of its key. */
    private long slot(DataFile file, long at, EntryHead head, long hash) {
        for (var slot = hash & mask; ; slot = slot + 1 & mask) {
            var held = slots.getAtIndex(ValueLayout.JAVA_LONG, slot);
            if (held == 0 || (held ^ hash) >>> POSITION_BITS == 0 && isKey(held, file.key(at, head))) {
                return slot;
            }
        }
    }

    private boolean isKey(long held, MemorySegment key) {
        return file(held).key(held & OFFSET, head(held)).mismatch(key) == -1;
    }

    private EntryHead head(long held) {
        return Objects.requireNonNull(EntryHead.of(file(held).bytes(), held & OFFSET));
    }

    private DataFile file(long held) {
        return files.get((int) ((held & POSITION) >>> OFFSET_BITS) - 1);
    }

    private static long hash(MemorySegment key) {
        var hash = key.byteSize();
        var at = 0L;
        for (; at + Long.BYTES <= key.byteSize(); at += Long.BYTES) {
            hash = mixed(hash ^ key.get(ValueLayout.JAVA_LONG_UNALIGNED, at));
        }
        for (; at < key.byteSize(); at++) {
            hash = mixed(hash ^ key.get(ValueLayout.JAVA_BYTE, at));
        }
        return hash;
    }

    private static long mixed(long bits) {
        var product = bits * GOLDEN;
        return product ^ product >>> 32;
    }
}
