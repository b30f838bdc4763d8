package io.dromedary.api.audio;

import io.dromedary.api.Endpoint;
import io.dromedary.api.Guards;
import io.dromedary.api.Media;
import io.dromedary.api.ModelName;
import io.dromedary.api.ModelRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request of {@code /v1/audio/transcriptions} or {@code /v1/audio/translations} that was found sound.
 *
 * @param format what the caller gets
 * @param granularities of the timestamps of {@code verbose_json}; one at least
 * @param stream the caller waits for events
 * @param guards that are switched on for the transcript, or null
 * @param fields of the form, without those that stand above; in the order in which they came, as they were sent
 */
public record TranscriptionRequest(
        SpeechTask task,
        Recording recording,
        ModelName model,
        TranscriptFormat format,
        Set<Granularity> granularities,
        boolean stream,
        @Nullable String serviceTier,
        @Nullable Guards guards,
        Map<String, List<String>> fields)
        implements ModelRequest {

    @Override
    public Endpoint endpoint() {
        return task == SpeechTask.TRANSCRIBE ? Endpoint.TRANSCRIPTIONS : Endpoint.TRANSLATIONS;
    }

    @Override
    public long textBytes() {
        var prompt = fields.get("prompt");
        return prompt == null ? 0 : prompt.getFirst().getBytes(StandardCharsets.UTF_8).length;
    }

    /** Audio is counted as it would be in base64. */
    @Override
    public Media media() {
        var base64 = recording.content().length() * 4 / 3;
        return new Media(0, 0, (int) Math.min(Integer.MAX_VALUE, base64), 0, 0, 0);
    }

    @Override
    public int choices() {
        return 1;
    }

    /** The caller wants words with their times. */
    public boolean wantsWords() {
        return format == TranscriptFormat.VERBOSE_JSON && granularities.contains(Granularity.WORD);
    }

    /** The name of a field without the brackets that lists and objects have there. */
    public static String base(String name) {
        var bracket = name.indexOf('[');
        return bracket <= 0 ? name : name.substring(0, bracket);
    }
}
