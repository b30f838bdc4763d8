package io.dromedary.files;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The files of all projects. What is unknown, expired or another project's cannot be told apart: it is not there. */
public interface StoredFiles {
    /** Lists it, too. Durable when complete. */
    CompletionStage<Void> add(StoredFile file);

    CompletionStage<@Nullable StoredFile> find(String project, String id);

    /**
     * A project's files in the order of their making.
     *
     * @param after id after which the page begins, or null
     * @param purpose null for any
     * @return one more than {@code most} where there are more
     */
    CompletionStage<List<StoredFile>> page(
            String project, @Nullable String after, int most, boolean newestFirst, @Nullable String purpose);

    /** Takes it and its content away. False where it is not there. */
    CompletionStage<Boolean> delete(String project, String id);

    /** Some of its content, as {@link Blobs#read}, across its parts. */
    CompletionStage<byte[]> read(StoredFile file, long from, int most);

    /** Where content is written that becomes a file later. */
    Blobs blobs();
}
