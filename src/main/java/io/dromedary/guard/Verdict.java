package io.dromedary.guard;

import io.dromedary.api.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a guard outside says: {@code {"verdict":"pass"}}, {@code {"verdict":"block","check":"toxicity","reason":"..."}}, or
 * {@code {"verdict":"replace","texts":["..."]}} with as many texts as it was asked of, in their order.
 */
public sealed interface Verdict {
    /** All may go on. */
    record Pass() implements Verdict {}

    /**
     * The call is refused.
     *
     * @param check the switch by which; null where it is not said
     * @param reason shown to the caller, or null
     */
    record Block(@Nullable String check, @Nullable String reason) implements Verdict {}

    /** These go on instead. */
    record Replace(List<String> texts) implements Verdict {}

    /**
     * Reads what it said.
     *
     * @param asked of how many texts
     * @return null where it is nothing of the kind
     */
    static @Nullable Verdict read(byte[] json, int asked) {
        var tree = Json.read(json);
        if (tree == null) {
            return null;
        }
        return switch (tree.path("verdict").asText()) {
            case "pass" -> new Pass();
            case "block" ->
                new Block(tree.path("check").textValue(), tree.path("reason").textValue());
            case "replace" -> {
                var texts = new ArrayList<String>();
                for (var text : tree.path("texts")) {
                    if (text.isTextual()) {
                        texts.add(text.textValue());
                    }
                }
                yield texts.size() == asked ? new Replace(List.copyOf(texts)) : null;
            }
            default -> null;
        };
    }
}
