package io.dromedary.backend.dialect.responses;

import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.ModelName;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.chat.ChatRequests;
import io.dromedary.api.json.Json;
import io.dromedary.api.sse.SseParser;
import io.dromedary.backend.BackendName;
import io.dromedary.backend.ChatAnswer;
import io.dromedary.backend.Target;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** What the tests of this dialect share: a target, requests, streams fed in pieces. */
final class Upstream {
    static final String HELLO = "{\"model\":\"chat-small\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
    static final String HELLO_STREAM = "{\"model\":\"chat-small\",\"stream\":true,\"messages\":\"Hi\"}";

    private Upstream() {}

    /** Mints {@code chatcmpl-1}, {@code call_2}, … */
    static ResponsesDialect dialect() {
        var minted = new AtomicInteger();
        return new ResponsesDialect(
                prefix -> prefix + minted.incrementAndGet(), InstantSource.fixed(Instant.ofEpochSecond(1_800_000_000)));
    }

    static Target target(Map<String, Object> capabilities) {
        return new Target(
                new BackendName("native"),
                new ModelName("chat-small"),
                "up/model-1",
                ResponsesDialect.CAPABILITIES.with(capabilities));
    }

    /** A request whose only unusual thing is the given members. */
    static ChatRequest requestWith(String members) {
        return ChatRequests.of(HELLO.substring(0, HELLO.length() - 1) + "," + members + "}");
    }

    static ObjectNode sent(ChatRequest request, Map<String, Object> capabilities) {
        return Json.object(dialect().chat(request, target(capabilities)).body());
    }

    static ObjectNode sent(ChatRequest request) {
        return sent(request, Map.of());
    }

    static ChatAnswer answer(ChatRequest request) {
        return dialect().answer(request, target(Map.of()));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** One reading of a stream: the answer after its end, and all that was written for the client. */
    record Reading(ChatAnswer answer, String text) {
        List<JsonNode> chunks() {
            var chunks = new ArrayList<JsonNode>();
            text.lines()
                    .filter(line -> line.startsWith("data: {"))
                    .forEach(line -> chunks.add(Json.object(bytes(line.substring(6)))));
            return chunks;
        }

        /** The texts of a member of the deltas, joined. */
        String joined(String member) {
            var joined = new StringBuilder();
            chunks().forEach(chunk ->
                    joined.append(chunk.at("/choices/0/delta").path(member).asText("")));
            return joined.toString();
        }

        boolean isComplete() {
            return text.endsWith("data: [DONE]\n\n");
        }
    }

    /** Reads a stream as the gateway does, from pieces of the given length. */
    static Reading read(ChatRequest request, String sse, int piece) {
        var answer = answer(request);
        var out = new ByteArrayBuilder();
        var parser = new SseParser(1 << 20);
        var body = bytes(sse);
        SseParser.Listener listener = (buffer, offset, length) -> answer.event(buffer, offset, length, out);
        for (var at = 0; at < body.length; at += Math.min(piece, body.length)) {
            parser.feed(body, at, Math.min(piece, body.length - at), listener);
        }
        parser.end(listener);
        answer.end(out);
        answer.end(out);
        return new Reading(answer, new String(out.toByteArray(), StandardCharsets.UTF_8));
    }

    /** Reads a stream of these events. */
    static Reading read(String... events) {
        var sse = new StringBuilder();
        for (var event : events) {
            sse.append("data: ").append(event).append("\n\n");
        }
        return read(ChatRequests.of(HELLO_STREAM), sse.toString(), 1 << 20);
    }
}
