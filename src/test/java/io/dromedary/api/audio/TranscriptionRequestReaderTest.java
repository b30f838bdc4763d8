package io.dromedary.api.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dromedary.api.error.RefusedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TranscriptionRequestReaderTest {
    private static final Recording SPEECH = new Recording("a.wav", "audio/wav", new KeptBytes(new byte[10]));

    private static TranscriptionRequest read(SpeechTask task, String... namesAndValues) {
        var fields = new LinkedHashMap<String, List<String>>();
        for (var i = 0; i < namesAndValues.length; i += 2) {
            fields.computeIfAbsent(namesAndValues[i], name -> new ArrayList<>()).add(namesAndValues[i + 1]);
        }
        return TranscriptionRequestReader.read(task, SPEECH, fields, null);
    }

    private static TranscriptionRequest read(String... namesAndValues) {
        return read(SpeechTask.TRANSCRIBE, namesAndValues);
    }

    private static void refused(String param, String words, String... namesAndValues) {
        var refused = catchThrowableOfType(RefusedException.class, () -> read(namesAndValues));
        assertThat(refused).as(param).isNotNull();
        assertThat(refused.refusal().status()).isEqualTo(400);
        assertThat(refused.refusal().param()).isEqualTo(param);
        assertThat(refused.refusal().message()).contains(words);
    }

    @Test
    void a_plain_request_is_for_json_and_no_stream() {
        var request = read("model", "whisper-1");
        assertThat(request.model().value()).isEqualTo("whisper-1");
        assertThat(request.format()).isEqualTo(TranscriptFormat.JSON);
        assertThat(request.granularities()).containsExactly(Granularity.SEGMENT);
        assertThat(request.stream()).isFalse();
        assertThat(request.serviceTier()).isNull();
        assertThat(request.fields()).isEmpty();
        assertThat(request.recording()).isSameAs(SPEECH);
    }

    @Test
    void fields_that_are_read_elsewhere_and_fields_that_nobody_knows_stay_as_they_came() {
        var request = read(
                "language",
                "en",
                "model",
                "m",
                "temperature",
                "0.2",
                "prompt",
                "Hi",
                "include[]",
                "logprobs",
                "x_y",
                "1",
                "x_y",
                "2",
                "chunking_strategy[type]",
                "server_vad",
                "service_tier",
                "flex");
        assertThat(request.fields())
                .isEqualTo(Map.of(
                        "language", List.of("en"),
                        "temperature", List.of("0.2"),
                        "prompt", List.of("Hi"),
                        "include[]", List.of("logprobs"),
                        "x_y", List.of("1", "2"),
                        "chunking_strategy[type]", List.of("server_vad")));
        assertThat(request.serviceTier()).isEqualTo("flex");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "timestamp_granularities[]",
                "timestamp_granularities",
                "timestamps_granularities[]",
                "timestamp_granularities[0]"
            })
    void granularities_are_known_in_every_spelling(String name) {
        assertThat(read("model", "m", "response_format", "verbose_json", name, "word")
                        .granularities())
                .containsExactly(Granularity.WORD);
    }

    @Test
    void a_list_comes_as_fields_of_one_name_as_numbered_fields_or_with_commas() {
        var both = List.of(Granularity.WORD, Granularity.SEGMENT);
        var name = "timestamp_granularities";
        assertThat(read("model", "m", "response_format", "verbose_json", name + "[]", "word", name + "[]", "segment")
                        .granularities())
                .containsExactlyElementsOf(both);
        assertThat(read("model", "m", "response_format", "verbose_json", name + "[0]", "word", name + "[1]", "segment")
                        .granularities())
                .containsExactlyElementsOf(both);
        assertThat(read("model", "m", "response_format", "verbose_json", name, "segment, word")
                        .granularities())
                .containsExactlyElementsOf(both);
    }

    @ParameterizedTest
    @CsvSource({"true, true", "True, true", "1, true", "false, false", "0, false", "'', false"})
    void stream_is_known_in_the_ways_that_clients_write_it(String value, boolean stream) {
        assertThat(read("model", "m", "stream", value).stream()).isEqualTo(stream);
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "text", "diarized_json"})
    void what_has_no_times_can_be_streamed(String format) {
        assertThat(read("model", "m", "stream", "true", "response_format", format).stream())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"srt", "vtt", "verbose_json"})
    void what_has_times_cannot(String format) {
        refused("stream", format, "model", "m", "stream", "true", "response_format", format);
    }

    @Test
    void each_field_that_is_wrong_is_named_with_what_belongs_there() {
        refused("model", "Missing required parameter", "language", "en");
        refused("model", "Missing required parameter", "model", "");
        refused("model", "more than once", "model", "a", "model", "b");
        refused("model", "too long", "model", "m".repeat(257));
        refused("response_format", "'json', 'text', 'srt', 'vtt'", "model", "m", "response_format", "xml");
        refused("temperature", "above maximum", "model", "m", "temperature", "1.1");
        refused("temperature", "below minimum", "model", "m", "temperature", "-0.1");
        for (var none : List.of("hot", "NaN", "0x1p-3", "1f", "Infinity", "1e9999999", "1" + "0".repeat(50))) {
            refused("temperature", "a decimal", "model", "m", "temperature", none);
        }
        refused("stream", "true or false", "model", "m", "stream", "yes");
        refused("diarization", "true or false", "model", "m", "diarization", "yes");
        refused("include", "logprobs", "model", "m", "include[]", "everything");
        refused("include", "'json'", "model", "m", "include[]", "logprobs", "response_format", "text");
        refused("diarization", "verbose_json", "model", "m", "diarization", "true");
        refused("timestamp_granularities", "'word', 'segment'", "model", "m", "timestamp_granularities[]", "second");
        refused("timestamp_granularities", "verbose_json", "model", "m", "timestamp_granularities[]", "word");
        refused("chunking_strategy", "auto", "model", "m", "chunking_strategy", "none");
        refused("chunking_strategy", "auto", "model", "m", "chunking_strategy", "{\"type\":\"x\"}");
        refused("service_tier", "cannot be asked for", "model", "m", "service_tier", "over-limit");
        refused("service_tier", "auto", "model", "m", "service_tier", "gold");
        refused("prompt", "more than once", "model", "m", "prompt", "a", "prompt", "b");
        refused("file", "filename", "model", "m", "file", "abc");
    }

    @Test
    void an_empty_file_is_refused() {
        var empty = new Recording("a.wav", "audio/wav", new KeptBytes(new byte[0]));
        var refused = catchThrowableOfType(
                RefusedException.class,
                () -> TranscriptionRequestReader.read(
                        SpeechTask.TRANSCRIBE, empty, Map.of("model", List.of("m")), null));
        assertThat(refused.refusal().param()).isEqualTo("file");
    }

    @Test
    void a_translation_has_no_speakers() {
        var refused = catchThrowableOfType(
                RefusedException.class,
                () -> read(SpeechTask.TRANSLATE, "model", "m", "response_format", "diarized_json"));
        assertThat(refused.refusal().param()).isEqualTo("response_format");
        assertThat(refused.refusal().message()).endsWith("'vtt', 'verbose_json'.");
    }
}
