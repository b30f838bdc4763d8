package io.dromedary.tier.ledger;

import io.dromedary.store.Codec;
import java.util.ArrayList;
import java.util.List;

/**
 * An allowance as it stands on a shelf, with the last change of each gateway, the newest first. A gateway whose write ended
 * in doubt finds there whether it took place. No two changes have the same text.
 */
public record Entry(Allowance allowance, List<Mark> marks) {
    /** How entries are kept. */
    public static final Codec<Entry> CODEC = new Codec<>() {
        @Override
        public String encode(Entry entry) {
            return EntryText.of(entry.allowance(), entry.marks());
        }

        @Override
        public Entry decode(String text) {
            return new EntryText(text).read();
        }
    };

    /** Gateways beyond this many forget who wrote first. */
    static final int MOST_MARKS = 32;

    /**
     * A change.
     *
     * @param gateway who made it: 1 to 64 letters, digits, dashes, dots and underscores
     * @param change which of its changes it was
     */
    public record Mark(String gateway, long change) {}

    /** The entry that comes after one with these marks. */
    static Entry after(List<Mark> before, Allowance allowance, Mark mark) {
        return new Entry(allowance, marks(before, mark));
    }

    boolean has(Mark mark) {
        return marks.contains(mark);
    }

    private static List<Mark> marks(List<Mark> before, Mark mark) {
        if (before.isEmpty()
                || before.size() == 1 && before.getFirst().gateway().equals(mark.gateway())) {
            return List.of(mark);
        }
        var marks = new ArrayList<Mark>(before.size() + 1);
        marks.add(mark);
        for (var other : before) {
            if (!other.gateway().equals(mark.gateway()) && marks.size() < MOST_MARKS) {
                marks.add(other);
            }
        }
        return marks;
    }
}
