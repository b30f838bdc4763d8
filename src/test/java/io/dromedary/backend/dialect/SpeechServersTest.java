package io.dromedary.backend.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dromedary.api.audio.KeptBytes;
import io.dromedary.api.audio.Recording;
import io.dromedary.api.audio.SpeechTask;
import io.dromedary.api.audio.TranscriptionRequest;
import io.dromedary.api.audio.TranscriptionRequestReader;
import io.dromedary.api.chat.ChatRequests;
import io.dromedary.api.error.RefusedException;
import io.dromedary.backend.Dialect;
import io.dromedary.backend.Sending;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Each kind of server is asked for transcripts in its own way. */
final class SpeechServersTest {
    private final Dialect openai = Answers.dialect();
    private final Dialect vllm = new VllmDialect(Answers.IDS, Answers.CLOCK);
    private final Dialect whisper = WhisperDialect.openAi(Answers.IDS, Answers.CLOCK);
    private final Dialect cpp = WhisperDialect.cpp(Answers.IDS, Answers.CLOCK);

    @Test
    void those_with_openais_paths_are_asked_there() {
        for (var dialect : List.of(openai, vllm, whisper)) {
            assertThat(sending(dialect, SpeechTask.TRANSCRIBE, false).path()).isEqualTo("/audio/transcriptions");
            assertThat(sending(dialect, SpeechTask.TRANSLATE, false).path()).isEqualTo("/audio/translations");
        }
    }

    @Test
    void whisper_cpp_has_one_path_and_is_told_by_a_field_to_translate() {
        var transcript = sending(cpp, SpeechTask.TRANSCRIBE, false);
        var translation = sending(cpp, SpeechTask.TRANSLATE, false);

        assertThat(transcript.path()).isEqualTo("/inference");
        assertThat(translation.path()).isEqualTo("/inference");
        assertThat(new String(transcript.body(), UTF_8)).doesNotContain("name=\"translate\"");
        assertThat(new String(translation.body(), UTF_8)).contains("name=\"translate\"");
    }

    @Test
    void only_vllm_is_asked_for_the_usage_of_a_stream() {
        assertThat(new String(sending(vllm, SpeechTask.TRANSCRIBE, true).body(), UTF_8))
                .contains("stream_include_usage");
        assertThat(new String(sending(openai, SpeechTask.TRANSCRIBE, true).body(), UTF_8))
                .contains("name=\"stream\"")
                .doesNotContain("stream_include_usage");
        assertThat(new String(sending(whisper, SpeechTask.TRANSCRIBE, true).body(), UTF_8))
                .doesNotContain("stream_include_usage");
    }

    @Test
    void each_has_its_name_and_is_asked_how_it_is_where_it_can_tell() {
        assertThat(openai.name()).isEqualTo("openai");
        assertThat(openai.healthPath()).isNull();
        assertThat(vllm.name()).isEqualTo("vllm");
        assertThat(vllm.healthPath()).isEqualTo("/health");
        assertThat(whisper.name()).isEqualTo("whisper");
        assertThat(cpp.name()).isEqualTo("whisper-cpp");
        assertThat(cpp.healthPath()).isEqualTo("/health");
    }

    @Test
    void a_server_that_writes_down_speech_does_not_chat() {
        var refused = catchThrowableOfType(
                RefusedException.class, () -> whisper.chat(ChatRequests.of("{}"), Answers.target(Map.of())));

        assertThat(refused.refusal().code()).isEqualTo("unsupported_endpoint");
    }

    private static Sending sending(Dialect dialect, SpeechTask task, boolean stream) {
        return dialect.task(request(task, stream), Answers.target(dialect.capabilities()))
                .sending(0);
    }

    private static TranscriptionRequest request(SpeechTask task, boolean stream) {
        var recording = new Recording("a.wav", "audio/wav", new KeptBytes("SOUND".getBytes(UTF_8)));
        var fields = stream ? Map.of("model", List.of("m"), "stream", List.of("true")) : Map.of("model", List.of("m"));
        return TranscriptionRequestReader.read(task, recording, fields, null);
    }
}
