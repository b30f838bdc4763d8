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
    public Usage(long prompt, long completion) {
        this(prompt, completion, 0, 0);
    }

    public long total() {
        return prompt + completion;
    }

    public Usage plus(Usage more) {
        return new Usage(
                prompt + more.prompt, completion + more.completion, cached + more.cached, reasoning + more.reasoning);
    }
}
