package io.dromedary.api;

/**
 * Tokens of one answer as its backend counted them.
 *
 * @param prompt tokens read, cached ones included
 * @param completion tokens written, reasoning included
 * @param cached tokens of the prompt that came from a cache
 * @param reasoning tokens of the completion that were reasoning
 */
public record Usage(long prompt, long completion, long cached, long reasoning) {
    /** Bytes of a prompt that are taken for a token where nobody has counted. */
    public static final int BYTES_PER_TOKEN = 4;

    public Usage(long prompt, long completion) {
        this(prompt, completion, 0, 0);
    }

    /** As good as can be told of an answer that nobody has counted: one token to each of its pieces. */
    public static Usage estimated(int promptBytes, int pieces) {
        return new Usage(Math.max(1, promptBytes / BYTES_PER_TOKEN), pieces);
    }

    public long total() {
        return prompt + completion;
    }

    public Usage plus(Usage more) {
        return new Usage(
                prompt + more.prompt, completion + more.completion, cached + more.cached, reasoning + more.reasoning);
    }
}
