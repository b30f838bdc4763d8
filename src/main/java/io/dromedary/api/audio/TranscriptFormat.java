package io.dromedary.api.audio;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The values of {@code response_format}. */
public enum TranscriptFormat {
    JSON("json"),
    TEXT("text"),
    SRT("srt"),
    VTT("vtt"),
    VERBOSE_JSON("verbose_json"),
    DIARIZED_JSON("diarized_json");

    private static final List<String> WORDS =
            Stream.of(values()).map(TranscriptFormat::word).toList();

    private final String word;

    TranscriptFormat(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }

    /** Null for a word that is none of them. */
    public static @Nullable TranscriptFormat of(String word) {
        for (var format : values()) {
            if (format.word.equals(word)) {
                return format;
            }
        }
        return null;
    }

    public static List<String> words() {
        return WORDS;
    }

    public boolean isJson() {
        return this == JSON || this == VERBOSE_JSON || this == DIARIZED_JSON;
    }

    /** When each part was said stands in it, as subtitles need it. */
    public boolean isSubtitles() {
        return this == SRT || this == VTT;
    }

    /** It can come piece by piece. */
    public boolean isStreamed() {
        return this == JSON || this == TEXT || this == DIARIZED_JSON;
    }

    public String contentType() {
        return isJson() ? "application/json" : "text/plain; charset=utf-8";
    }
}
