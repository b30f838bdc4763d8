package io.dromedary.backend.dialect.blocks;

import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.Ids;
import io.dromedary.api.ModelName;
import io.dromedary.api.ServiceTier;
import io.dromedary.api.chat.ChatRequests;
import io.dromedary.api.json.Json;
import io.dromedary.api.sse.Framing;
import io.dromedary.api.sse.SseParser;
import io.dromedary.backend.BackendName;
import io.dromedary.backend.ChatAnswer;
import io.dromedary.backend.Dialect;
import io.dromedary.backend.ServedTier;
import io.dromedary.backend.Target;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;

/** A dialect as the tests of content blocks speak it: to one upstream model, with ids that count and a clock that stands. */
public final class Spoken {
    public static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochSecond(1_800_000_000));

    private final Dialect dialect;
    private final Target target;
    private final String contentType;

    /**
     * Of a dialect.
     *
     * @param contentType of its streams
     */
    public Spoken(BiFunction<Ids, InstantSource, Dialect> dialect, String upstream, String contentType) {
        var minted = new AtomicInteger();
        this.dialect = dialect.apply(prefix -> prefix + minted.incrementAndGet(), CLOCK);
        this.target = new Target(
                new BackendName("b"),
                new ModelName("chat-model"),
                upstream,
                this.dialect.capabilities().with(Map.of()));
        this.contentType = contentType;
    }

    private Spoken(Dialect dialect, Target target, String contentType) {
        this.dialect = dialect;
        this.target = target;
        this.contentType = contentType;
    }

    /** As this, by the tier that a caller named, which the backend knows. */
    public Spoken served(ServiceTier serving, String asked) {
        var tier = ServedTier.of(serving, asked, target.capabilities(), Map.of(), false);
        return new Spoken(dialect, target.serving(tier), contentType);
    }

    /** As this, by a tier for which the backend's file has a word. */
    public Spoken calling(ServiceTier serving, String word) {
        var tier = ServedTier.of(serving, null, target.capabilities(), Map.of(serving, word), false);
        return new Spoken(dialect, target.serving(tier), contentType);
    }

    public Dialect dialect() {
        return dialect;
    }

    public Dialect.Outgoing send(String request) {
        return dialect.chat(ChatRequests.of(request), target);
    }

    public ObjectNode sent(String request) {
        return Json.object(send(request).body());
    }

    public ChatAnswer answer(String request) {
        return dialect.answer(ChatRequests.of(request), target);
    }

    /** A whole answer, which has to be one. */
    public ObjectNode whole(String request, String body) {
        var answer = answer(request);
        var bytes = answer.whole(body.getBytes(StandardCharsets.UTF_8));
        return Json.object(Objects.requireNonNull(bytes, () -> String.valueOf(answer.failure())));
    }

    /** A whole stream from pieces of so many bytes. */
    public Heard stream(String request, byte[] body, int piece) {
        var answer = answer(request);
        var out = new ByteArrayBuilder();
        Framing framing = Objects.requireNonNull(dialect.framing(contentType));
        SseParser.Listener each = (buffer, offset, length) -> answer.event(buffer, offset, length, out);
        for (var at = 0; at < body.length; at += piece) {
            framing.feed(body, at, Math.min(piece, body.length - at), each);
            if (body.length - at <= piece) {
                break;
            }
        }
        framing.end(each);
        answer.end(out);
        answer.end(out);
        return new Heard(answer, new String(out.toByteArray(), StandardCharsets.UTF_8));
    }

    public Heard stream(String request, byte[] body) {
        return stream(request, body, Integer.MAX_VALUE);
    }

    public Heard stream(String request, String body) {
        return stream(request, body.getBytes(StandardCharsets.UTF_8));
    }

    public static JsonNode json(String text) {
        return Objects.requireNonNull(Json.read(text.getBytes(StandardCharsets.UTF_8)), text);
    }

    /**
     * What came of a stream.
     *
     * @param text all that was written for the client
     */
    public record Heard(ChatAnswer answer, String text) {
        /** Data of the events. */
        public List<String> events() {
            var events = new ArrayList<String>();
            for (var event : text.split("\n\n")) {
                if (!event.isEmpty()) {
                    events.add(event.substring("data: ".length()));
                }
            }
            return events;
        }

        public List<JsonNode> chunks() {
            return events().stream()
                    .filter(event -> !event.equals("[DONE]"))
                    .map(Spoken::json)
                    .toList();
        }

        /** The pieces of a member of the deltas, joined. */
        public String joined(String member) {
            var joined = new StringBuilder();
            chunks().forEach(chunk ->
                    joined.append(chunk.at("/choices/0/delta").path(member).asText("")));
            return joined.toString();
        }

        /** The arguments of one call, joined. */
        public String arguments(int call) {
            var joined = new StringBuilder();
            for (var chunk : chunks()) {
                for (var piece : chunk.at("/choices/0/delta/tool_calls")) {
                    if (piece.path("index").asInt() == call) {
                        joined.append(piece.at("/function/arguments").asText(""));
                    }
                }
            }
            return joined.toString();
        }

        /** Names and ids of the calls. */
        public List<String> calls() {
            var calls = new ArrayList<String>();
            for (var chunk : chunks()) {
                for (var piece : chunk.at("/choices/0/delta/tool_calls")) {
                    if (piece.has("id")) {
                        calls.add(piece.path("index").asInt() + " "
                                + piece.at("/function/name").asText() + " "
                                + piece.path("id").asText());
                    }
                }
            }
            return calls;
        }

        /** All details of the reasoning. */
        public List<JsonNode> details() {
            var details = new ArrayList<JsonNode>();
            chunks().forEach(chunk ->
                    chunk.at("/choices/0/delta/reasoning_details").forEach(details::add));
            return details;
        }
    }
}
