package io.dromedary;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.dromedary.api.ModelName;
import io.dromedary.api.ModelRequest;
import io.dromedary.api.Mutations;
import io.dromedary.api.audio.KeptBytes;
import io.dromedary.api.audio.Recording;
import io.dromedary.api.audio.SpeechTask;
import io.dromedary.api.audio.SpokenLine;
import io.dromedary.api.audio.TranscriptionRequestReader;
import io.dromedary.api.completions.CompletionFront;
import io.dromedary.api.embeddings.EmbeddingsRequestReader;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.front.Front;
import io.dromedary.api.messages.MessagesFront;
import io.dromedary.api.messages.MessagesRequestReader;
import io.dromedary.api.rerank.RerankRequestReader;
import io.dromedary.backend.BackendName;
import io.dromedary.backend.Dialect;
import io.dromedary.backend.Target;
import io.dromedary.jobs.batch.BatchFields;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Mutated requests of every endpoint but chat and Responses, which have tests of their own, on their way to every dialect:
 * whatever comes in is sent or refused as a fault of the caller's, never another exception. {@code -Dfuzz.long} tries fifty
 * times as many.
 */
@Timeout(600)
final class ClientInputFuzzTest {
    private static final int CASES = System.getProperty("fuzz.long") == null ? 1_500 : 80_000;
    private static final long SEED = Long.getLong("fuzz.seed", 20_261_126L);

    private static final List<Dialect> DIALECTS =
            List.copyOf(Dialects.of(prefix -> prefix + "0", InstantSource.fixed(Instant.EPOCH))
                    .values());

    /** What is read, and what is made of it. */
    private enum Read {
        EMBEDDINGS(
                "{\"model\":\"m\",\"input\":[\"h\\u00e9 😀\",\"b\"],\"encoding_format\":\"base64\",\"dimensions\":3,\"user\":\"u\"}",
                "{\"model\":\"m\",\"input\":[[1,2],[3]],\"service_tier\":\"flex\",\"truncate\":true,\"x\":[1.5e3]}",
                "{\"model\":\"m\",\"input\":\"hi\",\"truncation_direction\":\"Left\",\"stream\":false}") {
            @Override
            void read(byte[] body) {
                send(EmbeddingsRequestReader.read(body));
            }
        },
        RERANK(
                "{\"model\":\"m\",\"query\":\"q\",\"documents\":[\"a\",\"h\\u00e9 😀\"],\"top_n\":1,\"return_documents\":false}",
                "{\"model\":\"m\",\"query\":\"q\",\"documents\":[{\"text\":\"a\",\"id\":{\"b\":[1]}}],\"truncate\":true,\"user\":\"u\"}") {
            @Override
            void read(byte[] body) {
                send(RerankRequestReader.read(body));
            }
        },
        COMPLETIONS(
                "{\"model\":\"m\",\"prompt\":[\"a\",\"h\\u00e9 😀\"],\"n\":2,\"best_of\":2,\"echo\":true,\"stop\":[\"x\"],\"seed\":-12}",
                "{\"model\":\"m\",\"prompt\":\"a\",\"logprobs\":2,\"stream\":true,\"stream_options\":{\"include_usage\":true},\"logit_bias\":{\"1\":-3}}",
                "{\"model\":\"m\",\"prompt\":\"a\",\"suffix\":\"\",\"max_tokens\":5,\"temperature\":0.7,\"user\":\"u\",\"x\":[{}]}") {
            @Override
            void read(byte[] body) {
                front(CompletionFront.read(body, prefix -> prefix + "1"));
            }
        },
        MESSAGES("""
                {"model":"m","max_tokens":4000,"system":[{"type":"text","text":"s","cache_control":{"type":"ephemeral"}}],
                 "thinking":{"type":"enabled","budget_tokens":2000},"stream":true,"stop_sequences":["x"],"metadata":{"user_id":"u"},
                 "messages":[{"role":"user","content":[{"type":"text","text":"h\\u00e9 😀"},
                  {"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}}]},
                  {"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"s"},{"type":"redacted_thinking","data":"AA"},
                   {"type":"tool_use","id":"toolu_1","name":"f","input":{"a":[1]}}]},
                  {"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","is_error":true,"content":[{"type":"text","text":"o"}]}]}],
                 "tools":[{"name":"f","description":"d","input_schema":{"type":"object","properties":{"a":{"$ref":"#/x"}}}}],
                 "tool_choice":{"type":"tool","name":"f","disable_parallel_tool_use":true}}""", """
                {"model":"m","max_tokens":10,"temperature":0.5,"top_k":3,"messages":[{"role":"user","content":[
                  {"type":"document","title":"t","source":{"type":"text","media_type":"text/plain","data":"d"}},
                  {"type":"search_result","source":"s","title":"t","content":[{"type":"text","text":"a"}]}]},
                  {"role":"system","content":"be"},{"role":"assistant","content":"so"}],
                 "output_config":{"effort":"low","format":{"type":"json_schema","schema":{"type":"object"}}}}""") {
            @Override
            void read(byte[] body) {
                var request = MessagesRequestReader.read(body);
                front(MessagesFront.of(request, false, "r", prefix -> prefix + "1"));
                front(MessagesFront.of(request, true, "r", prefix -> prefix + "1"));
            }
        },
        COUNT_TOKENS(
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"tools\":[{\"name\":\"f\",\"input_schema\":{}}]}",
                "{\"model\":\"m\",\"system\":\"s\",\"thinking\":{\"type\":\"adaptive\"},\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"h\\u00e9\"}]}]}") {
            @Override
            void read(byte[] body) {
                var front = MessagesFront.of(MessagesRequestReader.readCount(body), false, "r", prefix -> prefix + "1");
                assertThat(front.chat().textBytes()).isPositive();
            }
        },
        SPOKEN_LINES(
                "{\"model\":\"m\",\"file\":\"file-1\",\"language\":\"en\",\"temperature\":0.5,\"response_format\":\"verbose_json\",\"timestamp_granularities\":[\"word\",\"segment\"]}",
                "{\"model\":\"m\",\"file_url\":\"https://x/y.mp3\",\"stream\":true,\"include\":[\"logprobs\"],\"chunking_strategy\":{\"type\":\"server_vad\"},\"prompt\":\"h\\u00e9 😀\"}",
                "{\"model\":\"m\",\"file\":\"data:audio/wav;base64,AAAA\",\"diarization\":false,\"service_tier\":\"flex\",\"x\":[{}]}") {
            @Override
            void read(byte[] body) {
                var line = SpokenLine.read(body);
                var sound = new Recording("a.wav", "audio/wav", new KeptBytes(new byte[] {1}));
                send(TranscriptionRequestReader.read(SpeechTask.TRANSCRIBE, sound, line.fields(), null));
            }
        },
        BATCH_LINES(
                "{\"custom_id\":\"a\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"h\\u00e9\"}]}}",
                "{\"url\":\"/v1/chat/completions\",\"body\":{\"stream\":false,\"x\":[1,{}],\"model\":\"m\"},\"method\":\"POST\",\"custom_id\":\"b\",\"y\":null}") {
            @Override
            void read(byte[] body) {
                assertThat(BatchFields.line(body)).isNotEmpty();
            }
        };

        private final Mutations mutations;

        Read(String... seeds) {
            mutations = new Mutations(
                    Stream.of(seeds).map(seed -> seed.getBytes(UTF_8)).toList());
        }

        abstract void read(byte[] body);
    }

    @ParameterizedTest
    @EnumSource
    void a_mutated_request_is_sent_or_refused(Read what) {
        var random = new Random(SEED);
        var sound = 0;
        for (var i = 0; i < CASES; i++) {
            var body = what.mutations.next(random);
            try {
                what.read(body.clone());
                sound++;
            } catch (RefusedException e) {
                var refusal = e.refusal();
                if (refusal.status() != 400 || refusal.message().isEmpty()) {
                    fail("seed " + SEED + ", case " + i + ": " + refusal + " for " + new String(body, UTF_8));
                }
            } catch (RuntimeException | StackOverflowError e) {
                fail("seed " + SEED + ", case " + i + ": " + new String(body, UTF_8), e);
            }
        }
        assertThat(sound).as("some mutations must leave the request valid").isBetween(CASES / 100, CASES / 2);
    }

    /** What one backend refuses another may take. */
    private static void send(ModelRequest request) {
        assertThat(request.textBytes()
                        + request.countedTokens()
                        + request.media().bytes())
                .isNotNegative();
        for (var dialect : DIALECTS) {
            if (!dialect.capabilities().serves(request.endpoint())) {
                continue;
            }
            try {
                var task = dialect.task(request, target(dialect));
                for (var part = 0; part < task.parts(); part++) {
                    assertThat(task.sending(part).body()).isNotEmpty();
                }
            } catch (RefusedException e) {
                assertThat(e.refusal().status()).isEqualTo(400);
            }
        }
    }

    private static void front(Front front) {
        for (var dialect : DIALECTS) {
            for (var conversation : front.chat().conversations()) {
                try {
                    var alone = conversation.choices() > dialect.capabilities().maxChoices();
                    var sent = dialect.chat(alone ? conversation.single(0) : conversation, target(dialect));
                    assertThat(sent.body()).isNotEmpty();
                } catch (RefusedException e) {
                    assertThat(e.refusal().status()).isEqualTo(400);
                    assertThat(front.asked(String.valueOf(e.refusal().param()))).isNotEmpty();
                }
            }
        }
    }

    private static Target target(Dialect dialect) {
        return new Target(new BackendName("b"), new ModelName("m"), "claude-sonnet-4-5", dialect.capabilities());
    }
}
