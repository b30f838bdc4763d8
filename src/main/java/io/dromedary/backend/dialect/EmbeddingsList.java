package io.dromedary.backend.dialect;

import io.dromedary.api.ContentSource;
import io.dromedary.api.Reply;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a request for embeddings, made of vectors that are all there. Answers are of megabytes: a large one is written
 * out piece by piece as the client takes it, and each vector is let go with its piece. Used once.
 */
final class EmbeddingsList implements ContentSource {
    /** Bytes of the largest answer that goes out in one. */
    static final int LARGE = 256 << 10;

    /** Bytes that a piece of a larger one has, and at most an entry more: few enough for the caches of a core. */
    static final int PIECE = 64 << 10;

    private static final byte[] START = bytes("{\"object\":\"list\",\"data\":[");
    private static final byte[] ENTRY = bytes("{\"object\":\"embedding\",\"index\":");
    private static final byte[] VALUE = bytes(",\"embedding\":");
    private static final byte[] NONE = {};

    private final @Nullable Value[] values;
    private final byte[] quote;
    private final byte[] end;
    private int next;
    private boolean over;

    /** One vector as the caller gets it, without its quotes, where it stands. */
    record Value(byte[] text, int start, int end) {
        int length() {
            return end - start;
        }
    }

    /**
     * @param values in order, at least one; all there, and emptied as they are written
     * @param quote around each
     * @param end from the comma behind the list to the closing brace
     */
    EmbeddingsList(@Nullable Value[] values, byte[] quote, byte[] end) {
        this.values = values;
        this.quote = quote;
        this.end = end;
    }

    /** Of all of it, in bytes. */
    private long length() {
        var length = (long) START.length + 1 + end.length;
        for (var i = 0; i < values.length; i++) {
            length += length(i);
        }
        return length;
    }

    /** With the comma before it. */
    private int length(int which) {
        return (which == 0 ? 0 : 1)
                + ENTRY.length
                + digits(which)
                + VALUE.length
                + 2 * quote.length
                + Objects.requireNonNull(values[which]).length()
                + 1;
    }

    private static int digits(int number) {
        return number < 10 ? 1 : 1 + digits(number / 10);
    }

    Reply reply() {
        var length = length();
        return length > LARGE
                ? new Reply.Content(200, Reply.Whole.JSON, length, this)
                : Reply.Whole.json(200, written(values.length, (int) length));
    }

    @Override
    public CompletionStage<byte[]> next() {
        if (over) {
            return CompletableFuture.completedStage(NONE);
        }
        var to = next;
        var length = next == 0 ? START.length : 0;
        while (to < values.length && (to == next || length < PIECE)) {
            length += length(to);
            to++;
        }
        return CompletableFuture.completedStage(written(to, to < values.length ? length : length + 1 + end.length));
    }

    /** The next ones before {@code to}, with what stands around them. */
    private byte[] written(int to, int length) {
        var out = ByteBuffer.allocate(length);
        if (next == 0) {
            out.put(START);
        }
        for (var i = next; i < to; i++) {
            var value = Objects.requireNonNull(values[i]);
            if (i > 0) {
                out.put((byte) ',');
            }
            out.put(ENTRY).put(bytes(Integer.toString(i))).put(VALUE).put(quote);
            out.put(value.text, value.start, value.length()).put(quote).put((byte) '}');
            values[i] = null;
        }
        next = to;
        if (to == values.length) {
            over = true;
            out.put((byte) ']').put(end);
        }
        return out.array();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
