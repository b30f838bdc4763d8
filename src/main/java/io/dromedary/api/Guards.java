package io.dromedary.api;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The guard switches of a request that are on.
 *
 * @param input of what the model is to read
 * @param output of what the caller is to get
 */
public record Guards(Side input, Side output) {
    /** Nothing is on. */
    public static final Guards NONE = new Guards(Side.NONE, Side.NONE);

    /**
     * One side of a call.
     *
     * @param pii what becomes of personal data, or null where that is not looked for
     * @param checks the switches that a text passes or does not: {@code block_prompt_injection}, {@code toxicity}, {@code
     *     factuality}
     */
    public record Side(@Nullable Pii pii, Set<String> checks) {
        public static final Side NONE = new Side(null, Set.of());

        public boolean isOn() {
            return pii != null || !checks.isEmpty();
        }
    }

    /**
     * What becomes of personal data.
     *
     * @param block the call is refused; else the data is replaced
     * @param method by what
     * @param ignored kinds that are left alone, as the caller names them
     */
    public record Pii(boolean block, Method method, Set<String> ignored) {}

    /** What stands for personal data. */
    public enum Method {
        /** Letters and digits by chance. */
        RANDOM,
        /** Something made up of the same kind. */
        FAKE,
        /** The name of its kind. */
        CATEGORY,
        /** Stars. */
        MASK
    }

    public boolean isOn() {
        return input.isOn() || output.isOn();
    }
}
