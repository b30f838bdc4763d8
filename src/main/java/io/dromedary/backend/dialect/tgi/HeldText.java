package io.dromedary.backend.dialect.tgi;

import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.node.ArrayNode;
import org.jspecify.annotations.Nullable;

/**
 * The end of a streamed text that may become a stop string: kept back, with its tokens, until that is known. Without stop
 * strings nothing is ever kept back.
 */
final class HeldText {
    private final StopText stops;
    private final TgiChunks chunks;
    private final StringBuilder text = new StringBuilder();
    private @Nullable ArrayNode tokens;

    HeldText(StopText stops, TgiChunks chunks) {
        this.stops = stops;
        this.chunks = chunks;
    }

    /** Adds a piece, and writes all that can no longer become a stop string. */
    void add(String piece, @Nullable ArrayNode with, ByteArrayBuilder out) {
        text.append(piece);
        if (with != null) {
            tokens = tokens == null ? with : tokens.addAll(with);
        }
        write(text.length() - stops.open(text), out);
    }

    /** Writes what is kept back, because something else follows. */
    void release(ByteArrayBuilder out) {
        write(text.length(), out);
    }

    /**
     * Writes what is kept back, and the last chunk.
     *
     * @param stopped the text ends with a stop string, which is not written
     */
    void finish(boolean stopped, String reason, ByteArrayBuilder out) {
        if (stopped) {
            var kept = stops.kept(text);
            TgiTerms.cut(tokens, text.substring(kept));
            text.setLength(kept);
        }
        write(text.length(), out);
        chunks.finish(reason, tokens, out);
    }

    private void write(int length, ByteArrayBuilder out) {
        if (length > 0) {
            chunks.content(text.substring(0, length), tokens, out);
            text.delete(0, length);
            tokens = null;
        }
    }
}
