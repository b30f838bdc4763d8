package io.dromedary.testing.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.openai.client.OpenAIClient;
import com.openai.core.MultipartField;
import com.openai.models.audio.AudioResponseFormat;
import com.openai.models.audio.transcriptions.TranscriptionCreateParams;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.embeddings.EmbeddingCreateParams.EncodingFormat;
import io.dromedary.testing.wire.TaskWire;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** OpenAI's Java client has a dialect make embeddings and write down speech. */
public record OpenAiTaskCells(OpenAIClient client, Served served) {
    public Stream<DynamicTest> embeddings() {
        return Stream.of(
                dynamicTest("embeddings", () -> embeddings(asking())),
                dynamicTest("embeddings as numbers", () -> embeddings(asking().encodingFormat(EncodingFormat.FLOAT))));
    }

    private EmbeddingCreateParams.Builder asking() {
        return EmbeddingCreateParams.builder().model(served.model()).inputOfArrayOfStrings(List.of("one", "two"));
    }

    private void embeddings(EmbeddingCreateParams.Builder params) {
        var answer = client.embeddings().create(params.build()).validate();
        assertThat(answer.data()).hasSize(2);
        for (var i = 0; i < 2; i++) {
            assertThat(answer.data().get(i).index()).isEqualTo(i);
            assertThat(answer.data().get(i).embedding()).containsExactly(boxed(TaskWire.vector(i)));
        }
        assertThat(answer.usage().totalTokens()).isEqualTo(TaskWire.EMBEDDING_TOKENS);
        assertThat(answer.model()).isEqualTo(served.model());
    }

    private static Float[] boxed(float[] numbers) {
        var boxed = new Float[numbers.length];
        for (var i = 0; i < numbers.length; i++) {
            boxed[i] = numbers[i];
        }
        return boxed;
    }

    /** @param timed whether it says when what was said */
    public Stream<DynamicTest> transcripts(boolean timed) {
        return Stream.concat(
                Cells.bothWays("transcript", this::transcript),
                timed ? Stream.of(dynamicTest("transcript with its times", this::timed)) : Stream.empty());
    }

    private TranscriptionCreateParams.Builder speech() {
        return TranscriptionCreateParams.builder()
                .model(served.model())
                .file(MultipartField.<InputStream>builder()
                        .value(new ByteArrayInputStream("RIFF".getBytes(UTF_8)))
                        .filename("speech.wav")
                        .contentType("audio/wav")
                        .build());
    }

    private void transcript(boolean stream) {
        if (!stream) {
            var answer = client.audio().transcriptions().create(speech().build());
            assertThat(answer.asTranscription().text()).isEqualTo(TaskWire.TRANSCRIPT);
            return;
        }
        try (var events = client.audio().transcriptions().createStreaming(speech().build())) {
            var all = events.stream().toList();
            assertThat(all.stream()
                            .flatMap(event -> event.transcriptTextDelta().stream())
                            .map(delta -> delta.delta())
                            .collect(Collectors.joining()))
                    .isEqualTo(TaskWire.TRANSCRIPT);
            assertThat(all.getLast().asTranscriptTextDone().text()).isEqualTo(TaskWire.TRANSCRIPT);
        }
    }

    private void timed() {
        var answer = client.audio()
                .transcriptions()
                .create(speech().responseFormat(AudioResponseFormat.VERBOSE_JSON)
                        .build())
                .asVerbose();
        assertThat(answer.text()).isEqualTo(TaskWire.TRANSCRIPT);
        assertThat(answer.duration()).isEqualTo(2.5);
        assertThat(answer.segments().orElseThrow())
                .extracting(segment -> segment.end())
                .containsExactly(1.25, 2.5);
    }
}
