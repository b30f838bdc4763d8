package io.dromedary.backend.dialect;

import io.dromedary.api.json.Json;
import java.util.Locale;
import java.util.Map;

/** Why a choice ended, in OpenAI's words, whichever words its backend used. */
public enum FinishReason {
    STOP("stop"),
    LENGTH("length"),
    TOOL_CALLS("tool_calls"),
    CONTENT_FILTER("content_filter"),
    FUNCTION_CALL("function_call"),
    /** It has not ended: {@code null}, and what some backends write in its place. */
    NONE("null"),
    /** The backend broke off: no answer. */
    FAILED("error"),
    /** The backend broke off because it has too much to do. */
    OVERLOADED("insufficient_system_resource");

    private static final Map<String, FinishReason> WORDS = Map.ofEntries(
            Map.entry("", NONE),
            Map.entry("null", NONE),
            Map.entry("max_tokens", LENGTH),
            Map.entry("model_length", LENGTH),
            Map.entry("model_context_window_exceeded", LENGTH),
            Map.entry("tool_use", TOOL_CALLS),
            Map.entry("tool_call", TOOL_CALLS),
            Map.entry("refusal", CONTENT_FILTER),
            Map.entry("safety", CONTENT_FILTER),
            Map.entry("prohibited_content", CONTENT_FILTER),
            Map.entry("blocklist", CONTENT_FILTER),
            Map.entry("spii", CONTENT_FILTER),
            Map.entry("image_safety", CONTENT_FILTER),
            Map.entry("language", CONTENT_FILTER),
            Map.entry("recitation", CONTENT_FILTER),
            Map.entry("content_filtered", CONTENT_FILTER),
            Map.entry("guardrail_intervened", CONTENT_FILTER),
            Map.entry("error", FAILED),
            Map.entry("abort", FAILED),
            Map.entry("timeout", FAILED),
            Map.entry("other", FAILED),
            Map.entry("malformed_function_call", FAILED),
            Map.entry("unexpected_tool_call", FAILED),
            Map.entry("malformed_model_output", FAILED),
            Map.entry("malformed_tool_use", FAILED),
            Map.entry("insufficient_system_resource", OVERLOADED));

    private final String word;
    private final String quoted;

    FinishReason(String word) {
        this.word = word;
        this.quoted = '"' + word + '"';
    }

    public String word() {
        return word;
    }

    /** Of the JSON value at {@code [start, end)}. A word that nobody knows is a {@link #STOP}: the choice did end. */
    static FinishReason read(byte[] text, int start, int end) {
        if (text[start] != '"') {
            return NONE;
        }
        if (STOP.isWritten(text, start, end)) {
            return STOP;
        }
        var value = Json.read(text, start, end - start);
        return value == null ? NONE : of(value.asText());
    }

    /** Of a backend's word. */
    public static FinishReason of(String word) {
        for (var reason : values()) {
            if (reason.word.equals(word)) {
                return reason;
            }
        }
        return WORDS.getOrDefault(word.toLowerCase(Locale.ROOT), STOP);
    }

    /** The JSON value at {@code [start, end)} is this very word. */
    boolean isWritten(byte[] text, int start, int end) {
        if (end - start != quoted.length()) {
            return false;
        }
        for (var i = 0; i < quoted.length(); i++) {
            if (text[start + i] != quoted.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
