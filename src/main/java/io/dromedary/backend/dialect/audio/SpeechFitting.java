package io.dromedary.backend.dialect.audio;

import io.dromedary.api.audio.TranscriptFormat;
import io.dromedary.api.audio.TranscriptionRequest;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import io.dromedary.backend.Capabilities;
import io.dromedary.backend.Target;
import java.util.List;

/** What of a request with speech in it a backend can do, and by which format it is asked. */
final class SpeechFitting {
    private static final String FORMAT = "response_format";

    private final TranscriptionRequest request;
    private final Capabilities can;
    private final SpeechWire wire;

    SpeechFitting(TranscriptionRequest request, Target target, SpeechWire wire) {
        this.request = request;
        this.can = target.capabilities();
        this.wire = wire;
    }

    /** The backend is asked for a stream. Where it is not and the caller wants one, the whole answer becomes its events. */
    boolean streams() {
        return request.stream() && can.transcriptStream() && wire.streams(request.task());
    }

    /**
     * The format that the backend is asked for: one of its own that has all in it that the caller wants.
     *
     * @throws RefusedException 400 with the {@code param} that it cannot honour, 413 for too large a file
     */
    TranscriptFormat asked() {
        var largest = can.maxAudioBytes();
        var length = request.recording().content().length();
        if (largest > 0 && length > largest) {
            throw new RefusedException(new Refusal.Http(
                    413,
                    "The file has " + length + " bytes, and the model " + request.model() + " takes " + largest
                            + " on the backend that serves it. Send less at once, or use another model.",
                    "file_too_large"));
        }
        if (request.wantsWords() && !can.timestamps().contains("word")) {
            throw cannot("timestamp_granularities", "tell when each word was said");
        }
        for (var format : ways()) {
            if (can.transcripts().contains(format.word())) {
                // a stream tells nothing of times, and not every server streams what does
                return streams() && format == TranscriptFormat.VERBOSE_JSON ? TranscriptFormat.JSON : format;
            }
        }
        throw cannot(FORMAT, "give what '" + request.format().word() + "' has in it");
    }

    /** What would do, the best first. Text comes out of JSON, which tells what was used, too. */
    private List<TranscriptFormat> ways() {
        return switch (request.format()) {
            case JSON -> List.of(TranscriptFormat.JSON, TranscriptFormat.VERBOSE_JSON);
            case TEXT -> List.of(TranscriptFormat.JSON, TranscriptFormat.VERBOSE_JSON, TranscriptFormat.TEXT);
            case SRT, VTT -> List.of(request.format(), TranscriptFormat.VERBOSE_JSON);
            case VERBOSE_JSON, DIARIZED_JSON -> List.of(request.format());
        };
    }

    /**
     * The backend gets that field.
     *
     * @throws RefusedException 400 where it cannot honour it
     */
    boolean takes(String field) {
        var name = TranscriptionRequest.base(field);
        if (can.refused().contains(name)) {
            throw cannot(name, "honour " + name);
        }
        return !can.dropped().contains(name);
    }

    private RefusedException cannot(String param, String what) {
        return RefusedException.badRequest(
                param,
                "The model " + request.model() + " cannot " + what + " on the backend that serves it. Change it, or use"
                        + " another model.",
                "unsupported_parameter");
    }
}
