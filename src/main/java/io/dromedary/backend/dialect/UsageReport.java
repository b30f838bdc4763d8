package io.dromedary.backend.dialect;

import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.dromedary.api.Usage;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The usage of one answer, wherever its backend put it. A caller of a stream who asked for it gets it once, in a chunk
 * without choices just before the end; the last report counts.
 */
final class UsageReport {
    private static final byte[] OBJECT = bytes(",\"object\":\"chat.completion.chunk\",\"created\":");
    private static final byte[] MODEL = bytes(",\"model\":");
    private static final byte[] USAGE = bytes(",\"choices\":[],\"usage\":");

    private final boolean wanted;
    private final byte[] model;
    private final UsageScan scan;
    private @Nullable Usage usage;
    private byte @Nullable [] chunk;

    /**
     * @param wanted the caller asked for usage in the stream
     * @param model the public name as a JSON string, and what members stand behind it
     */
    UsageReport(boolean wanted, byte[] model, UsageScan scan) {
        this.wanted = wanted;
        this.model = model;
        this.scan = scan;
    }

    /** Reads the usage at {@code [start, end)} and mends it in place; false where there is none. */
    boolean read(byte[] text, int start, int end, Patch patch) {
        var read = scan.read(text, start, end, patch);
        if (read == null) {
            return false;
        }
        usage = read;
        return true;
    }

    /** A chunk that reports usage and says nothing else, with its usage at {@code usage}. */
    void alone(byte[] buffer, int start, int end, TopLevel.Span at, Patch patch) {
        if (!wanted) {
            read(buffer, at.start(), at.end(), new Patch());
        } else if (read(buffer, at.start(), at.end(), patch)) {
            var held = new ByteArrayBuilder(end - start + 64);
            Frames.data(buffer, start, end, patch, held);
            chunk = held.toByteArray();
        }
    }

    /**
     * Usage at {@code [start, end)} that came beside something else.
     *
     * @param id of the chunk, as a JSON string
     * @param created of the chunk, as a JSON number
     */
    void beside(byte[] buffer, int start, int end, byte[] id, byte[] created) {
        var patch = new Patch();
        if (!read(buffer, start, end, patch) || !wanted) {
            return;
        }
        var reported = new ByteArrayBuilder(end - start + 16);
        patch.write(buffer, start, end, reported);
        chunk = chunk(id, created, reported.toByteArray());
    }

    /**
     * The backend reported nothing, and the answer is complete: it is counted here, one token to each piece of the answer
     * and one to four bytes of the prompt, and marked as an estimate.
     *
     * @param id of the chunk, as a JSON string
     * @param created of the chunk, as a JSON number
     */
    void estimate(int promptBytes, int pieces, byte[] id, byte[] created) {
        if (usage != null) {
            return;
        }
        var estimated = Usage.estimated(promptBytes, pieces);
        usage = estimated;
        if (!wanted) {
            return;
        }
        chunk = chunk(
                id,
                created,
                bytes("{\"prompt_tokens\":" + estimated.prompt() + ",\"completion_tokens\":" + estimated.completion()
                        + ",\"total_tokens\":" + estimated.total() + ",\"estimated\":true}"));
    }

    /** A chunk that reports usage and says nothing else. */
    private byte[] chunk(byte[] id, byte[] created, byte[] reported) {
        var made = new ByteArrayBuilder(384);
        made.write(bytes("{\"id\":"));
        made.write(id);
        made.write(OBJECT);
        made.write(created);
        made.write(MODEL);
        made.write(model);
        made.write(USAGE);
        made.write(reported);
        made.write('}');
        var json = made.toByteArray();
        var held = new ByteArrayBuilder(json.length + 8);
        Frames.data(json, 0, json.length, new Patch(), held);
        return held.toByteArray();
    }

    /** Writes the chunk for a caller who asked, when the backend reported anything. */
    void write(ByteArrayBuilder out) {
        if (chunk != null) {
            out.write(chunk, 0, chunk.length);
        }
    }

    @Nullable
    Usage usage() {
        return usage;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
