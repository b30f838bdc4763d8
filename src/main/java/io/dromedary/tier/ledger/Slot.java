package io.dromedary.tier.ledger;

import io.dromedary.store.Held;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The line in front of one key. Postings that come while one has the turn wait, and go together in the next round: however
 * many they are, that is one read and one write. No thread waits for another.
 */
final class Slot {
    private static final Posting BUSY = Posting.look(Limits.NONE);
    private static final int READS_AFTER_A_LOSS = 16;

    /** Null while nobody has the turn; otherwise those who wait, the last first, down to {@link #BUSY}. */
    private final AtomicReference<@Nullable Posting> line = new AtomicReference<>();

    final String key;
    private final Book book;

    // what follows is touched by whoever has the turn

    /** As it was written last, where nobody is known to write beside us. */
    private @Nullable Held<Entry> last;

    private int readsFirst;

    /** The limits that callers came with last: a call that ends may know older ones. */
    private @Nullable Limits limits;

    /** What was settled while the store did not take it. */
    Movement owed = Movement.NOTHING;

    /** Writes of which nobody knows whether they took place: at most one of them did. */
    private final List<Doubt> doubts = new ArrayList<>(0);

    private record Doubt(Entry.Mark mark, Movement movement) {}

    Slot(String key, Book book) {
        this.key = key;
        this.book = book;
    }

    void post(Posting posting) {
        while (true) {
            var top = line.get();
            posting.next = top;
            if (top == null) {
                if (line.compareAndSet(null, BUSY)) {
                    new Turn(book, this, posting).run();
                    return;
                }
            } else if (line.compareAndSet(top, posting)) {
                return;
            }
        }
    }

    /** Those who wait, in the order in which they came; or null, and the turn is over. */
    @Nullable
    Posting next() {
        if (line.compareAndSet(BUSY, null)) {
            return null;
        }
        var top = line.getAndSet(BUSY);
        Posting first = null;
        while (top != null && top != BUSY) {
            var below = top.next;
            top.next = first;
            first = top;
            top = below;
        }
        return first;
    }

    /** Nothing would be lost with it. Another slot for its key at the same time is harmless: each compares before it writes. */
    boolean isSpare() {
        return line.get() == null && owed.isNothing() && doubts.isEmpty();
    }

    Limits limits(Posting posting) {
        if (posting.act != Posting.Act.GIVE) {
            limits = posting.limits;
        }
        return limits == null ? posting.limits : limits;
    }

    /** What is there as far as anybody knows, or null where it has to be read first. */
    @Nullable
    Held<Entry> remembered() {
        if (readsFirst > 0) {
            readsFirst--;
            return null;
        }
        return last;
    }

    void written(Entry entry) {
        last = Held.of(entry, Entry.CODEC);
        owed = Movement.NOTHING;
        doubts.clear();
    }

    void lost(boolean remembered) {
        last = null;
        if (remembered) {
            readsFirst = READS_AFTER_A_LOSS;
        }
    }

    void doubted(Entry.Mark mark, Movement movement) {
        last = null;
        doubts.add(new Doubt(mark, movement));
    }

    /**
     * A write in doubt that is seen to have taken place is undone with the next one. One that is not seen may still come,
     * until somebody else has written.
     */
    void read(@Nullable Held<Entry> found) {
        if (found == null) {
            return;
        }
        for (var doubt : doubts) {
            if (found.value().has(doubt.mark())) {
                owed = owed.minus(doubt.movement());
                doubts.clear();
                return;
            }
        }
    }
}
