package io.dromedary.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
import org.jspecify.annotations.Nullable;

/** Puts the frames of each message together (RFC 6455, section 5.4). */
final class Fragments {
    /** Gets what the frames come to. */
    interface Reader {
        /** A whole message of text, which may be no UTF-8. */
        void text(byte[] message);

        /** A whole message of something else. */
        void binary();

        /** A message is larger than it may be; no more frames are to be taken. */
        void tooLarge();
    }

    private final Reader reader;
    private @Nullable Buffer text;
    private long length;
    private long sinceNanos;
    private boolean partial;
    private boolean binary;

    Fragments(Reader reader) {
        this.reader = reader;
    }

    /** @param longest bytes that a message may have */
    void take(WebSocketFrame frame, long longest) {
        if (!frame.isText() && !frame.isBinary() && !frame.isContinuation()) {
            return;
        }
        if (!partial) {
            partial = true;
            sinceNanos = System.nanoTime();
            binary = frame.isBinary();
        }
        var piece = frame.binaryData();
        length += piece.length();
        if (length > longest) {
            clear();
            reader.tooLarge();
            return;
        }
        if (!binary) {
            text = text == null ? piece : text.appendBuffer(piece);
        }
        if (frame.isFinal()) {
            var whole = text == null ? new byte[0] : text.getBytes();
            var unread = binary;
            clear();
            if (unread) {
                reader.binary();
            } else {
                reader.text(whole);
            }
        }
    }

    /** A message has begun so long ago, and has not ended. */
    boolean trickle(long nowNanos, long longestNanos) {
        return partial && nowNanos - sinceNanos > longestNanos;
    }

    void clear() {
        text = null;
        length = 0;
        partial = false;
        binary = false;
    }
}
