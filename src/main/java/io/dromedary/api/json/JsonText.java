package io.dromedary.api.json;

import org.jspecify.annotations.Nullable;

/** Writes JSON strings (RFC 8259, section 7). */
public final class JsonText {
    private static final String HEX = "0123456789abcdef";

    private JsonText() {}

    /** Appends a quoted and escaped string, or {@code null}. */
    public static StringBuilder quote(StringBuilder out, @Nullable CharSequence text) {
        if (text == null) {
            return out.append("null");
        }
        out.append('"');
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < 0x20) {
                        out.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
                    } else if (Character.isSurrogate(c) && !paired(text, i)) {
                        out.append('\ufffd');
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        return out.append('"');
    }

    public static String quote(@Nullable CharSequence text) {
        if (text != null && isPlain(text)) {
            return "\"" + text + "\"";
        }
        return quote(new StringBuilder(text == null ? 4 : text.length() + 8), text)
                .toString();
    }

    /** As nearly every string is: printable ASCII with nothing to escape. */
    public static boolean isPlain(CharSequence text) {
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                return false;
            }
        }
        return true;
    }

    private static boolean paired(CharSequence text, int at) {
        return Character.isHighSurrogate(text.charAt(at))
                ? at + 1 < text.length() && Character.isLowSurrogate(text.charAt(at + 1))
                : at > 0 && Character.isHighSurrogate(text.charAt(at - 1));
    }
}
