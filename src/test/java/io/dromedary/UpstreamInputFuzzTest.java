package io.dromedary;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.ModelName;
import io.dromedary.api.ModelRequest;
import io.dromedary.api.Mutations;
import io.dromedary.api.Reply;
import io.dromedary.api.audio.KeptBytes;
import io.dromedary.api.audio.Recording;
import io.dromedary.api.audio.SpeechTask;
import io.dromedary.api.audio.TranscriptionRequestReader;
import io.dromedary.api.chat.ChatRequests;
import io.dromedary.api.completions.CompletionFront;
import io.dromedary.api.embeddings.EmbeddingsRequestReader;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.front.Front;
import io.dromedary.api.json.Json;
import io.dromedary.api.messages.MessagesFront;
import io.dromedary.api.messages.MessagesRequestReader;
import io.dromedary.api.rerank.RerankRequestReader;
import io.dromedary.api.sse.Framing;
import io.dromedary.api.sse.SseParser;
import io.dromedary.backend.BackendName;
import io.dromedary.backend.ChatAnswer;
import io.dromedary.backend.Dialect;
import io.dromedary.backend.Target;
import io.dromedary.responses.ChatChunks;
import io.dromedary.testing.EventStreamBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Mutated answers of upstreams, whole and streamed and cut anywhere: out comes what a client can read, or why there is no
 * answer, never another exception. {@code -Dfuzz.long} tries a hundred times as many.
 */
@Timeout(600)
final class UpstreamInputFuzzTest {
    private static final int CASES = System.getProperty("fuzz.long") == null ? 500 : 50_000;
    private static final long SEED = Long.getLong("fuzz.seed", 20_261_126L);
    private static final Path RECORDED = Path.of("src/test/resources/backend/dialect");
    private static final String TOOLS =
            "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"weather\",\"parameters\":{\"type\":\"object\"}}}]";

    private static final Map<String, Dialect> DIALECTS =
            Dialects.of(prefix -> prefix + "0", InstantSource.fixed(Instant.EPOCH));

    private static final Class<?> OPENAI = answer("openai", false).getClass();

    private final Random random = new Random(SEED);

    private static Dialect dialect(String name) {
        return name.equals("responses")
                ? EveryDialect.all()
                        .filter(row -> row.label().equals("openai (responses)"))
                        .findFirst()
                        .orElseThrow()
                        .dialect()
                : Objects.requireNonNull(DIALECTS.get(name));
    }

    private static ChatAnswer answer(String dialect, boolean stream) {
        var spoken = dialect(dialect);
        var target = new Target(new BackendName("b"), new ModelName("m"), "claude-sonnet-4-5", spoken.capabilities());
        return spoken.answer(ChatRequests.of("{\"stream\":" + stream + "," + TOOLS + "}"), target);
    }

    private static Mutations recorded(String... files) throws IOException {
        var seeds = new ArrayList<byte[]>();
        for (var file : files) {
            seeds.add(Files.readAllBytes(RECORDED.resolve(file)));
        }
        return new Mutations(seeds);
    }

    private static Mutations of(String... seeds) {
        return new Mutations(Stream.of(seeds).map(seed -> seed.getBytes(UTF_8)).toList());
    }

    /** One mutated input and what is made of it. */
    private interface Reading {
        /** @return it is an answer */
        boolean of(byte[] input);
    }

    private void fuzz(Mutations mutations, Reading reading) {
        var answers = 0;
        for (var i = 0; i < CASES; i++) {
            var input = mutations.next(random);
            try {
                answers += reading.of(input) ? 1 : 0;
            } catch (RuntimeException | StackOverflowError | AssertionError e) {
                fail("seed " + SEED + ", case " + i + ": " + new String(input, UTF_8), e);
            }
        }
        assertThat(answers).as("some are answers").isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"anthropic", "bedrock", "tgi", "responses"})
    void a_whole_answer_is_read_or_is_none(String dialect) throws IOException {
        var files = dialect.equals("tgi")
                ? new String[] {"tgi/call.upstream.json", "tgi/stopped.upstream.json"}
                : new String[] {dialect + "/turn.upstream.json"};
        fuzz(recorded(files), body -> read(answer(dialect, false), body));
    }

    @Test
    void a_whole_answer_of_openais_is_read_or_is_none() {
        fuzz(of("""
                        {"id":"c","object":"chat.completion","created":1,"model":"up","choices":[{"index":0,"finish_reason":"tool_calls",
                         "message":{"role":"assistant","content":"h\\u00e9 😀","reasoning_content":"r","tool_calls":[{"id":"1","type":"function",
                         "function":{"name":"f","arguments":"{\\"a\\":1}"}}]},"logprobs":{"content":[{"token":"h","logprob":-0.5,"top_logprobs":[]}]}}],
                         "usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}"""), body -> read(answer("openai", false), body));
    }

    private static boolean read(ChatAnswer answer, byte[] body) {
        answer.head(name -> null);
        var shown = answer.whole(body);
        if (shown == null) {
            assertThat(answer.failure()).isNotNull();
            return false;
        }
        for (var front : fronts()) {
            try {
                assertThat(Json.read(front.whole(shown))).isInstanceOf(ObjectNode.class);
            } catch (RefusedException e) {
                // what passes through unread may be odd
                assertThat(e.refusal().status()).isEqualTo(502);
                assertThat(answer).isInstanceOf(OPENAI);
            }
        }
        return true;
    }

    private static List<Front> fronts() {
        return List.of(
                CompletionFront.read(
                        "{\"model\":\"m\",\"prompt\":[\"a\",\"b\"],\"n\":2,\"logprobs\":2}".getBytes(UTF_8),
                        prefix -> prefix + "1"),
                MessagesFront.of(
                        MessagesRequestReader.read(
                                "{\"model\":\"m\",\"max_tokens\":4000,\"stream\":true,\"stop_sequences\":[\"x\"],\"thinking\":{\"type\":\"adaptive\"},\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}"
                                        .getBytes(UTF_8)),
                        false,
                        "r",
                        prefix -> prefix + "1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"anthropic", "tgi", "responses"})
    void a_stream_is_told_as_far_as_it_can_be(String dialect) throws IOException {
        var files = dialect.equals("tgi")
                ? new String[] {"tgi/call-stream.upstream.sse", "tgi/stopped-stream.upstream.sse"}
                : new String[] {dialect + "/turn-stream.upstream.sse"};
        fuzz(recorded(files), body -> followed(dialect, "text/event-stream", body));
    }

    @Test
    void a_stream_of_openais_is_told_as_far_as_it_can_be() {
        var chunk =
                "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"up\",\"choices\":[{\"index\":0,\"delta\":";
        fuzz(
                of(
                        chunk
                                + "{\"role\":\"assistant\",\"content\":\"h\\u00e9 😀\",\"reasoning_content\":\"r\"},\"finish_reason\":null}]}\n\n"
                                + chunk
                                + "{\"tool_calls\":[{\"index\":0,\"id\":\"1\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},\"finish_reason\":null}]}\n\n"
                                + chunk
                                + "{},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,\"total_tokens\":3}}\n\ndata: [DONE]\n\n"),
                body -> followed("openai", "text/event-stream", body));
    }

    @Test
    void damaged_frames_of_bedrocks_are_told() {
        fuzz(
                new Mutations(List.of(frames(BEDROCK))),
                body -> followed("bedrock", "application/vnd.amazon.eventstream", body));
    }

    @Test
    void events_of_bedrocks_are_told_as_far_as_they_can_be() {
        var events = of(BEDROCK.stream().map(event -> event[1]).toArray(String[]::new));
        fuzz(events, payload -> {
            var at = random.nextInt(BEDROCK.size());
            var changed = new ArrayList<>(BEDROCK);
            changed.set(at, new String[] {BEDROCK.get(at)[0], new String(payload, UTF_8)});
            return followed("bedrock", "application/vnd.amazon.eventstream", frames(changed));
        });
    }

    private static final List<String[]> BEDROCK = List.of(
            new String[] {"messageStart", "{\"role\":\"assistant\"}"},
            new String[] {
                "contentBlockDelta",
                "{\"contentBlockIndex\":0,\"delta\":{\"reasoningContent\":{\"text\":\"h\\u00e9 😀\"}}}"
            },
            new String[] {
                "contentBlockDelta", "{\"contentBlockIndex\":0,\"delta\":{\"reasoningContent\":{\"signature\":\"s\"}}}"
            },
            new String[] {"contentBlockStop", "{\"contentBlockIndex\":0}"},
            new String[] {"contentBlockDelta", "{\"contentBlockIndex\":1,\"delta\":{\"text\":\"so\"}}"},
            new String[] {"contentBlockStop", "{\"contentBlockIndex\":1}"},
            new String[] {
                "contentBlockStart",
                "{\"contentBlockIndex\":2,\"start\":{\"toolUse\":{\"toolUseId\":\"t\",\"name\":\"weather\"}}}"
            },
            new String[] {"contentBlockDelta", "{\"contentBlockIndex\":2,\"delta\":{\"toolUse\":{\"input\":\"{}\"}}}"},
            new String[] {"contentBlockStop", "{\"contentBlockIndex\":2}"},
            new String[] {"messageStop", "{\"stopReason\":\"tool_use\"}"},
            new String[] {"metadata", "{\"usage\":{\"inputTokens\":3,\"outputTokens\":9,\"totalTokens\":12}}"});

    private static byte[] frames(List<String[]> events) {
        var frames = new ByteArrayOutputStream();
        events.forEach(event -> frames.writeBytes(EventStreamBytes.event(event[0], event[1])));
        return frames.toByteArray();
    }

    /** Reads a stream in pieces as an attempt does it, and has all that is told of it read by clients of each API. */
    private boolean followed(String dialect, String type, byte[] body) {
        var answer = answer(dialect, true);
        answer.head(name -> null);
        var framing = Objects.requireNonNull(dialect(dialect).framing(type));
        var out = new ByteArrayBuilder();
        SseParser.Listener events = (buffer, offset, length) -> {
            if (!answer.done() && answer.failure() == null) {
                answer.event(buffer, offset, length, out);
            }
        };
        try {
            for (var at = 0; at < body.length; ) {
                var length = Math.min(body.length - at, 1 + random.nextInt(400));
                framing.feed(body, at, length, events);
                at += length;
            }
            framing.end(events);
        } catch (Framing.UnreadableException e) {
            told(out.toByteArray(), false);
            return false;
        }
        if (answer.failure() == null) {
            answer.end(out);
        }
        told(out.toByteArray(), answer.failure() == null);
        return answer.failure() == null;
    }

    private static void told(byte[] frames, boolean whole) {
        for (var front : fronts()) {
            var events = front.events();
            var written = new ByteArrayOutputStream();
            var chunks = new ChatChunks(json -> {
                written.writeBytes(events.chunk(json));
            });
            chunks.feed(frames);
            if (whole) {
                assertThat(chunks.done()).isTrue();
            }
            written.writeBytes(events.end(chunks.done()));
            var bytes = written.toByteArray();
            new SseParser(Integer.MAX_VALUE).feed(bytes, 0, bytes.length, (buffer, offset, length) -> {
                var data = new String(buffer, offset, length, UTF_8);
                if (!data.equals("[DONE]")) {
                    assertThat(Json.read(Arrays.copyOfRange(buffer, offset, offset + length)))
                            .as(data)
                            .isInstanceOf(ObjectNode.class);
                }
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"numbers", "base64"})
    void vectors_are_read_or_are_none(String format) {
        var request = EmbeddingsRequestReader.read(("{\"model\":\"m\",\"input\":[\"a\",\"b\"],\"encoding_format\":\""
                        + (format.equals("base64") ? "base64" : "float") + "\"}")
                .getBytes(UTF_8));
        fuzz(
                of(
                        "{\"object\":\"list\",\"data\":[{\"index\":1,\"embedding\":[0.5,-1e-3]},{\"index\":0,\"embedding\":[1,2]}],\"usage\":{\"prompt_tokens\":2,\"total_tokens\":2}}",
                        "{\"data\":[{\"embedding\":\"AACAPwAAAEA=\",\"index\":0},{\"embedding\":\"AACAPwAAAEA=\",\"index\":1}],\"model\":\"up\"}"),
                body -> task(request, "openai", body));
    }

    @ParameterizedTest
    @ValueSource(strings = {"vllm", "tei", "cohere"})
    void ranks_are_read_or_are_none(String dialect) {
        var request = RerankRequestReader.read(
                "{\"model\":\"m\",\"query\":\"q\",\"documents\":[\"a\",\"b\"]}".getBytes(UTF_8));
        fuzz(
                of(
                        "{\"results\":[{\"index\":1,\"relevance_score\":0.5,\"document\":{\"text\":\"b\"}},{\"index\":0,\"relevance_score\":-1e-3}],\"usage\":{\"total_tokens\":2}}",
                        "[{\"index\":0,\"score\":0.5},{\"index\":1,\"score\":0.25}]"),
                body -> task(request, dialect, body));
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "text", "srt", "vtt", "verbose_json"})
    void transcripts_are_read_or_are_none(String format) {
        for (var dialect : List.of("openai", "vllm", "whisper-cpp")) {
            var request = speech(format, false);
            fuzz(of("""
                            {"task":"transcribe","language":"en","duration":"2.5","text":"h\\u00e9 😀","words":[{"word":"a","start":0,"end":1}],
                             "segments":[{"id":0,"start":0,"end":1.5,"text":" a","tokens":[1]},{"id":1,"start":1,"end":2.5,"text":" b",
                             "words":[{"word":" b","start":1,"end":2,"probability":0.5}]}],"usage":{"type":"duration","seconds":3}}"""), body -> task(request, dialect, body));
        }
    }

    private static ModelRequest speech(String format, boolean stream) {
        var sound = new Recording("a.wav", "audio/wav", new KeptBytes(new byte[] {1}));
        var fields = Map.of(
                "model", List.of("m"), "response_format", List.of(format), "stream", List.of(String.valueOf(stream)));
        return TranscriptionRequestReader.read(SpeechTask.TRANSCRIBE, sound, fields, null);
    }

    /** Reads an answer to a task of one part. */
    private static boolean task(ModelRequest request, String dialect, byte[] body) {
        var spoken = dialect(dialect);
        var target = new Target(new BackendName("b"), new ModelName("m"), "up", spoken.capabilities());
        var task = spoken.task(request, target);
        task.sending(0);
        var reader = task.reader(0);
        reader.head(name -> null);
        if (reader.whole(body) == null) {
            assertThat(reader.failure()).isNotNull();
            return false;
        }
        var reply = (Reply.Whole) task.reply();
        var answer = reply.body();
        if (reply.contentType().startsWith("application/json")) {
            assertThat(Json.read(answer)).as(new String(answer, UTF_8)).isInstanceOf(ObjectNode.class);
        }
        return true;
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai", "vllm", "whisper"})
    void a_stream_of_a_transcript_is_told_as_far_as_it_can_be(String dialect) {
        var request = speech("json", true);
        fuzz(
                of(
                        "data: {\"type\":\"transcript.text.delta\",\"delta\":\"h\\u00e9 😀\"}\n\ndata: {\"type\":\"transcript.text.done\",\"text\":\"h\",\"usage\":{\"type\":\"tokens\",\"input_tokens\":1,\"output_tokens\":2,\"total_tokens\":3}}\n\n",
                        "data: {\"object\":\"transcription.chunk\",\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":null}]}\n\ndata: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,\"total_tokens\":3}}\n\ndata: [DONE]\n\n",
                        "data: {\"text\":\"a\"}\n\ndata: {\"text\":\" b\"}\n\n"),
                body -> {
                    var spoken = dialect(dialect);
                    var target = new Target(new BackendName("b"), new ModelName("m"), "up", spoken.capabilities());
                    var task = spoken.task(request, target);
                    task.sending(0);
                    var reader = task.reader(0);
                    var out = new ByteArrayBuilder();
                    var parser = new SseParser(Framing.MAX_EVENT);
                    SseParser.Listener events = (buffer, offset, length) -> {
                        if (!reader.done() && reader.failure() == null) {
                            reader.event(buffer, offset, length, out);
                        }
                    };
                    parser.feed(body, 0, body.length, events);
                    parser.end(events);
                    reader.end(out);
                    var bytes = out.toByteArray();
                    new SseParser(Integer.MAX_VALUE)
                            .feed(
                                    bytes,
                                    0,
                                    bytes.length,
                                    (buffer, offset, length) -> assertThat(
                                                    Json.read(Arrays.copyOfRange(buffer, offset, offset + length)))
                                            .isInstanceOf(ObjectNode.class));
                    return reader.failure() == null;
                });
    }

    @Test
    void whatever_is_said_with_an_error_status_is_a_failure() {
        var errors = of(
                "{\"error\":{\"message\":\"m\",\"type\":\"t\",\"param\":\"p\",\"code\":7}}",
                "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"m\"}}",
                "{\"message\":\"m\",\"__type\":\"ThrottlingException\"}",
                "{\"detail\":[{\"loc\":[\"body\",\"x\"],\"msg\":\"m\",\"type\":\"t\"}]}",
                "{\"code\":\"c\",\"error\":\"text\"}",
                "[{\"error\":{\"code\":429,\"message\":\"m\",\"status\":\"RESOURCE_EXHAUSTED\",\"details\":[{\"retryDelay\":\"5s\"}]}}]");
        var statuses = List.of(400, 401, 403, 404, 413, 422, 429, 500, 503, 529);
        var dialects = List.copyOf(DIALECTS.values());
        for (var i = 0; i < CASES; i++) {
            var body = errors.next(random);
            for (var dialect : dialects) {
                var status = statuses.get(random.nextInt(statuses.size()));
                assertThat(dialect.failure(status, name -> null, body))
                        .as(dialect.name() + " " + status + " " + new String(body, UTF_8))
                        .isNotNull();
            }
        }
    }
}
