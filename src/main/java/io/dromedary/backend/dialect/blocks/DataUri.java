package io.dromedary.backend.dialect.blocks;

import io.dromedary.api.error.RefusedException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A {@code data:} URI in base64.
 *
 * @param mediaType lower case, without parameters, e.g. {@code image/png}
 * @param base64 without line breaks
 */
public record DataUri(String mediaType, String base64) {
    /** Of a text that is one, or null. */
    public static @Nullable DataUri of(String text) {
        if (!text.regionMatches(true, 0, "data:", 0, 5)) {
            return null;
        }
        var comma = text.indexOf(',');
        var head = comma < 0 ? "" : text.substring(5, comma).toLowerCase(Locale.ROOT);
        if (!head.endsWith(";base64")) {
            return null;
        }
        var type = head.substring(0, head.indexOf(';'));
        return new DataUri(
                type.isEmpty() ? "text/plain" : type, text.substring(comma + 1).replaceAll("\\s", ""));
    }

    /** What is after the slash, e.g. {@code png}. */
    public String subtype() {
        return mediaType.substring(mediaType.indexOf('/') + 1);
    }

    /** @throws RefusedException always: what stands in this place of the request is not of these kinds */
    public static RefusedException unfit(String param, String wanted) {
        return RefusedException.badRequest(
                param, param + " has to be " + wanted + " for the backend that serves this model.");
    }
}
