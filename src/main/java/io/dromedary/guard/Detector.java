package io.dromedary.guard;

/**
 * Knows one kind of personal data. Without state. What it says of a text that may go on holds for every way in which it
 * goes on, so that a stream is told the same as its whole text would be.
 */
interface Detector {
    /** Nothing begins here, whatever follows. */
    int NONE = -1;

    /** What begins here depends on what follows. */
    int OPEN = -2;

    Entity entity();

    /**
     * Looks at what begins at one place.
     *
     * @param text with at least one character before {@code start}, where there is one
     * @param whole nothing follows the text
     * @return where it ends, {@link #NONE} or {@link #OPEN}; never the latter for a whole text
     */
    int end(CharSequence text, int start, boolean whole);
}
