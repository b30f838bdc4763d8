package io.dromedary.api.chat;

import java.util.List;

/** The strings that members of a request may be. */
final class Values {
    static final List<String> EFFORTS = List.of("none", "minimal", "low", "medium", "high", "xhigh", "max");
    static final List<String> LEVELS = List.of("low", "medium", "high");
    static final List<String> DETAILS = List.of("auto", "low", "high", "original");
    static final List<String> MODALITIES = List.of("text", "audio");
    static final List<String> AUDIO_FORMATS = List.of("wav", "aac", "mp3", "flac", "opus", "pcm16");
    static final List<String> TOOL_TYPES = List.of("function", "custom");
    static final List<String> TOOL_CHOICES = List.of("none", "auto", "required");
    static final List<String> TOOL_CHOICE_TYPES = List.of("function", "custom", "allowed_tools");
    static final List<String> TOOL_MODES = List.of("auto", "required");
    static final List<String> FUNCTION_CALLS = List.of("none", "auto");
    static final List<String> GRAMMARS = List.of("lark", "regex");
    static final List<String> CUSTOM_FORMATS = List.of("text", "grammar");
    static final List<String> FORMATS = List.of("text", "json_object", "json_schema");
    static final List<String> TIERS = List.of("auto", "default", "flex", "priority", "scale", "fast", "no-limit");
    static final List<String> PII = List.of("block", "replace");
    static final List<String> PII_METHODS = List.of("random", "fake", "category", "mask");

    private Values() {}
}
