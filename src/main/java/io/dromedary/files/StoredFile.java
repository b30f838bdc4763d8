package io.dromedary.files;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file as it is kept.
 *
 * @param id {@code file-…}
 * @param project whose it is; nobody else sees it
 * @param filename as its sender called it; never a path of ours
 * @param purpose in OpenAI's words, e.g. {@code batch} or {@code batch_output}
 * @param expires null for as long as the gateway keeps any
 * @param parts its content, one after the other; those of no length are left out
 */
public record StoredFile(
        String id,
        String project,
        String filename,
        String purpose,
        Instant created,
        @Nullable Instant expires,
        List<Part> parts) {
    /**
     * Bytes at the beginning of a blob.
     *
     * @param blob its name
     * @param length what comes after that does not belong to the file
     */
    public record Part(String blob, long length) {}

    public StoredFile {
        parts = parts.stream().filter(part -> part.length() > 0).toList();
    }

    public long bytes() {
        return parts.stream().mapToLong(Part::length).sum();
    }
}
