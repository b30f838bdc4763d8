package io.dromedary.jobs.batch;

import io.dromedary.files.Blobs;
import io.dromedary.files.StoredFile.Part;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file that a batch makes: what earlier attempts have left of it, as far as they have said so, and a blob of this attempt's
 * own. An earlier attempt that does not know that it is over may still write to the end of its blob, which nobody reads.
 */
final class ResultFile {
    private final Blobs blobs;
    private final List<Part> before;
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
    private Blobs.@Nullable Writer writer;

    ResultFile(Blobs blobs, List<Part> before) {
        this.blobs = blobs;
        this.before = before;
    }

    void add(byte[] line) {
        pending.writeBytes(line);
    }

    /** Bytes that are not written yet. */
    int pending() {
        return pending.size();
    }

    /** Writes what is pending, and waits for that. */
    void write() {
        if (pending.size() == 0) {
            return;
        }
        if (writer == null) {
            writer = blobs.create();
        }
        Stages.await(writer.append(pending.toByteArray()));
        pending.reset();
    }

    /** What is written. */
    List<Part> parts() {
        var parts = new ArrayList<>(before);
        if (writer != null) {
            parts.add(new Part(writer.name(), writer.length()));
        }
        return parts;
    }

    /** Waits until it is closed. */
    void close() {
        if (writer != null) {
            Stages.await(writer.close());
        }
    }
}
