package io.dromedary;

import org.jspecify.annotations.Nullable;

/**
 * One backend of a {@link FailoverCase}.
 *
 * @param letter what it is called in the case
 * @param priority of its model; lower goes first
 * @param play null where nobody listens
 * @param quick gives up on silence after half a second
 * @param settings more lines of its file
 * @param capabilities of its file, as they stand between braces
 * @param fallback serves another public model, which is the fallback of the first
 */
record Player(String letter, int priority, @Nullable Play play, boolean quick, String capabilities, boolean fallback) {
    static Player a(Play play) {
        return new Player("a", 1, play, false, "", false);
    }

    static Player b(Play play) {
        return new Player("b", 2, play, false, "", false);
    }

    /** The only backend of the fallback. */
    static Player c(Play play) {
        return new Player("c", 1, play, false, "", true);
    }

    /** Nobody listens there. */
    static Player nobody(String letter, int priority) {
        return new Player(letter, priority, null, false, "", false);
    }

    Player named(String name, int rank) {
        return new Player(name, rank, play, quick, capabilities, fallback);
    }

    Player impatient() {
        return new Player(letter, priority, play, true, capabilities, fallback);
    }

    Player can(String what) {
        return new Player(letter, priority, play, quick, what, fallback);
    }

    Player prefill() {
        return can("prefill: true");
    }
}
