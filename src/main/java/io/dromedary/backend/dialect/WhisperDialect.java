package io.dromedary.backend.dialect;

import io.dromedary.api.Ids;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.error.RefusedException;
import io.dromedary.backend.Capabilities;
import io.dromedary.backend.Target;
import io.dromedary.backend.dialect.audio.SpeechWire;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/**
 * Servers that do nothing but write down what was said. They are asked for {@code verbose_json}, which alone tells how long
 * the recording was; every other format is made of that.
 *
 * <ul>
 *   <li>{@code whisper}: servers around faster-whisper with OpenAI's paths, such as speaches. The backend's url ends in {@code
 *       /v1}.
 *   <li>{@code whisper-cpp}: the server of whisper.cpp. The backend's url is its root, or what its {@code --request-path}
 *       adds. It has one model whatever is asked, answers nothing before it is done, and takes other formats than WAV only
 *       where it was started with {@code --convert}.
 * </ul>
 */
public final class WhisperDialect extends OpenAiDialect {
    private static final Capabilities CAPABILITIES = Capabilities.OPENAI
            .with(Map.of(
                    "endpoints", List.of("transcriptions", "translations"),
                    "transcripts", List.of("verbose_json"),
                    "maxAudioBytes", 0,
                    "serviceTiers", List.of(),
                    "dropped",
                            List.of(
                                    "languages",
                                    "keywords",
                                    "chunking_strategy",
                                    "known_speaker_names",
                                    "known_speaker_references")))
            .with(Map.of("refused", List.of("include")));

    private static final Capabilities CPP =
            CAPABILITIES.with(Map.of("transcriptStream", false, "refused", List.of("include", "diarization")));

    private final SpeechWire wire;

    private WhisperDialect(String name, Capabilities capabilities, SpeechWire wire, Ids ids, InstantSource clock) {
        super(name, capabilities, "/health", ids, clock);
        this.wire = wire;
    }

    /** The dialect {@code whisper}. */
    public static WhisperDialect openAi(Ids ids, InstantSource clock) {
        return new WhisperDialect("whisper", CAPABILITIES, SpeechWire.WHISPER, ids, clock);
    }

    /** The dialect {@code whisper-cpp}. */
    public static WhisperDialect cpp(Ids ids, InstantSource clock) {
        return new WhisperDialect("whisper-cpp", CPP, SpeechWire.WHISPER_CPP, ids, clock);
    }

    @Override
    protected SpeechWire speechWire() {
        return wire;
    }

    /** Nothing but a file that gives it other {@code endpoints} gets here. */
    @Override
    public Outgoing chat(ChatRequest request, Target target) {
        throw RefusedException.badRequest(
                "model", "The model " + request.model() + " does not chat. Use another model.", "unsupported_endpoint");
    }
}
