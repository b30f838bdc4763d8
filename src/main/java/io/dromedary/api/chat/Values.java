package io.dromedary.api.chat;

import java.util.List;

/** The strings that members of a request may be. */
public final class Values {
    public static final List<String> EFFORTS = List.of("none", "minimal", "low", "medium", "high", "xhigh", "max");
    public static final List<String> LEVELS = List.of("low", "medium", "high");
    public static final List<String> DETAILS = List.of("auto", "low", "high", "original");
    public static final List<String> MODALITIES = List.of("text", "audio");
    public static final List<String> AUDIO_FORMATS = List.of("wav", "aac", "mp3", "flac", "opus", "pcm16");
    public static final List<String> TOOL_TYPES = List.of("function", "custom");
    public static final List<String> TOOL_CHOICES = List.of("none", "auto", "required");
    public static final List<String> TOOL_CHOICE_TYPES = List.of("function", "custom", "allowed_tools");
    public static final List<String> TOOL_MODES = List.of("auto", "required");
    public static final List<String> FUNCTION_CALLS = List.of("none", "auto");
    public static final List<String> GRAMMARS = List.of("lark", "regex");
    public static final List<String> CUSTOM_FORMATS = List.of("text", "grammar");
    public static final List<String> FORMATS = List.of("text", "json_object", "json_schema");
    public static final List<String> TIERS =
            List.of("auto", "default", "flex", "priority", "scale", "fast", "no-limit");
    public static final List<String> PII = List.of("block", "replace");
    public static final List<String> PII_METHODS = List.of("random", "fake", "category", "mask");

    private Values() {}
}
