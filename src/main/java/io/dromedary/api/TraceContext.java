package io.dromedary.api;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * One span's place in its trace, in the terms of W3C's Trace Context.
 *
 * @param traceId 32 lower-case hexadecimal digits
 * @param spanId 16 of them
 * @param parentId of the span above it, or null where there is none
 * @param sampled the trace is kept
 * @param state {@code tracestate} as it goes on to whoever is asked next; empty for none
 */
public record TraceContext(
        String traceId, String spanId, @Nullable String parentId, boolean sampled, String state) {
    private static final HexFormat HEX = HexFormat.of();

    /** What SplittableRandom adds from one number to the next. */
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    /**
     * A span below this one. Its id is made of this one's, so that it needs no randomness of its own and never collides
     * with a sibling's.
     *
     * @param number among its siblings, from 1
     */
    public TraceContext child(int number) {
        var seed = HexFormat.fromHexDigitsToLong(spanId);
        var id = mix(seed + number * GOLDEN);
        // 0 is no id
        return new TraceContext(traceId, HEX.toHexDigits(id == 0 ? GOLDEN : id), spanId, sampled, state);
    }

    /** The value of the header {@code traceparent} for whoever this span asks. */
    public String traceparent() {
        return "00-" + traceId + "-" + spanId + (sampled ? "-01" : "-00");
    }

    /** Spreads the bits, one to one. */
    private static long mix(long bits) {
        var mixed = (bits ^ bits >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }
}
