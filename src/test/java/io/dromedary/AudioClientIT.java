package io.dromedary;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.MultipartField;
import com.openai.errors.BadRequestException;
import com.openai.models.audio.AudioResponseFormat;
import com.openai.models.audio.transcriptions.TranscriptionCreateParams;
import com.openai.models.audio.transcriptions.TranscriptionCreateParams.TimestampGranularity;
import com.openai.models.audio.translations.TranslationCreateParams;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.NodeClients;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** OpenAI's own clients have speech written down, which here is text that the simulator says back. */
final class AudioClientIT {
    private static GatewayProcess gateway;
    private static OpenAIClient client;

    @BeforeAll
    static void start() throws Exception {
        gateway = GatewayProcess.with().backend("simulator", """
                        dialect: simulator
                        models:
                          sim: { upstream: simulator }
                        """).start();
        client = OpenAIOkHttpClient.builder()
                .baseUrl(gateway.url() + "/v1")
                .apiKey(GatewayProcess.KEY)
                .maxRetries(0)
                .build();
    }

    @AfterAll
    static void stop() {
        client.close();
        gateway.close();
    }

    private static MultipartField<InputStream> speech() {
        return MultipartField.<InputStream>builder()
                .value(new ByteArrayInputStream("good morning".getBytes(UTF_8)))
                .filename("speech.wav")
                .contentType("audio/wav")
                .build();
    }

    private static TranscriptionCreateParams.Builder params() {
        return TranscriptionCreateParams.builder().file(speech()).model("sim");
    }

    @Test
    void the_java_client_gets_text() {
        var created = client.audio().transcriptions().create(params().build());
        assertThat(created.asTranscription().text()).isEqualTo("good morning");
        assertThat(created.asTranscription().usage().orElseThrow().isDuration()).isTrue();
    }

    @Test
    void the_java_client_gets_words_and_segments() {
        var created = client.audio()
                .transcriptions()
                .create(params().responseFormat(AudioResponseFormat.VERBOSE_JSON)
                        .addTimestampGranularity(TimestampGranularity.WORD)
                        .addTimestampGranularity(TimestampGranularity.SEGMENT)
                        .temperature(0.5)
                        .language("en")
                        .build());
        var verbose = created.asVerbose();
        assertThat(verbose.text()).isEqualTo("good morning");
        assertThat(verbose.words().orElseThrow())
                .extracting(word -> word.word())
                .containsExactly("good", "morning");
        assertThat(verbose.segments().orElseThrow()).hasSize(1);
    }

    @Test
    void the_java_client_gets_a_stream() {
        var text = new StringBuilder();
        var done = new StringBuilder();
        try (var stream = client.audio().transcriptions().createStreaming(params().build())) {
            stream.stream().forEach(event -> {
                event.transcriptTextDelta().ifPresent(delta -> text.append(delta.delta()));
                event.transcriptTextDone().ifPresent(end -> done.append(end.text()));
            });
        }
        assertThat(text.toString()).isEqualTo("good morning");
        assertThat(done.toString()).isEqualTo("good morning");
    }

    @Test
    void the_java_client_gets_a_translation() {
        var created = client.audio()
                .translations()
                .create(TranslationCreateParams.builder()
                        .file(speech())
                        .model("sim")
                        .build());
        assertThat(created.asTranslation().text()).isEqualTo("good morning");
    }

    @Test
    void the_java_client_is_told_what_is_wrong() {
        var wrong = catchThrowableOfType(
                BadRequestException.class,
                () -> client.audio()
                        .transcriptions()
                        .create(params().addTimestampGranularity(TimestampGranularity.WORD)
                                .build()));
        assertThat(wrong.param()).contains("timestamp_granularities");
    }

    @Test
    void the_node_client_does_all_of_it() throws Exception {
        NodeClients.assertContent("audio.mjs", gateway, GatewayProcess.KEY, "sim");
    }
}
