package io.dromedary.files;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which bytes a request asks for, as RFC 9110 has it. */
final class ContentRange {
    private static final Pattern ONE =
            Pattern.compile("bytes=\\s*(\\d{0,18})-(\\d{0,18})\\s*", Pattern.CASE_INSENSITIVE);

    private ContentRange() {}

    /**
     * What is sent.
     *
     * @param partial it was asked for as a part: 206
     */
    record Span(long from, long length, boolean partial) {}

    /**
     * The bytes that are meant; all where no range is asked for, or one that is not understood, or several.
     *
     * @param range the header {@code Range}
     * @param ifRange the header {@code If-Range}: a range counts only where this is the tag
     * @param tag of the content
     * @param length of the content
     * @return null where the content has none of it: 416
     */
    static @Nullable Span of(@Nullable String range, @Nullable String ifRange, String tag, long length) {
        var all = new Span(0, length, false);
        if (range == null || ifRange != null && !ifRange.trim().equals(tag)) {
            return all;
        }
        var match = ONE.matcher(range.trim());
        if (!match.matches() || match.group(1).isEmpty() && match.group(2).isEmpty()) {
            return all;
        }
        if (match.group(1).isEmpty()) {
            var last = Math.min(length, Long.parseLong(match.group(2)));
            return last == 0 ? null : new Span(length - last, last, true);
        }
        var from = Long.parseLong(match.group(1));
        var to = match.group(2).isEmpty() ? Long.MAX_VALUE : Long.parseLong(match.group(2));
        if (to < from) {
            return all;
        }
        return from >= length ? null : new Span(from, Math.min(to, length - 1) - from + 1, true);
    }
}
