package io.dromedary.config;

import java.util.ArrayList;
import java.util.List;

/**
 * Where in a file, from its root.
 *
 * @param segments keys of mappings, and positions in lists as decimal numbers
 */
record FieldPath(List<String> segments) {
    static final FieldPath ROOT = new FieldPath(List.of());

    static FieldPath of(String... segments) {
        return new FieldPath(List.of(segments));
    }

    FieldPath child(String segment) {
        var longer = new ArrayList<>(segments);
        longer.add(segment);
        return new FieldPath(List.copyOf(longer));
    }

    FieldPath child(int position) {
        return child(Integer.toString(position));
    }

    /** As problems show it, e.g. {@code projects.acme.keys[0].id}. */
    @Override
    public String toString() {
        var text = new StringBuilder();
        for (var segment : segments) {
            if (isPosition(segment)) {
                text.append('[').append(segment).append(']');
            } else {
                text.append(text.isEmpty() ? "" : ".").append(segment);
            }
        }
        return text.toString();
    }

    private static boolean isPosition(String segment) {
        return !segment.isEmpty() && segment.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
