package io.dromedary.backend.dialect.audio;

import static io.dromedary.testing.LenientJson.assertThatJson;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.dromedary.api.ModelName;
import io.dromedary.api.Reply;
import io.dromedary.api.audio.KeptBytes;
import io.dromedary.api.audio.Recording;
import io.dromedary.api.audio.SpeechTask;
import io.dromedary.api.audio.TranscriptionRequestReader;
import io.dromedary.backend.BackendName;
import io.dromedary.backend.Capabilities;
import io.dromedary.backend.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Transcripts that OpenAI sent. Skipped where the recordings are not at hand. */
final class RecordedTranscriptsTest {
    private static final Path CASSETTES = Path.of("..", "shared", "wire", "openai-recorded-cassettes");
    private static final String SUN =
            "The sun rises in the east and sets in the west. This simple fact has been observed by"
                    + " humans for thousands of years.";

    @ParameterizedTest
    @CsvSource({"TRANSCRIBE, audio-transcription-basic.yaml, 7", "TRANSLATE, audio-translation-basic.yaml, 0"})
    void a_transcript_is_passed_on_with_its_usage(SpeechTask task, String cassette, int seconds) throws IOException {
        assumeTrue(Files.isRegularFile(CASSETTES.resolve(cassette)), "skipped: no recordings");
        var body = new YAMLMapper()
                .readTree(CASSETTES.resolve(cassette).toFile())
                .at("/interactions/0/response/body")
                .asText();
        var recording = new Recording("a.wav", "audio/wav", new KeptBytes(new byte[1]));
        var request = TranscriptionRequestReader.read(task, recording, Map.of("model", List.of("whisper-1")), null);
        var target = new Target(new BackendName("b"), new ModelName("m"), "whisper-1", Capabilities.OPENAI);
        var spoken = SpokenTask.of(request, target, SpeechWire.OPENAI, prefix -> prefix);

        assertThat(spoken.reader(0).whole(body.getBytes(UTF_8))).isNotNull();

        var usage = seconds == 0 ? "" : ",usage:{type:'duration',seconds:" + seconds + "}";
        assertThatJson(new String(((Reply.Whole) spoken.reply()).body(), UTF_8))
                .isEqualTo("{text:'" + SUN + "'" + usage + "}");
    }
}
