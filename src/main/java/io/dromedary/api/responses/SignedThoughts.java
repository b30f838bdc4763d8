package io.dromedary.api.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The {@code encrypted_content} of a reasoning item whose backend wants to see its thoughts again as it signed them, block by
 * block: {@code reasoning_details} of chat in a form that callers hand back unread. What is one encrypted text alone stays
 * what it is, for it may be another Responses API's.
 */
public final class SignedThoughts {
    private static final String MARK = "drm.thoughts.1.";
    private static final String TEXT = "reasoning.text";
    private static final String ENCRYPTED = "reasoning.encrypted";

    private final ArrayNode details = JsonNodeFactory.instance.arrayNode();
    private final StringBuilder unsigned = new StringBuilder();
    private boolean told;

    /**
     * Takes in what a backend says of its thoughts. A text may come in pieces, the last of which has the signature.
     *
     * @param detail as OpenRouter writes it
     * @param shown what was shown of the thoughts so far, for a signature that comes without its text
     */
    void add(JsonNode detail, String shown) {
        switch (detail.path("type").asText("")) {
            case TEXT -> {
                told |= detail.hasNonNull("text");
                unsigned.append(detail.path("text").asText(""));
                var signature = detail.path("signature").asText("");
                if (!signature.isEmpty()) {
                    details.add(signed(told ? unsigned.toString() : shown, signature));
                    unsigned.setLength(0);
                    told = false;
                }
            }
            case ENCRYPTED -> {
                if (!detail.path("data").asText("").isEmpty()) {
                    details.add(encrypted(detail.path("data").asText()));
                }
            }
            default -> {}
        }
    }

    /** All that has to be handed back, or null where that is nothing. */
    @Nullable
    String text() {
        if (details.isEmpty()) {
            return null;
        }
        var only = details.path(0);
        return details.size() == 1 && only.path("type").asText().equals(ENCRYPTED)
                ? only.path("data").asText()
                : MARK + Base64.getUrlEncoder().withoutPadding().encodeToString(Json.bytesOfAny(details));
    }

    /** The text is one of these, and nothing for anybody but the gateway. */
    public static boolean is(String encrypted) {
        return encrypted.startsWith(MARK);
    }

    /** What was signed, as {@code reasoning_details} of a message. What is none of these is what it is: encrypted. */
    static ArrayNode details(String encrypted) {
        var details = JsonNodeFactory.instance.arrayNode();
        for (var detail : is(encrypted) ? read(encrypted) : JsonNodeFactory.instance.arrayNode()) {
            var data = detail.path("data").asText("");
            var signature = detail.path("signature").asText("");
            if (!data.isEmpty()) {
                details.add(encrypted(data));
            } else if (!signature.isEmpty()) {
                details.add(signed(detail.path("text").asText(""), signature));
            }
        }
        return details.isEmpty() ? details.add(encrypted(encrypted)) : details;
    }

    private static JsonNode read(String encrypted) {
        try {
            var json = Json.read(Base64.getUrlDecoder().decode(encrypted.substring(MARK.length())));
            return json == null ? JsonNodeFactory.instance.arrayNode() : json;
        } catch (IllegalArgumentException e) {
            // callers may hand back anything
            return JsonNodeFactory.instance.arrayNode();
        }
    }

    private static ObjectNode signed(String text, String signature) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("type", TEXT)
                .put("text", text)
                .put("signature", signature);
    }

    private static ObjectNode encrypted(String data) {
        return JsonNodeFactory.instance.objectNode().put("type", ENCRYPTED).put("data", data);
    }
}
