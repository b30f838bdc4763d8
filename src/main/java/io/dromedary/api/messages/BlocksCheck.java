package io.dromedary.api.messages;

import io.dromedary.api.read.Cursor;
import io.dromedary.api.read.Faults;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code content}: a string, or an array of blocks. */
final class BlocksCheck {
    static final Set<String> SYSTEM = Set.of("text");
    static final Set<String> USER = Set.of("text", "image", "document", "search_result", "tool_result");
    static final Set<String> ASSISTANT = Set.of("text", "thinking", "redacted_thinking", "tool_use");
    private static final Set<String> RESULT = Set.of("text", "image", "document", "search_result");
    private static final Set<String> OF_DOCUMENT = Set.of("text", "image");

    private static final List<String> TYPES = List.of(
            "text", "image", "document", "search_result", "tool_use", "tool_result", "thinking", "redacted_thinking");

    /** What each type of block cannot do without. */
    private static final Map<String, List<String>> REQUIRED = Map.of(
            "text", List.of("text"),
            "image", List.of("source"),
            "document", List.of("source"),
            "search_result", List.of("source", "title", "content"),
            "tool_use", List.of("id", "name", "input"),
            "tool_result", List.of("tool_use_id"),
            "thinking", List.of("thinking"),
            "redacted_thinking", List.of("data"));

    private static final Map<String, List<String>> OF_SOURCE = Map.of(
            "base64", List.of("media_type", "data"),
            "url", List.of("url"),
            "text", List.of("data"),
            "content", List.of("content"),
            "file", List.of("file_id"));

    private static final List<String> SOURCES = List.of("base64", "url", "text", "content", "file");
    private static final List<String> IMAGES = List.of("image/jpeg", "image/png", "image/gif", "image/webp");
    private static final Set<String> OF_IMAGES = Set.of("base64", "url", "file");

    /** A type that stood where. */
    private record Kind(String type, int index) {}

    private final Cursor at;
    private List<Kind> kinds = List.of();

    BlocksCheck(Cursor at) {
        this.at = at;
    }

    /** Takes a content of which the blocks that it may have are known. */
    void content(Set<String> allowed, String owner) {
        read();
        verify(allowed, "", owner);
    }

    /** Takes a content with blocks of whatever type; {@link #verify} then finds those that its place forbids. */
    void read() {
        if (at.atString()) {
            kinds = List.of();
            return;
        }
        at.beginArray("a string or an array of content blocks");
        var met = new ArrayList<Kind>();
        var seen = new HashSet<String>();
        var count = 0;
        while (at.element()) {
            var type = block();
            if (seen.add(type)) {
                met.add(new Kind(type, count));
            }
            count++;
        }
        kinds = met;
    }

    /** @param below where the content just taken stands below the cursor's current value, perhaps empty */
    void verify(Set<String> allowed, String below, String owner) {
        for (var kind : kinds) {
            if (!allowed.contains(kind.type)) {
                throw Faults.at(
                        at.path(below + "[" + kind.index + "].type"),
                        "invalid_value",
                        "Invalid value for '%s': a block of type '" + kind.type + "' is not allowed in " + owner + ".");
            }
        }
    }

    private String block() {
        @Nullable String type = null;
        @Nullable String source = null;
        @Nullable String media = null;
        List<Kind> within = List.of();
        var seen = new HashSet<String>();
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            seen.add(name);
            switch (name) {
                case "type" -> type = type();
                case "text", "thinking", "signature", "data", "title", "context" -> at.string();
                case "id", "tool_use_id" -> at.filled();
                case "name" -> at.identifier();
                case "input", "cache_control" -> at.object();
                case "is_error" -> at.bool();
                case "citations" -> citations();
                case "content" -> {
                    read();
                    within = kinds;
                }
                case "source" -> {
                    if (at.atString()) {
                        source = "";
                    } else {
                        var read = source();
                        source = read.type;
                        media = read.media;
                    }
                }
                default -> at.skip();
            }
        }
        if (type == null) {
            throw Faults.missing(at.path("type"));
        }
        for (var member : REQUIRED.getOrDefault(type, List.of())) {
            if (!seen.contains(member)) {
                throw Faults.missing(at.path(member));
            }
        }
        kinds = within;
        if (type.equals("tool_result")) {
            verify(RESULT, "content", "the result of a tool");
        } else if (type.equals("search_result")) {
            verify(SYSTEM, "content", "a search result");
        }
        verifySource(type, source, media);
        return type;
    }

    private String type() {
        var type = at.text();
        if (!TYPES.contains(type)) {
            throw Faults.unsupported(at.path(), type, TYPES);
        }
        return type;
    }

    private record Source(String type, @Nullable String media) {}

    private Source source() {
        @Nullable String type = null;
        @Nullable String media = null;
        var seen = new HashSet<String>();
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            seen.add(name);
            switch (name) {
                case "type" -> type = at.oneOf(SOURCES);
                case "media_type" -> media = at.text();
                case "data", "file_id" -> at.filled();
                case "url" -> url();
                case "content" -> content(OF_DOCUMENT, "a document");
                default -> at.skip();
            }
        }
        if (type == null) {
            throw Faults.missing(at.path("type"));
        }
        for (var member : OF_SOURCE.getOrDefault(type, List.of())) {
            if (!seen.contains(member)) {
                throw Faults.missing(at.path(member));
            }
        }
        return new Source(type, media);
    }

    private void url() {
        at.filled();
        if (!at.begins("https:") && !at.begins("http:")) {
            throw Faults.at(
                    at.path(),
                    "invalid_value",
                    "Invalid '%s': expected an http or https URL. Send what is at hand as a source of type 'base64'.");
        }
    }

    private void verifySource(String type, @Nullable String source, @Nullable String media) {
        if (source == null) {
            return;
        }
        if (type.equals("search_result") != source.isEmpty()) {
            throw Faults.wrongType(
                    at.path("source"),
                    source.isEmpty() ? "an object" : "a string",
                    source.isEmpty() ? "a string" : "an object");
        }
        if (type.equals("image")) {
            if (!OF_IMAGES.contains(source)) {
                throw Faults.unsupported(at.path("source.type"), source, List.of("base64", "url", "file"));
            }
            if (source.equals("base64") && !IMAGES.contains(media)) {
                throw Faults.unsupported(at.path("source.media_type"), String.valueOf(media), IMAGES);
            }
        }
        if (type.equals("document")) {
            if (source.equals("url")) {
                throw Faults.at(
                        at.path("source.type"),
                        "unsupported_value",
                        "Unsupported value for '%s': the gateway fetches no documents. Send the document itself as a source"
                                + " of type 'base64', or upload it and send its id as one of type 'file'.");
            }
            if (source.equals("base64") && !"application/pdf".equals(media)) {
                throw Faults.unsupported(
                        at.path("source.media_type"), String.valueOf(media), List.of("application/pdf"));
            }
        }
    }

    /** Those of an earlier answer are of no use to a model; to ask for new ones is to ask for what no backend gives. */
    private void citations() {
        if (!at.atObject()) {
            at.skip();
            return;
        }
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            if (name.equals("enabled") && at.bool()) {
                throw Faults.at(
                        at.path(),
                        "unsupported_value",
                        "Unsupported value for '%s': the gateway passes on no citations. Leave them out, or set it to"
                                + " false.");
            } else if (!name.equals("enabled")) {
                at.skip();
            }
        }
    }
}
