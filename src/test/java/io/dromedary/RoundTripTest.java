package io.dromedary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.ModelName;
import io.dromedary.api.chat.AssembledCompletion;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.chat.ChatRequestReader;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import io.dromedary.api.sse.SseParser;
import io.dromedary.backend.BackendName;
import io.dromedary.backend.ChatAnswer;
import io.dromedary.backend.Dialect;
import io.dromedary.backend.Target;
import io.dromedary.testing.conversation.Conversation;
import io.dromedary.testing.conversation.Conversations;
import io.dromedary.testing.conversation.Said;
import io.dromedary.testing.conversation.Sent;
import io.dromedary.testing.wire.Wire;
import io.dromedary.testing.wire.Wires;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * From chat to a dialect and back, for conversations out of a seeded generator and for every dialect that there is: nothing
 * is lost that the dialect can carry, what it cannot is named or refused, and an answer comes back as it was said, however
 * its stream is cut, and is understood there when it is part of what was said before.
 *
 * <p>{@code -Dconversations=5000} is how many, {@code -Dseed=0} the first of their seeds.
 */
final class RoundTripTest {
    private static final int CONVERSATIONS = Integer.getInteger("conversations", 5000);
    private static final long SEED = Long.getLong("seed", 0);

    @Test
    void nothing_is_lost_on_the_way_there_and_back() {
        var known = new HashSet<Class<?>>();
        var trips = EveryDialect.all()
                .map(row -> new Trip(row, known.add(row.dialect().getClass()) ? 1 : 10))
                .toList();
        for (var seed = SEED; seed < SEED + CONVERSATIONS; seed++) {
            var conversation = Conversations.of(seed);
            var going = new Going(seed, conversation, conversation.read(false), conversation.read(true));
            for (var trip : trips) {
                if (seed % trip.oneIn == 0) {
                    trip.go(going);
                }
            }
        }
        trips.forEach(Trip::judge);
        assertThat(trips)
                .allSatisfy(trip -> assertThat(trip.faults).as(trip.label).isEmpty());
    }

    /** One conversation, and how its answer is asked for whole and as a stream. */
    private record Going(long seed, Conversation conversation, ChatRequest whole, ChatRequest stream) {}

    @TestFactory
    Stream<DynamicTest> nothing_that_a_caller_says_breaks_a_translation() {
        return EveryDialect.all()
                .map(dialect -> dynamicTest(dialect.label(), () -> {
                    var target = new Trip(dialect, 1).target;
                    for (var odd : ODD) {
                        for (var request : oddly(odd)) {
                            send(dialect.dialect(), target, request);
                        }
                    }
                }));
    }

    /** Texts as they stand in JSON: half a character, what is no JSON where some is expected, and what looks like some. */
    private static final List<String> ODD = List.of(
            "\\ud83d",
            "\\udc4d\\ud83d",
            "\\u0000",
            "",
            " ",
            "{",
            "[1]",
            "null",
            "\\\"",
            "{}{}",
            "{\\\"a\\\":1e999999}",
            "1e9999999999");

    private static List<ChatRequest> oddly(String odd) {
        var user = "{\"role\":\"user\",\"content\":\"" + odd + "\"}";
        var call = "{\"role\":\"assistant\",\"content\":\"" + odd + "\",\"tool_calls\":[{\"id\":\"c" + odd
                + "\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"" + odd
                + "\"}}]},{\"role\":\"tool\",\"tool_call_id\":\"c" + odd + "\",\"content\":\"" + odd + "\"}";
        var image = "{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:" + odd
                + "\"}}]}";
        var thought = "{\"role\":\"assistant\",\"content\":\"x\",\"reasoning_content\":\"" + odd
                + "\",\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"" + odd + "\",\"signature\":\""
                + odd + "\"},{\"type\":\"" + odd + "\"},\"" + odd + "\",1,null]}," + user;
        var tools = ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"description\":\"" + odd
                + "\",\"parameters\":{\"type\":\"object\",\"properties\":{\"" + odd + "\":{\"type\":\"" + odd
                + "\"}},\"required\":[\"" + odd + "\"]}}}]";
        var format = ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\",\"schema\":{\""
                + odd + "\":\"" + odd + "\"}}}";
        var more = ",\"" + odd + "x\":\"" + odd + "\",\"user\":\"" + odd + "\",\"stop\":[\"" + odd + "\"]";
        return Stream.of(
                        "[" + user + "]",
                        "[" + user + "," + call + "]" + tools,
                        "[" + image + "]",
                        "[" + thought + "]",
                        "[" + user + "]" + format,
                        "[" + user + "]" + more)
                .map(messages -> "{\"model\":\"m\",\"messages\":" + messages + "}")
                .flatMap(RoundTripTest::sound)
                .toList();
    }

    /** The request, unless the reader itself refuses it. */
    private static Stream<ChatRequest> sound(String json) {
        try {
            return Stream.of(ChatRequestReader.read(json.getBytes(StandardCharsets.UTF_8)));
        } catch (RefusedException e) {
            return Stream.empty();
        }
    }

    private static void send(Dialect dialect, Target target, ChatRequest request) {
        try {
            var sent = dialect.chat(request, target).body();
            assertThat(Json.read(sent))
                    .as("%s", new String(request.body(), StandardCharsets.UTF_8))
                    .isNotNull();
        } catch (RefusedException e) {
            assertThat(e.refusal()).isInstanceOf(Refusal.BadRequest.class);
        } catch (RuntimeException e) {
            throw new AssertionError(new String(request.body(), StandardCharsets.UTF_8), e);
        }
    }

    /** All conversations through one dialect. */
    private static final class Trip {
        private final String label;
        private final Dialect dialect;
        private final Wire wire;
        private final Target target;
        private final TreeMap<String, Integer> refusals = new TreeMap<>();
        private final List<String> faults = new ArrayList<>();

        /** What is another dialect's code with other capabilities goes along with some conversations only. */
        private final int oneIn;

        private int sent;

        Trip(EveryDialect.Row row, int oneIn) {
            this.oneIn = oneIn;
            this.label = row.label();
            this.dialect = row.dialect();
            this.wire = Wires.of(dialect);
            this.target = new Target(new BackendName("b"), new ModelName("m"), row.upstream(), dialect.capabilities());
        }

        /** The first fault is enough of a dialect. */
        void go(Going going) {
            if (faults.isEmpty()) {
                try {
                    one(going);
                } catch (AssertionError | RuntimeException e) {
                    faults.add("seed " + going.seed + ": " + e);
                }
            }
        }

        /** A dialect that refuses most of what people say has not been tested. */
        void judge() {
            if (faults.isEmpty() && sent < CONVERSATIONS / oneIn / 4) {
                faults.add("sent only " + sent + ", and refused " + refusals);
            }
        }

        private void one(Going going) {
            if (!there(going.conversation, going.whole)) {
                return;
            }
            sent++;
            var said = wire.tellable(Conversations.answer(going.seed, going.conversation));
            for (var request : List.of(going.whole, going.stream)) {
                assertSaid(back(going.seed, request, said), said);
            }
            var next = Conversations.continued(going.conversation, said);
            there(next, next.read(false));
        }

        /** False where it is refused. */
        private boolean there(Conversation conversation, ChatRequest request) {
            Dialect.Outgoing outgoing;
            try {
                outgoing = dialect.chat(request, target);
            } catch (RefusedException e) {
                refused(conversation, e.refusal());
                return false;
            }
            var dropped = outgoing.dropped();
            var body = Json.object(outgoing.body());
            var lost = Sent.faults(conversation, body, path -> dropped.stream().anyMatch(name -> covers(name, path)));
            assertThat(lost).as("sent as %s", body).isEmpty();
            return true;
        }

        private static boolean covers(String name, String path) {
            return path.startsWith(name)
                    && (path.length() == name.length()
                            || path.charAt(name.length()) == '.'
                            || path.charAt(name.length()) == '[');
        }

        private void refused(Conversation conversation, Refusal refusal) {
            assertThat(refusal).isInstanceOf(Refusal.BadRequest.class);
            var param = Objects.requireNonNull(((Refusal.BadRequest) refusal).param());
            assertThat(conversation.request().has(param.split("[.\\[]", 2)[0]))
                    .as("the request has what is refused, %s", param)
                    .isTrue();
            refusals.merge(param.replaceAll("\\d+", "#"), 1, Integer::sum);
        }

        private JsonNode back(long seed, ChatRequest request, Said said) {
            var cuts = new SplittableRandom(seed);
            var answer = dialect.answer(request, target);
            var body = request.stream()
                    ? assembled(streamed(answer, wire.framed(wire.events(said, cuts)), cuts))
                    : answer.whole(Json.bytes(wire.whole(said)));
            assertThat(answer.failure()).isNull();
            assertThat(answer.finishReason()).isEqualTo(said.finishReason());
            return Json.object(Objects.requireNonNull(body));
        }

        private byte[] streamed(ChatAnswer answer, byte[] body, SplittableRandom cuts) {
            var out = new ByteArrayBuilder();
            var parser = Objects.requireNonNull(dialect.framing(wire.streamType()));
            SseParser.Listener each = (buffer, offset, length) -> answer.event(buffer, offset, length, out);
            for (var at = 0; at < body.length; ) {
                var piece = Math.min(body.length - at, 1 + cuts.nextInt(400));
                parser.feed(body, at, piece, each);
                at += piece;
            }
            parser.end(each);
            answer.end(out);
            return out.toByteArray();
        }

        private static byte[] assembled(byte[] stream) {
            var completion = new AssembledCompletion();
            new SseParser(1 << 24).feed(stream, 0, stream.length, completion::add);
            assertThat(completion.complete()).isTrue();
            return completion.toBytes();
        }

        private void assertSaid(JsonNode answer, Said said) {
            var choice = answer.at("/choices/0");
            var message = choice.path("message");
            assertThat(text(message, "content")).as("content of %s", answer).isEqualTo(said.text());
            assertThat(text(message, "reasoning_content"))
                    .as("reasoning of %s", answer)
                    .isEqualTo(said.reasoning());
            assertThat(text(message, "refusal")).as("refusal of %s", answer).isEqualTo(said.refusal());
            assertThat(message.path("reasoning_details").toString())
                    .as("signature of %s", answer)
                    .contains(said.signature());
            assertCalls(message.path("tool_calls"), said.calls());
            assertThat(choice.path("finish_reason").asText()).isEqualTo(said.finishReason());
            assertUsage(answer.path("usage"));
        }

        private static String text(JsonNode message, String member) {
            return message.hasNonNull(member) ? message.path(member).asText() : "";
        }

        private void assertCalls(JsonNode told, List<Said.Call> calls) {
            assertThat(told.size()).as("calls: %s", told).isEqualTo(calls.size());
            for (var i = 0; i < calls.size(); i++) {
                var function = told.path(i).path("function");
                assertThat(function.path("name").asText())
                        .isEqualTo(calls.get(i).name());
                assertThat(json(function.path("arguments").asText()))
                        .as("call %s", told.path(i))
                        .isEqualTo(json(calls.get(i).arguments()));
                assertThat(told.path(i).path("type").asText()).isEqualTo("function");
                var id = told.path(i).path("id").asText();
                assertThat(id).isNotEmpty();
                if (wire.tellsCallIds()) {
                    assertThat(id).isEqualTo(calls.get(i).id());
                }
            }
        }

        private static @Nullable JsonNode json(String text) {
            return Json.read(text.getBytes(StandardCharsets.UTF_8));
        }

        private void assertUsage(JsonNode usage) {
            assertThat(usage.path("prompt_tokens").asInt())
                    .as("usage %s", usage)
                    .isEqualTo(Said.PROMPT_TOKENS);
            assertThat(usage.path("completion_tokens").asInt())
                    .as("usage %s", usage)
                    .isEqualTo(Said.COMPLETION_TOKENS);
            if (wire.tellsCachedTokens()) {
                assertThat(usage.at("/prompt_tokens_details/cached_tokens").asInt())
                        .as("usage %s", usage)
                        .isEqualTo(Said.CACHED_TOKENS);
            }
            if (wire.tellsReasoningTokens()) {
                assertThat(usage.at("/completion_tokens_details/reasoning_tokens")
                                .asInt())
                        .as("usage %s", usage)
                        .isEqualTo(Said.REASONING_TOKENS);
            }
        }
    }
}
