package io.dromedary.backend.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a provider says went wrong, out of any of the shapes in which they say it: OpenAI's object, a string in its
 * place, flat members, {@code detail} as text or list, a list around it all, plain text, HTML, nothing.
 *
 * @param status the HTTP status that the body names, or 0
 * @param message never empty, not yet fit to be shown
 * @param words all codes, types and statuses that are words, lower case
 * @param retryDelay as Gemini writes it, e.g. {@code 34s}
 */
record ProviderError(
        int status,
        String message,
        @Nullable String type,
        @Nullable String param,
        @Nullable String code,
        Set<String> words,
        @Nullable String retryDelay) {

    private static final int MAX_TEXT = 4000;

    static ProviderError read(byte[] body) {
        var json = Json.read(body);
        if (json != null && (json.isObject() || json.isArray())) {
            return read(json);
        }
        var text = new String(body, 0, Math.min(body.length, MAX_TEXT), StandardCharsets.UTF_8).strip();
        if (json != null && json.isTextual()) {
            text = json.textValue().strip();
        }
        if (text.startsWith("<")) {
            text = "an HTML page instead of an answer";
        }
        return new ProviderError(0, text.isEmpty() ? "no reason given" : text, null, null, null, Set.of(), null);
    }

    static ProviderError read(JsonNode body) {
        var outer = body.isArray() ? body.path(0) : body;
        var error = outer.path("error");
        var inner = error.isObject() ? error : outer;
        var details = details(inner);
        var message = message(inner, outer);
        var words = new LinkedHashSet<String>();
        for (var node : new JsonNode[] {
            inner.path("code"),
            inner.path("type"),
            inner.path("status"),
            inner.path("error_type"),
            inner.path("innererror").path("code"),
            inner.path("metadata").path("error_type"),
            outer.path("code"),
            outer.path("type")
        }) {
            if (node.isTextual() && !node.textValue().isBlank()) {
                words.add(node.textValue().strip().toLowerCase(Locale.ROOT));
            }
        }
        if (inner.path("metadata").has("flagged_input")) {
            words.add("content_filter");
        }
        if (body.toString().contains("PerDay")) {
            words.add("daily_quota");
        }
        return new ProviderError(
                status(inner, outer),
                message.isBlank() ? "no reason given" : message.strip(),
                first(inner.path("type"), inner.path("error_type"), outer.path("type")),
                param(inner, details),
                first(inner.path("code"), inner.path("status"), outer.path("code")),
                words,
                retryDelay(inner.path("details")));
    }

    /** One of the words is one of these, given in lower case. */
    boolean isOneOf(Set<String> known) {
        for (var word : words) {
            if (known.contains(word)) {
                return true;
            }
        }
        return false;
    }

    private static String message(JsonNode inner, JsonNode outer) {
        for (var node : new JsonNode[] {inner.path("message"), inner.path("detail"), inner.path("msg")}) {
            var text = text(node, 0);
            if (!text.isBlank()) {
                return text;
            }
        }
        var error = outer.path("error");
        return error.isTextual() ? error.textValue() : text(inner.path("errors"), 0);
    }

    private static String text(JsonNode node, int depth) {
        if (node.isTextual()) {
            return node.textValue();
        }
        if (depth > 3) {
            return "";
        }
        if (node.isArray()) {
            var texts = new ArrayList<String>();
            for (var i = 0; i < node.size() && texts.size() < 3; i++) {
                var text = text(node.get(i), depth + 1);
                if (!text.isBlank()) {
                    texts.add(text);
                }
            }
            return String.join("; ", texts);
        }
        for (var name : new String[] {"msg", "message", "detail"}) {
            if (node.has(name)) {
                var location = location(node.path("loc"));
                var text = text(node.get(name), depth + 1);
                return location == null ? text : location + ": " + text;
            }
        }
        return "";
    }

    private static JsonNode details(JsonNode error) {
        var detail = error.path("detail");
        return detail.isArray() ? detail : error.path("message").path("detail");
    }

    private static @Nullable String param(JsonNode error, JsonNode details) {
        var named = first(error.path("param"));
        return named == null ? location(details.path(0).path("loc")) : named;
    }

    /** FastAPI's way to point at a field: {@code ["body", "messages", 0, "role"]}. */
    private static @Nullable String location(JsonNode loc) {
        if (!loc.isArray() || loc.isEmpty()) {
            return null;
        }
        var path = new StringBuilder();
        for (var step : loc) {
            if (step.isInt()) {
                path.append('[').append(step.intValue()).append(']');
            } else if (!"body".equals(step.asText())) {
                path.append(path.isEmpty() ? "" : ".").append(step.asText());
            }
        }
        return path.isEmpty() ? null : path.toString();
    }

    private static int status(JsonNode inner, JsonNode outer) {
        for (var node : new JsonNode[] {
            inner.path("http_status_code"),
            inner.path("code"),
            inner.path("status"),
            inner.path("status_code"),
            outer.path("status"),
            outer.path("status_code"),
            outer.path("raw_status_code"),
            outer.path("code")
        }) {
            var status = node.asInt(0);
            if (status >= 400 && status <= 599) {
                return status;
            }
        }
        return 0;
    }

    private static @Nullable String retryDelay(JsonNode details) {
        for (var detail : details) {
            var delay = detail.path("retryDelay");
            if (delay.isTextual()) {
                return delay.textValue();
            }
        }
        return null;
    }

    /** The first that is a word or a number. */
    private static @Nullable String first(JsonNode... nodes) {
        for (var node : nodes) {
            if ((node.isTextual() || node.isNumber()) && !node.asText().isBlank()) {
                return node.asText();
            }
        }
        return null;
    }
}
