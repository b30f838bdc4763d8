package io.dromedary.files;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Files that callers name by a URL, {@code https:} or {@code s3:}. */
public interface UrlFiles {
    /** It is meant as a URL, allowed or not, and not as the id of a file. */
    static boolean isUrl(String name) {
        return name.contains(":");
    }

    /** The same, and what is open to this project alone besides: without it, only what is open to all. */
    default UrlFiles forProject(String project) {
        return this;
    }

    /**
     * Refuses what is never fetched, without asking anybody.
     *
     * @throws io.dromedary.api.error.RefusedException 400 that names {@code input_file_id}
     */
    void check(String url);

    /**
     * Copies what is there into a blob.
     *
     * @param most bytes; what is longer is refused
     * @return fails with {@link io.dromedary.api.error.RefusedException} 400 that names {@code input_file_id} and says why:
     *     an address that is not public, an answer that is none, too much of it; and with
     *     {@link UnsteadyException} where it may do better another time
     */
    CompletionStage<StoredFile.Part> fetch(String url, long most);

    /**
     * Puts results beside an input, where a target is configured for it.
     *
     * @param suffix e.g. {@code _output.jsonl}, in the place of the input's own
     * @return where it was put; null where no target is configured
     */
    CompletionStage<@Nullable String> put(String inputUrl, String suffix, List<StoredFile.Part> content);
}
