package io.dromedary.api.embeddings;

/**
 * Where the inputs of a request stand in its body. One that came alone is a list of one.
 *
 * @param text the body
 * @param starts of each
 * @param ends of each
 * @param tokens how many token ids they are together; 0 where they are texts
 */
public record Inputs(byte[] text, int[] starts, int[] ends, long tokens) {
    private static final byte OPEN = '[';
    private static final byte CLOSE = ']';

    /** How many there are, at least 1. */
    public int size() {
        return ends.length;
    }

    /** Bytes from the first to the last. */
    public int bytes() {
        return ends[ends.length - 1] - starts[0];
    }

    /** They are token ids, and not texts. */
    public boolean areTokens() {
        return tokens > 0;
    }

    /** Some of them as a JSON list, as they stand. */
    public byte[] list(int from, int to) {
        var start = starts[from];
        var end = ends[to - 1];
        var list = new byte[end - start + 2];
        list[0] = OPEN;
        System.arraycopy(text, start, list, 1, end - start);
        list[list.length - 1] = CLOSE;
        return list;
    }
}
