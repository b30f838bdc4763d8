package io.dromedary.api.audio;

import static io.dromedary.testing.LenientJson.assertThatJson;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.api.ModelName;
import io.dromedary.api.Usage;
import io.dromedary.api.json.Json;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TranscriptTest {
    private static final String VERBOSE = """
            {"task":"transcribe","language":"english","duration":3725.5,"text":" Hello, world. Good & <bye>.",
             "segments":[
               {"id":0,"start":0.0,"end":3.3199999,"text":" Hello, world.","tokens":[1,2],"avg_logprob":-0.5},
               {"id":1,"start":3.32,"end":3725.5,"text":" Good & <bye>.","temperature":0.0}],
             "words":[{"word":"Hello,","start":0,"end":1},{"text":"world.","start":1,"end":2}]}
            """;

    private static TranscriptionRequest request(TranscriptFormat format, Granularity... granularities) {
        var wanted = EnumSet.noneOf(Granularity.class);
        wanted.addAll(java.util.List.of(granularities));
        var recording = new Recording("a.wav", "audio/wav", new KeptBytes(new byte[1]));
        return new TranscriptionRequest(
                SpeechTask.TRANSCRIBE, recording, new ModelName("m"), format, wanted, false, null, null, Map.of());
    }

    private static Transcript transcript(String json) {
        return Objects.requireNonNull(Transcript.read(SpeechTask.TRANSCRIBE, Json.object(json.getBytes(UTF_8))));
    }

    private static String written(String json, TranscriptFormat format, Granularity... granularities) {
        return new String(transcript(json).write(request(format, granularities)), UTF_8);
    }

    @Test
    void json_has_the_text_and_what_it_took_and_nothing_of_times() {
        assertThatJson(written(VERBOSE, TranscriptFormat.JSON, Granularity.SEGMENT))
                .isEqualTo("{text:'Hello, world. Good & <bye>.', usage:{type:'duration',seconds:3726}}");
    }

    @Test
    void json_keeps_what_came_with_it() {
        assertThatJson(written("""
                        {"text":"a","logprobs":[{"token":"a","logprob":-0.1}],
                         "usage":{"type":"tokens","input_tokens":14,"output_tokens":2,"total_tokens":16}}
                        """, TranscriptFormat.JSON, Granularity.SEGMENT)).isEqualTo("""
                        {text:'a',logprobs:[{token:'a',logprob:-0.1}],
                         usage:{type:'tokens',input_tokens:14,output_tokens:2,total_tokens:16}}
                        """);
    }

    @Test
    void text_is_the_text_and_a_line_end() {
        assertThat(written(VERBOSE, TranscriptFormat.TEXT)).isEqualTo("Hello, world. Good & <bye>.\n");
    }

    @Test
    void srt_counts_its_cues_and_has_commas_in_its_times() {
        assertThat(written(VERBOSE, TranscriptFormat.SRT)).isEqualTo("""
                1
                00:00:00,000 --> 00:00:03,320
                Hello, world.

                2
                00:00:03,320 --> 01:02:05,500
                Good & <bye>.

                """);
    }

    @Test
    void vtt_has_a_heading_and_points_and_escapes_what_means_something_there() {
        assertThat(written(VERBOSE, TranscriptFormat.VTT)).isEqualTo("""
                WEBVTT

                00:00:00.000 --> 00:00:03.320
                Hello, world.

                00:00:03.320 --> 01:02:05.500
                Good &amp; &lt;bye>.

                """);
    }

    @Test
    void a_text_with_an_arrow_or_an_empty_line_stays_one_cue() {
        var json = "{\"text\":\"x\",\"segments\":[{\"start\":0,\"end\":1,\"text\":\"a --> b\\n\\n  c\"}]}";
        assertThat(written(json, TranscriptFormat.SRT)).isEqualTo("1\n00:00:00,000 --> 00:00:01,000\na -> b\nc\n\n");
    }

    @Test
    void segments_without_text_make_no_cue_and_an_end_before_the_start_is_no_end() {
        var json = """
                {"text":"b","segments":[{"start":0,"end":1,"text":" "},{"start":2,"end":1,"text":"b"}]}
                """;
        assertThat(written(json, TranscriptFormat.SRT)).isEqualTo("1\n00:00:02,000 --> 00:00:02,000\nb\n\n");
    }

    @Test
    void a_text_without_segments_is_one_cue_of_the_whole_length() {
        assertThat(written("{\"text\":\"a\",\"duration\":\"2.5\"}", TranscriptFormat.VTT))
                .isEqualTo("WEBVTT\n\n00:00:00.000 --> 00:00:02.500\na\n\n");
    }

    @Test
    void silence_is_subtitles_without_a_cue() {
        assertThat(written("{\"text\":\"\",\"segments\":[]}", TranscriptFormat.VTT))
                .isEqualTo("WEBVTT\n\n");
        assertThat(transcript("{\"text\":\"\"}").isTimed()).isTrue();
    }

    @Test
    void a_text_of_which_nobody_knows_when_it_was_said_is_not_timed() {
        assertThat(transcript("{\"text\":\"a\"}").isTimed()).isFalse();
        assertThat(transcript("{\"text\":\"a\",\"segments\":[{\"text\":\"a\",\"start\":0}]}")
                        .isTimed())
                .isFalse();
    }

    @Test
    void verbose_json_has_segments_or_words_or_both_as_they_are_wanted() {
        assertThatJson(written(VERBOSE, TranscriptFormat.VERBOSE_JSON, Granularity.SEGMENT))
                .node("words")
                .isAbsent();
        var words = written(VERBOSE, TranscriptFormat.VERBOSE_JSON, Granularity.WORD);
        assertThatJson(words).node("segments").isAbsent();
        assertThatJson(words).node("words").isEqualTo("[{word:'Hello,',start:0,end:1},{word:'world.',start:1,end:2}]");
        var both = written(VERBOSE, TranscriptFormat.VERBOSE_JSON, Granularity.WORD, Granularity.SEGMENT);
        assertThatJson(both).node("segments").hasSize(2);
        assertThatJson(both).node("words").hasSize(2);
        assertThatJson(both).node("segments[0].avg_logprob").isNumber(-0.5);
    }

    @Test
    void words_of_whisper_cpp_are_lifted_from_the_segments_and_put_together_from_tokens() {
        var json = """
                {"text":" And so, my.\\n","duration":2.0,"segments":[
                  {"id":0,"text":" And so","start":0.0,"end":1.0,"words":[
                    {"word":" And","start":0.1,"end":0.2,"t_dtw":-1,"probability":0.9},
                    {"word":" s","start":0.2,"end":0.3,"t_dtw":-1},
                    {"word":"o","start":0.3,"end":0.4,"t_dtw":-1},
                    {"word":",","start":0.4,"end":0.5,"t_dtw":-1}]},
                  {"id":1,"text":" my.","start":1.0,"end":2.0,"words":[{"word":" my.","start":1.0,"end":2.0,"t_dtw":-1}]}]}
                """;
        var written = written(json, TranscriptFormat.VERBOSE_JSON, Granularity.WORD, Granularity.SEGMENT);
        assertThatJson(written)
                .node("words")
                .isEqualTo("[{word:'And',start:0.1,end:0.2},{word:'so,',start:0.2,end:0.5},"
                        + "{word:'my.',start:1.0,end:2.0}]");
        assertThatJson(written).node("segments[0].words").isAbsent();
        assertThatJson(written).node("text").isText("And so, my.");
    }

    @Test
    void words_of_faster_whisper_are_words_already() {
        var json = """
                {"text":"\u4f60\u597d","segments":[{"text":"\u4f60\u597d","start":0,"end":1,"words":[
                  {"word":"\u4f60","start":0,"end":0.5,"probability":1},{"word":"\u597d","start":0.5,"end":1}]}]}
                """;
        assertThatJson(written(json, TranscriptFormat.VERBOSE_JSON, Granularity.WORD))
                .node("words")
                .isEqualTo("[{word:'\u4f60',start:0,end:0.5},{word:'\u597d',start:0.5,end:1}]");
    }

    @Test
    void numbers_that_are_written_as_text_become_numbers_and_what_is_none_goes() {
        var json = """
                {"text":"a","duration":"12.25","segments":[{"text":"a","start":"0.5","end":"soon"}]}
                """;
        var written = written(json, TranscriptFormat.VERBOSE_JSON, Granularity.SEGMENT);
        assertThatJson(written).node("duration").isNumber(12.25);
        assertThatJson(written).node("segments[0]").isEqualTo("{text:'a',start:0.5}");
        assertThatJson(written).node("usage.seconds").isNumber(13);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e400000", "-1", "1e99", "\"NaN\"", "\"\"", "[]", "null"})
    void a_length_that_nothing_has_is_none(String duration) {
        var json = "{\"text\":\"a\",\"duration\":" + duration + "}";
        assertThatJson(written(json, TranscriptFormat.VERBOSE_JSON, Granularity.SEGMENT))
                .isEqualTo("{task:'transcribe',text:'a'}");
    }

    @Test
    void the_text_of_segments_will_do_where_there_is_no_other() {
        assertThat(transcript("{\"segments\":[{\"text\":\" a\"},{\"text\":\" b\"}]}")
                        .text())
                .isEqualTo("a b");
    }

    @Test
    void what_has_neither_is_no_transcript() {
        assertThat(Transcript.read(SpeechTask.TRANSCRIBE, Json.object("{\"error\":\"x\"}".getBytes(UTF_8))))
                .isNull();
        assertThat(Transcript.read(SpeechTask.TRANSCRIBE, Json.object("{\"text\":1}".getBytes(UTF_8))))
                .isNull();
    }

    @Test
    void tokens_are_counted_in_either_words_and_a_length_is_no_tokens() {
        assertThat(transcript("{\"text\":\"\",\"usage\":{\"type\":\"tokens\",\"input_tokens\":7,\"output_tokens\":3}}")
                        .tokens())
                .isEqualTo(new Usage(7, 3));
        var chat = transcript("{\"text\":\"\",\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}");
        assertThat(chat.tokens()).isEqualTo(new Usage(7, 3));
        assertThatJson(Objects.requireNonNull(chat.usage()))
                .isEqualTo("{type:'tokens',input_tokens:7,output_tokens:3,total_tokens:10}");
        assertThat(transcript("{\"text\":\"\",\"usage\":{\"type\":\"duration\",\"seconds\":7}}")
                        .tokens())
                .isNull();
    }

    @Test
    void tokens_are_told_at_the_end_of_a_stream() {
        var counted = "{\"text\":\"\",\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}";
        assertThat(new String(transcript(counted).events(), UTF_8))
                .isEqualTo("data: {\"type\":\"transcript.text.done\",\"text\":\"\",\"usage\":{\"type\":\"tokens\","
                        + "\"input_tokens\":7,\"output_tokens\":3,\"total_tokens\":10}}\n\n");
    }

    @Test
    void a_translation_says_nothing_of_its_length_as_usage() {
        var json = Json.object("{\"text\":\"a\",\"duration\":2}".getBytes(UTF_8));
        var transcript = Objects.requireNonNull(Transcript.read(SpeechTask.TRANSLATE, json));
        assertThat(transcript.usage()).isNull();
    }

    @Test
    void a_whole_transcript_makes_a_delta_and_the_end_which_has_no_length() {
        assertThat(new String(transcript(VERBOSE).events(), UTF_8))
                .isEqualTo("data: {\"type\":\"transcript.text.delta\",\"delta\":\"Hello, world. Good & <bye>.\"}\n\n"
                        + "data: {\"type\":\"transcript.text.done\",\"text\":\"Hello, world. Good & <bye>.\"}\n\n");
        assertThat(new String(Transcript.of("").events(), UTF_8))
                .isEqualTo("data: {\"type\":\"transcript.text.done\",\"text\":\"\"}\n\n");
    }
}
