package io.dromedary.api.read;

import com.fasterxml.jackson.core.JsonStreamContext;
import org.jspecify.annotations.Nullable;

/** Spells where a value stands, e.g. {@code messages[2].content[0].image_url.url}. Only built when something is wrong. */
final class Path {
    private static final int LONGEST = 256;

    private Path() {}

    /** The path of the current value; empty for the whole body. */
    static String of(JsonStreamContext context) {
        var path = new StringBuilder();
        append(path, context);
        return shortened(path);
    }

    /** The path of what lies below the current value: a member, or an element as {@code [0]}. */
    static String of(JsonStreamContext context, String below) {
        var path = new StringBuilder();
        append(path, context);
        if (!below.startsWith("[")) {
            separate(path);
        }
        return shortened(path.append(below));
    }

    private static void append(StringBuilder path, @Nullable JsonStreamContext context) {
        if (context == null) {
            return;
        }
        append(path, context.getParent());
        if (context.inObject() && context.hasCurrentName()) {
            separate(path);
            path.append(context.getCurrentName());
        } else if (context.inArray() && context.hasCurrentIndex()) {
            path.append('[').append(context.getCurrentIndex()).append(']');
        }
    }

    private static void separate(StringBuilder path) {
        if (!path.isEmpty()) {
            path.append('.');
        }
    }

    private static String shortened(StringBuilder path) {
        return Shown.shortened(path, LONGEST);
    }
}
