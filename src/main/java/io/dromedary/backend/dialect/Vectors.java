package io.dromedary.backend.dialect;

/** Gets vectors as they are read. Each comes once, in any order. */
interface Vectors {
    /** What reads the numbers of one list after the other, for all parts the same. */
    FloatScan scan();

    /** Their numbers are wanted, and not only where they stand. */
    boolean wantsNumbers();

    /**
     * A vector as a JSON list of numbers.
     *
     * @param which among those that were asked for, from 0
     * @param start of the list in the text
     * @param numbers that were read there; only valid during the call
     */
    void list(int which, byte[] text, int start, int end, FloatScan numbers);

    /**
     * A vector of which nothing but its numbers came.
     *
     * @param which as of {@link #list}
     */
    void numbers(int which, float[] numbers);
}
