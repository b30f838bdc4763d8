package io.dromedary.backend.dialect.audio;

import static io.dromedary.testing.LenientJson.assertThatJson;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.dromedary.api.ModelName;
import io.dromedary.api.Reply;
import io.dromedary.api.Usage;
import io.dromedary.api.audio.KeptBytes;
import io.dromedary.api.audio.Recording;
import io.dromedary.api.audio.SpeechTask;
import io.dromedary.api.audio.TranscriptionRequest;
import io.dromedary.api.audio.TranscriptionRequestReader;
import io.dromedary.api.error.RefusedException;
import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.BackendName;
import io.dromedary.backend.Capabilities;
import io.dromedary.backend.ChatAnswer;
import io.dromedary.backend.Target;
import io.dromedary.backend.Task;
import io.dromedary.backend.dialect.Family;
import io.dromedary.backend.dialect.VllmDialect;
import io.dromedary.backend.dialect.WhisperDialect;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What upstreams are asked, and what is made of their answers. */
final class SpokenTaskTest {
    private static final Capabilities OPENAI = Capabilities.OPENAI;
    private static final Capabilities VERBOSE_ONLY = OPENAI.with(Map.of("transcripts", List.of("verbose_json")));
    private static final Capabilities BRIEF_ONLY = OPENAI.with(Map.of("transcripts", List.of("json")));
    private static final Capabilities CPP =
            WhisperDialect.cpp(prefix -> prefix, InstantSource.system()).capabilities();

    private static final String VERBOSE = """
            {"task":"transcribe","language":"en","duration":2.5,"text":"a b",
             "segments":[{"id":0,"start":0,"end":1,"text":" a"},{"id":1,"start":1,"end":2.5,"text":" b"}]}""";

    private static TranscriptionRequest request(SpeechTask task, String... namesAndValues) {
        var fields = new LinkedHashMap<String, List<String>>();
        fields.put("model", List.of("public"));
        for (var i = 0; i < namesAndValues.length; i += 2) {
            fields.computeIfAbsent(namesAndValues[i], name -> new ArrayList<>()).add(namesAndValues[i + 1]);
        }
        var recording = new Recording("a \"b\"\r\n.wav", "audio/wav", new KeptBytes("SOUND".getBytes(UTF_8)));
        return TranscriptionRequestReader.read(task, recording, fields, null);
    }

    private static TranscriptionRequest request(String... namesAndValues) {
        return request(SpeechTask.TRANSCRIBE, namesAndValues);
    }

    private static Target target(Capabilities capabilities) {
        return new Target(new BackendName("b"), new ModelName("public"), "upstream", capabilities);
    }

    private static Task task(TranscriptionRequest request, Capabilities capabilities, SpeechWire wire) {
        return SpokenTask.of(request, target(capabilities), wire, prefix -> prefix + "B");
    }

    private static String form(Task task) {
        var sending = task.sending(0);
        var rest = Objects.requireNonNull(sending.rest());
        var content = rest.content().read(0, 100).toCompletableFuture().join();
        return new String(sending.body(), UTF_8) + new String(content, UTF_8) + new String(rest.end(), UTF_8);
    }

    /** Names and values, without the file. */
    private static String fields(Task task) {
        var found = new ArrayList<String>();
        for (var part : form(task).split("--form-B")) {
            var name = part.indexOf("name=\"");
            if (name >= 0 && !part.contains("filename=")) {
                found.add(part.substring(name + 6, part.indexOf('"', name + 6)) + "="
                        + part.substring(part.indexOf("\r\n\r\n") + 4).strip());
            }
        }
        return String.join("&", found);
    }

    private static String refused(TranscriptionRequest request, Capabilities capabilities) {
        var refused =
                catchThrowableOfType(RefusedException.class, () -> task(request, capabilities, SpeechWire.OPENAI));
        assertThat(refused).isNotNull();
        return refused.refusal().status() + " " + refused.refusal().param();
    }

    private static String shown(Task task, String body) {
        var reader = task.reader(0);
        assertThat(reader.whole(body.getBytes(UTF_8)))
                .as("%s", reader.failure())
                .isNotNull();
        return new String(((Reply.Whole) task.reply()).body(), UTF_8);
    }

    private static AttemptFailure failure(Task task, String body) {
        var reader = task.reader(0);
        assertThat(reader.whole(body.getBytes(UTF_8))).isNull();
        return Objects.requireNonNull(reader.failure());
    }

    private static String events(ChatAnswer reader, String... data) {
        var out = new ByteArrayBuilder();
        for (var event : data) {
            var bytes = ("xx" + event + "yy").getBytes(UTF_8);
            reader.event(bytes, 2, bytes.length - 4, out);
        }
        reader.end(out);
        reader.end(out);
        return new String(out.toByteArray(), UTF_8);
    }

    /** What is asked of a provider, or how the request is refused. */
    @ParameterizedTest
    @CsvSource({
        "groq, json, segment, model=upstream&response_format=json",
        "groq, text, segment, model=upstream&response_format=json",
        "groq, vtt, segment, model=upstream&response_format=verbose_json&timestamp_granularities[]=segment",
        "groq, verbose_json, word, model=upstream&response_format=verbose_json&timestamp_granularities[]=word",
        "groq, diarized_json, segment, 400 response_format",
        "together, srt, segment, model=upstream&response_format=verbose_json&timestamp_granularities[]=segment",
        "together, verbose_json, word, model=upstream&response_format=verbose_json&timestamp_granularities[]=word",
        "predictionguard, srt, segment, model=upstream&response_format=verbose_json&timestamps_granularities[]=segment",
        "predictionguard, verbose_json, word, "
                + "model=upstream&response_format=verbose_json&timestamps_granularities[]=word",
        "sglang, srt, segment, model=upstream&response_format=verbose_json&timestamp_granularities[]=segment",
        "sglang, verbose_json, word, 400 timestamp_granularities",
        "mistral, text, segment, model=upstream",
        "mistral, srt, segment, 400 response_format",
        "mistral, verbose_json, word, 400 timestamp_granularities",
        "scaleway, json, segment, model=upstream",
        "scaleway, verbose_json, segment, 400 response_format"
    })
    void each_provider_is_asked_for_what_it_has(String dialect, String format, String granularity, String asked) {
        var can = family(dialect);
        var wanted = format.equals("verbose_json")
                ? request("response_format", format, "timestamp_granularities[]", granularity)
                : request("response_format", format);
        assertThat(asked.startsWith("400") ? refused(wanted, can) : fields(task(wanted, can, SpeechWire.OPENAI)))
                .isEqualTo(asked);
    }

    @ParameterizedTest
    @CsvSource({
        "groq, false",
        "together, false",
        "predictionguard, false",
        "mistral, false",
        "scaleway, false",
        "sglang, true"
    })
    void providers_are_asked_for_streams_where_they_have_them_and_for_nothing_that_they_ignore(
            String dialect, boolean streams) {
        var can = family(dialect);
        var task = task(request("stream", "true", "keywords[]", "gnu"), can, SpeechWire.OPENAI);
        assertThat(fields(task).contains("stream=true")).isEqualTo(streams);
        assertThat(task.dropped()).containsExactly("keywords");
        assertThat(refused(request("include[]", "logprobs"), can)).isEqualTo("400 include");
    }

    private static Capabilities family(String dialect) {
        return Family.dialects(prefix -> prefix, InstantSource.system())
                .filter(one -> one.name().equals(dialect))
                .findFirst()
                .orElseThrow()
                .capabilities();
    }

    @Test
    void a_form_has_what_was_sent_the_upstream_model_and_the_file_at_its_end() {
        var request = request(
                "language",
                "en",
                "prompt",
                "P\r\n--x",
                "temperature",
                "0.5",
                "x\"\r\ny",
                "1",
                "x_list[]",
                "1",
                "x_list[]",
                "2");
        var sending = task(request, OPENAI, SpeechWire.OPENAI).sending(0);
        assertThat(sending.path()).isEqualTo("/audio/transcriptions");
        assertThat(sending.contentType()).isEqualTo("multipart/form-data; boundary=form-B");
        assertThat(form(task(request, OPENAI, SpeechWire.OPENAI))).isEqualTo("""
                --form-B
                Content-Disposition: form-data; name="model"

                upstream
                --form-B
                Content-Disposition: form-data; name="response_format"

                json
                --form-B
                Content-Disposition: form-data; name="language"

                en
                --form-B
                Content-Disposition: form-data; name="prompt"

                P
                --x
                --form-B
                Content-Disposition: form-data; name="temperature"

                0.5
                --form-B
                Content-Disposition: form-data; name="x%22%0D%0Ay"

                1
                --form-B
                Content-Disposition: form-data; name="x_list[]"

                1
                --form-B
                Content-Disposition: form-data; name="x_list[]"

                2
                --form-B
                Content-Disposition: form-data; name="file"; filename="a %22b%22%0D%0A.wav"
                Content-Type: audio/wav

                SOUND
                --form-B--
                """.replace("\n", "\r\n"));
    }

    @Test
    void a_type_that_is_no_type_is_not_passed_on() {
        var odd = new Recording("a", "audio/wav\r\nX-Evil: 1", new KeptBytes("S".getBytes(UTF_8)));
        var request = TranscriptionRequestReader.read(SpeechTask.TRANSCRIBE, odd, Map.of("model", List.of("m")), null);
        assertThat(form(task(request, OPENAI, SpeechWire.OPENAI)))
                .contains("Content-Type: application/octet-stream\r\n\r\nS")
                .doesNotContain("Evil");
    }

    @ParameterizedTest
    @CsvSource({
        "json, json",
        "text, json",
        "srt, srt",
        "vtt, vtt",
        "verbose_json, verbose_json",
        "diarized_json, diarized_json"
    })
    void a_backend_that_has_all_formats_is_asked_for_the_one_that_fits(String wanted, String asked) {
        assertThat(fields(task(request("response_format", wanted), OPENAI, SpeechWire.OPENAI)))
                .contains("response_format=" + asked);
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "text", "srt", "vtt", "verbose_json"})
    void a_backend_that_has_one_is_asked_for_that(String wanted) {
        assertThat(fields(task(request("response_format", wanted), VERBOSE_ONLY, SpeechWire.OPENAI)))
                .isEqualTo("model=upstream&response_format=verbose_json&timestamp_granularities[]=segment");
    }

    @ParameterizedTest
    @ValueSource(strings = {"srt", "vtt", "verbose_json", "diarized_json"})
    void what_has_more_in_it_than_a_backend_gives_is_refused(String wanted) {
        assertThat(refused(request("response_format", wanted), BRIEF_ONLY)).isEqualTo("400 response_format");
    }

    @Test
    void what_else_a_backend_cannot_do_is_refused_or_left_out_and_named() {
        var words = request("response_format", "verbose_json", "timestamp_granularities[]", "word");
        assertThat(refused(words, VllmDialect.CAPABILITIES)).isEqualTo("400 timestamp_granularities");
        assertThat(refused(request("include[]", "logprobs"), VllmDialect.CAPABILITIES))
                .isEqualTo("400 include");
        var task = task(
                request("keywords[0]", "a", "keywords[1]", "b", "language", "en"),
                VllmDialect.CAPABILITIES,
                SpeechWire.VLLM);
        assertThat(task.dropped()).containsExactly("keywords");
        assertThat(fields(task)).isEqualTo("model=upstream&response_format=json&language=en");
        assertThat(refused(request(), OPENAI.with(Map.of("maxAudioBytes", 4)))).isEqualTo("413 null");
        assertThat(fields(task(request(), OPENAI.with(Map.of("maxAudioBytes", 5)), SpeechWire.OPENAI)))
                .isNotEmpty();
    }

    @Test
    void granularities_are_asked_for_as_they_are_wanted() {
        var both = request(
                "response_format",
                "verbose_json",
                "timestamp_granularities[]",
                "word",
                "timestamp_granularities[]",
                "segment");
        assertThat(fields(task(both, OPENAI, SpeechWire.OPENAI)))
                .endsWith("&timestamp_granularities[]=word&timestamp_granularities[]=segment");
        var one = request("response_format", "verbose_json", "timestamp_granularities", "word");
        assertThat(fields(task(one, OPENAI, SpeechWire.OPENAI))).endsWith("&timestamp_granularities[]=word");
    }

    @Test
    void a_stream_is_asked_for_where_there_is_one() {
        assertThat(fields(task(request("stream", "true"), OPENAI, SpeechWire.OPENAI)))
                .endsWith("&stream=true");
        assertThat(fields(task(request("stream", "true"), OPENAI, SpeechWire.VLLM)))
                .endsWith("&stream=true&stream_include_usage=true");
        var not = OPENAI.with(Map.of("transcriptStream", false));
        assertThat(fields(task(request("stream", "true"), not, SpeechWire.OPENAI)))
                .doesNotContain("&stream=");
        var translation = request(SpeechTask.TRANSLATE, "stream", "true");
        assertThat(fields(task(translation, OPENAI, SpeechWire.OPENAI))).doesNotContain("&stream=");
        assertThat(fields(task(translation, OPENAI, SpeechWire.WHISPER))).endsWith("&stream=true");
    }

    @Test
    void a_stream_of_a_server_that_tells_times_is_asked_for_without_them() {
        assertThat(fields(task(request("stream", "true"), VERBOSE_ONLY, SpeechWire.WHISPER)))
                .isEqualTo("model=upstream&response_format=json&stream=true");
    }

    @Test
    void translations_have_a_path_of_their_own_or_a_field() {
        var translation = request(SpeechTask.TRANSLATE);
        assertThat(task(translation, OPENAI, SpeechWire.OPENAI).sending(0).path())
                .isEqualTo("/audio/translations");
        var cpp = task(translation, CPP, SpeechWire.WHISPER_CPP);
        assertThat(cpp.sending(0).path()).isEqualTo("/inference");
        assertThat(fields(cpp)).endsWith("&translate=true");
        assertThat(fields(task(request(), CPP, SpeechWire.WHISPER_CPP))).doesNotContain("translate");
    }

    @Test
    void each_format_is_made_of_the_one_that_there_is() {
        assertThatJson(shown(task(request(), VERBOSE_ONLY, SpeechWire.OPENAI), VERBOSE))
                .isEqualTo("{text:'a b',usage:{type:'duration',seconds:3}}");
        var text = task(request("response_format", "text"), VERBOSE_ONLY, SpeechWire.OPENAI);
        assertThat(shown(text, VERBOSE)).isEqualTo("a b\n");
        assertThat(((Reply.Whole) text.reply()).contentType()).isEqualTo("text/plain; charset=utf-8");
        assertThat(shown(task(request("response_format", "srt"), VERBOSE_ONLY, SpeechWire.OPENAI), VERBOSE))
                .isEqualTo("1\n00:00:00,000 --> 00:00:01,000\na\n\n2\n00:00:01,000 --> 00:00:02,500\nb\n\n");
        assertThat(shown(task(request("response_format", "vtt"), VERBOSE_ONLY, SpeechWire.OPENAI), VERBOSE))
                .startsWith("WEBVTT\n\n00:00:00.000 --> 00:00:01.000\na\n\n");
        assertThatJson(shown(
                        task(request("response_format", "verbose_json"), VERBOSE_ONLY, SpeechWire.OPENAI), VERBOSE))
                .node("segments")
                .hasSize(2);
    }

    @Test
    void a_format_that_the_backend_gives_itself_passes_through() {
        var srt = "1\n00:00:00,000 --> 00:00:01,000\n a\n\n";
        assertThat(shown(task(request("response_format", "srt"), OPENAI, SpeechWire.OPENAI), srt))
                .isEqualTo(srt);
    }

    @Test
    void a_server_that_ignores_the_format_is_understood_where_its_answer_has_all_in_it() {
        assertThat(shown(task(request("response_format", "srt"), OPENAI, SpeechWire.OPENAI), VERBOSE))
                .startsWith("1\n00:00:00,000 --> ");
        assertThat(failure(task(request("response_format", "vtt"), OPENAI, SpeechWire.OPENAI), "{\"text\":\"a\"}"))
                .isEqualTo(new AttemptFailure.Broken("the answer does not say when what was said"));
    }

    @Test
    void a_text_is_one_whatever_it_begins_with_and_json_where_a_server_gives_that_in_its_place() {
        var text = OPENAI.with(Map.of("transcripts", List.of("text")));
        for (var said : List.of("{laughs} Well", "{\"a\":1}", "[1]", "")) {
            assertThat(shown(task(request("response_format", "text"), text, SpeechWire.OPENAI), said))
                    .isEqualTo(said + "\n");
        }
        assertThat(shown(task(request("response_format", "text"), text, SpeechWire.OPENAI), "{\"text\":\"a\"}"))
                .isEqualTo("a\n");
        assertThat(failure(
                        task(request("response_format", "text"), text, SpeechWire.OPENAI),
                        "{\"error\":{\"message\":\"busy\",\"code\":503}}"))
                .isInstanceOf(AttemptFailure.Overloaded.class);
        var srt = "[1]\n00:00:00,000 --> 00:00:01,000\n{a}\n\n";
        assertThat(shown(task(request("response_format", "srt"), OPENAI, SpeechWire.OPENAI), srt))
                .isEqualTo(srt);
    }

    @Test
    void a_recording_goes_in_one_piece() {
        assertThat(task(request(), OPENAI, SpeechWire.OPENAI).parts()).isEqualTo(1);
    }

    @Test
    void tokens_are_counted() {
        var task = task(request(), OPENAI, SpeechWire.OPENAI);
        var reader = task.reader(0);
        reader.whole("{\"text\":\"a\",\"usage\":{\"type\":\"tokens\",\"input_tokens\":9,\"output_tokens\":2}}"
                .getBytes(UTF_8));
        assertThat(reader.usage()).isEqualTo(new Usage(9, 2));
    }

    @Test
    void an_answer_that_is_none_is_a_failure_with_its_reason() {
        assertThat(failure(task(request(), OPENAI, SpeechWire.OPENAI), "<html>"))
                .isEqualTo(new AttemptFailure.Broken("answered with something else than JSON"));
        assertThat(failure(task(request(), OPENAI, SpeechWire.OPENAI), "{\"x\":1}"))
                .isEqualTo(new AttemptFailure.Broken("the answer has no text"));
        assertThat(failure(
                        task(request(), OPENAI, SpeechWire.OPENAI), "{\"error\":{\"message\":\"busy\",\"code\":503}}"))
                .isInstanceOf(AttemptFailure.Overloaded.class);
        assertThat(failure(task(request(), CPP, SpeechWire.WHISPER_CPP), "{\"error\":\"failed to process audio\"}"))
                .isInstanceOf(AttemptFailure.Faulty.class);
        assertThat(failure(task(request(), CPP, SpeechWire.WHISPER_CPP), "{\"error\":\"failed to read WAV file\"}"))
                .isInstanceOfSatisfying(AttemptFailure.Rejected.class, rejected -> {
                    assertThat(rejected.refusal().status()).isEqualTo(400);
                    assertThat(rejected.refusal().param()).isEqualTo("file");
                });
    }

    @Test
    void events_of_openai_pass_through_and_end_with_done() {
        var reader = task(request("stream", "true"), OPENAI, SpeechWire.OPENAI).reader(0);
        var delta = "{\"type\":\"transcript.text.delta\",\"delta\":\"a\",\"logprobs\":[]}";
        var done =
                "{\"type\":\"transcript.text.done\",\"text\":\"a\",\"usage\":{\"type\":\"tokens\",\"input_tokens\":3,"
                        + "\"output_tokens\":1,\"total_tokens\":4}}";
        assertThat(events(reader, delta, done)).isEqualTo("data: " + delta + "\n\ndata: " + done + "\n\n");
        assertThat(reader.usage()).isEqualTo(new Usage(3, 1));
        assertThat(reader.done()).isTrue();
        assertThat(reader.begun()).isTrue();
        assertThat(reader.failure()).isNull();
        assertThat(reader.pieces()).isEqualTo(1);
    }

    @Test
    void chunks_of_vllm_become_events() {
        var reader = task(request("stream", "true"), VllmDialect.CAPABILITIES, SpeechWire.VLLM)
                .reader(0);
        var chunk =
                "{\"object\":\"transcription.chunk\",\"choices\":[{\"delta\":{\"content\":\"%s\"},\"finish_reason\":%s}]}";
        assertThat(events(
                        reader,
                        chunk.formatted(" Hello", "null"),
                        chunk.formatted(" there", "null"),
                        chunk.formatted("", "\"stop\""),
                        "{\"object\":\"transcription.chunk\",\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2,"
                                + "\"total_tokens\":7}}",
                        "[DONE]"))
                .isEqualTo("data: {\"type\":\"transcript.text.delta\",\"delta\":\"Hello\"}\n\n"
                        + "data: {\"type\":\"transcript.text.delta\",\"delta\":\" there\"}\n\n"
                        + "data: {\"type\":\"transcript.text.done\",\"text\":\"Hello there\",\"usage\":{\"type\":\"tokens\","
                        + "\"input_tokens\":5,\"output_tokens\":2,\"total_tokens\":7}}\n\n");
        assertThat(reader.usage()).isEqualTo(new Usage(5, 2));
    }

    @Test
    void segments_of_faster_whisper_become_events_and_the_end_is_the_end() {
        var reader = task(request("stream", "true"), VERBOSE_ONLY, SpeechWire.WHISPER)
                .reader(0);
        assertThat(events(reader, "{\"text\":\" Hello.\"}", "{\"text\":\" Bye.\"}"))
                .isEqualTo("data: {\"type\":\"transcript.text.delta\",\"delta\":\"Hello.\"}\n\n"
                        + "data: {\"type\":\"transcript.text.delta\",\"delta\":\" Bye.\"}\n\n"
                        + "data: {\"type\":\"transcript.text.done\",\"text\":\"Hello. Bye.\"}\n\n");
        var silence = task(request("stream", "true"), VERBOSE_ONLY, SpeechWire.WHISPER)
                .reader(0);
        assertThat(events(silence)).isEqualTo("data: {\"type\":\"transcript.text.done\",\"text\":\"\"}\n\n");
        assertThat(silence.begun()).isTrue();
    }

    @Test
    void either_the_reason_of_the_end_or_the_last_word_completes_a_stream() {
        var chunk = "{\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":%s}]}";
        var finished = task(request("stream", "true"), VllmDialect.CAPABILITIES, SpeechWire.VLLM)
                .reader(0);
        assertThat(events(finished, chunk.formatted("null"), chunk.formatted("\"stop\"")))
                .endsWith("\"text\":\"aa\"}\n\n");
        assertThat(finished.pieces()).isEqualTo(2);
        assertThat(finished.done()).isFalse();
        assertThat(finished.finishReason()).isNull();
        var done = task(request("stream", "true"), OPENAI, SpeechWire.OPENAI).reader(0);
        assertThat(events(done, "{\"text\":\"a\"}", "[DONE]")).endsWith("\"text\":\"a\"}\n\n");
        assertThat(done.done()).isTrue();
        assertThat(done.failure()).isNull();
        var other = task(request("stream", "true"), OPENAI, SpeechWire.OPENAI).reader(0);
        events(other, "{\"text\":\"a\"}", "[NONE]");
        assertThat(other.dropped()).isEqualTo(1);
        assertThat(other.failure()).isEqualTo(new AttemptFailure.Broken("the stream was cut"));
    }

    @Test
    void a_stream_that_ends_before_its_end_is_cut() {
        var reader = task(request("stream", "true"), OPENAI, SpeechWire.OPENAI).reader(0);
        assertThat(reader.begun()).isFalse();
        assertThat(reader.done()).isFalse();
        assertThat(reader.replay(new ByteArrayBuilder())).isFalse();
        assertThat(events(reader, "{\"type\":\"transcript.text.delta\",\"delta\":\"a\"}"))
                .doesNotContain("done");
        assertThat(reader.failure()).isEqualTo(new AttemptFailure.Broken("the stream was cut"));
        var empty = task(request("stream", "true"), OPENAI, SpeechWire.OPENAI).reader(0);
        events(empty);
        assertThat(empty.failure()).isEqualTo(new AttemptFailure.Broken("the stream was empty"));
    }

    @Test
    void an_error_in_a_stream_is_a_failure_and_what_is_no_event_is_passed_over() {
        var reader = task(request("stream", "true"), OPENAI, SpeechWire.OPENAI).reader(0);
        assertThat(events(reader, "hm", "[1]", "{\"x\":1}")).isEmpty();
        assertThat(reader.dropped()).isEqualTo(3);
        var failing = task(request("stream", "true"), VllmDialect.CAPABILITIES, SpeechWire.VLLM)
                .reader(0);
        assertThat(events(failing, "{\"error\":{\"message\":\"busy\",\"type\":\"overloaded\",\"code\":503}}"))
                .isEmpty();
        assertThat(failing.failure()).isInstanceOf(AttemptFailure.Overloaded.class);
    }

    @Test
    void a_stream_that_was_answered_whole_becomes_its_events() {
        var reader =
                task(request("stream", "true"), CPP, SpeechWire.WHISPER_CPP).reader(0);
        assertThat(reader.whole(VERBOSE.getBytes(UTF_8))).isNotNull();
        var out = new ByteArrayBuilder();
        assertThat(reader.replay(out)).isTrue();
        reader.end(out);
        assertThat(new String(out.toByteArray(), UTF_8))
                .isEqualTo("data: {\"type\":\"transcript.text.delta\",\"delta\":\"a b\"}\n\n"
                        + "data: {\"type\":\"transcript.text.done\",\"text\":\"a b\"}\n\n");
        assertThat(reader.begun()).isTrue();
    }
}
