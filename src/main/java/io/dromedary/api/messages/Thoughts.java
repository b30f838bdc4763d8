package io.dromedary.api.messages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/** The reasoning of a whole chat answer as blocks of thinking. */
final class Thoughts {
    private Thoughts() {}

    /**
     * Adds the blocks.
     *
     * @param text all of the reasoning, or empty
     * @param details as OpenRouter writes them, or missing: what is signed there is a block for each signature, what is
     *     encrypted one that nobody can read, in their order, which whoever signed them wants to see again
     */
    static void add(String text, JsonNode details, ArrayNode content) {
        var signed = 0;
        for (var detail : details) {
            signed += isSigned(detail) ? 1 : 0;
        }
        if (signed > 0) {
            signed(signed == 1 ? text : "", details, content);
            return;
        }
        var part = new StringBuilder();
        var sealed = JsonNodeFactory.instance.arrayNode();
        for (var detail : details) {
            switch (detail.path("type").asText()) {
                case "reasoning.encrypted" -> sealed(detail, sealed);
                case "reasoning.text" -> part.append(detail.path("text").asText(""));
                default -> {}
            }
        }
        if (!(text.isEmpty() && part.isEmpty())) {
            block(text.isEmpty() ? part.toString() : text, "", content);
        }
        content.addAll(sealed);
    }

    /** @param unsaid the text of a signature that comes without any */
    private static void signed(String unsaid, JsonNode details, ArrayNode content) {
        var part = new StringBuilder();
        for (var detail : details) {
            switch (detail.path("type").asText()) {
                case "reasoning.encrypted" -> sealed(detail, content);
                case "reasoning.text" -> {
                    part.append(detail.path("text").asText(""));
                    if (isSigned(detail)) {
                        block(
                                part.isEmpty() && !detail.has("text") ? unsaid : part.toString(),
                                detail.path("signature").asText(),
                                content);
                        part.setLength(0);
                    }
                }
                default -> {}
            }
        }
        if (!part.isEmpty()) {
            block(part.toString(), "", content);
        }
    }

    private static boolean isSigned(JsonNode detail) {
        return detail.path("type").asText().equals("reasoning.text")
                && !detail.path("signature").asText("").isEmpty();
    }

    private static void sealed(JsonNode detail, ArrayNode content) {
        content.addObject()
                .put("type", "redacted_thinking")
                .put("data", detail.path("data").asText(""));
    }

    private static void block(String text, String signature, ArrayNode content) {
        content.addObject().put("type", "thinking").put("thinking", text).put("signature", signature);
    }
}
