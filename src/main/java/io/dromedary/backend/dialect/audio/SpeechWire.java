package io.dromedary.backend.dialect.audio;

import io.dromedary.api.audio.SpeechTask;
import java.util.Map;

/**
 * How one kind of server takes speech.
 *
 * @param transcriptions path below the backend's {@code url}
 * @param translations path below the backend's {@code url}; where it is the same, a field {@code translate} tells them apart
 * @param streamsTranslations takes {@code stream} for translations, too
 * @param streamFields that a stream is asked for with, beside {@code stream}
 * @param endsQuietly a stream that was closed in order is complete, whatever its last event was
 */
public record SpeechWire(
        String transcriptions,
        String translations,
        boolean streamsTranslations,
        Map<String, String> streamFields,
        boolean endsQuietly) {
    private static final String TRANSCRIPTIONS = "/audio/transcriptions";
    private static final String TRANSLATIONS = "/audio/translations";

    /** OpenAI's own, and whoever is like it. */
    public static final SpeechWire OPENAI = new SpeechWire(TRANSCRIPTIONS, TRANSLATIONS, false, Map.of(), false);

    public static final SpeechWire VLLM =
            new SpeechWire(TRANSCRIPTIONS, TRANSLATIONS, true, Map.of("stream_include_usage", "true"), false);

    /** Servers around faster-whisper that have OpenAI's paths. */
    public static final SpeechWire WHISPER = new SpeechWire(TRANSCRIPTIONS, TRANSLATIONS, true, Map.of(), true);

    /** The server of whisper.cpp. */
    public static final SpeechWire WHISPER_CPP = new SpeechWire("/inference", "/inference", false, Map.of(), true);

    String path(SpeechTask task) {
        return task == SpeechTask.TRANSCRIBE ? transcriptions : translations;
    }

    boolean translatesByField() {
        return transcriptions.equals(translations);
    }

    boolean streams(SpeechTask task) {
        return task == SpeechTask.TRANSCRIBE || streamsTranslations;
    }
}
