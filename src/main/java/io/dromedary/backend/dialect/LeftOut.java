package io.dromedary.backend.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.Set;

/** What a translation of a message has no place for. It does not change what is answered, but the caller is told. */
public final class LeftOut {
    private LeftOut() {}

    /**
     * Names the members that are left out and say something.
     *
     * @param message as it came
     * @param known members that the translation takes care of
     * @param place of the message, e.g. {@code messages[2]}
     * @param told gets their paths
     */
    public static void name(JsonNode message, Set<String> known, String place, Collection<String> told) {
        for (var member : message.properties()) {
            if (!known.contains(member.getKey()) && says(member.getValue())) {
                told.add(place + "." + member.getKey());
            }
        }
    }

    /**
     * Names the {@code detail} of an image that is sent without one. To leave it to the model is what it does unasked.
     *
     * @param image the part's {@code image_url}
     * @param place of that object
     * @param told gets its path
     */
    public static void detail(JsonNode image, String place, Collection<String> told) {
        var detail = image.path("detail");
        if (says(detail) && !detail.asText().equals("auto")) {
            told.add(place + ".detail");
        }
    }

    private static boolean says(JsonNode value) {
        if (value.isTextual()) {
            return !value.textValue().isEmpty();
        }
        return !value.isNull() && !value.isMissingNode() && (!value.isContainerNode() || !value.isEmpty());
    }
}
