package io.dromedary.bench;

/**
 * Reads a stream of chat completion chunks just closely enough to count them and to see how long each was on its way:
 * {@link ScriptedUpstream} writes {@code @} and its clock into each token. Comments and events without a stamp count
 * as nothing.
 */
final class TokenReader {

    /** What was read. */
    interface Sink {
        /** @param sent when the upstream wrote it, on {@link System#nanoTime}'s clock, the same in every process */
        void token(long sent);

        /** {@code data: [DONE]} */
        void done();
    }

    private static final String DONE = "data: [DONE]";

    private final Sink sink;
    private int column;
    private int matched;
    private boolean comment;
    private boolean inStamp;
    private long stamp;

    TokenReader(Sink sink) {
        this.sink = sink;
    }

    void read(byte[] bytes, int from, int to) {
        for (var i = from; i < to; i++) {
            read(bytes[i]);
        }
    }

    private void read(byte b) {
        if (b == '\n') {
            endOfLine();
            return;
        }
        if (column == 0) {
            comment = b == ':';
        }
        if (column == matched && matched < DONE.length() && b == DONE.charAt(matched)) {
            matched++;
        }
        column++;
        if (inStamp) {
            digit(b);
        } else if (b == '@' && !comment) {
            inStamp = true;
            stamp = 0;
        }
    }

    private void digit(byte b) {
        if (b >= '0' && b <= '9') {
            stamp = stamp * 10 + (b - '0');
            return;
        }
        inStamp = false;
        sink.token(stamp);
    }

    private void endOfLine() {
        if (matched == DONE.length()) {
            sink.done();
        }
        column = 0;
        matched = 0;
        inStamp = false;
    }
}
