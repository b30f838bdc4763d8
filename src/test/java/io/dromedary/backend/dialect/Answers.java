package io.dromedary.backend.dialect;

import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.dromedary.api.Ids;
import io.dromedary.api.ModelName;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.chat.ChatRequests;
import io.dromedary.api.sse.SseParser;
import io.dromedary.backend.BackendName;
import io.dromedary.backend.Capabilities;
import io.dromedary.backend.ChatAnswer;
import io.dromedary.backend.Target;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;

/** What the tests of this dialect share: a target, requests, and streams fed through as the dispatcher feeds them. */
final class Answers {
    static final Ids IDS = prefix -> prefix + "minted";
    static final InstantSource CLOCK = InstantSource.fixed(Instant.EPOCH);

    static final ChatRequest STREAM = ChatRequests.of("{\"model\":\"chat-small\",\"messages\":[],\"stream\":true}");
    static final ChatRequest STREAM_WITH_USAGE = ChatRequests.of("{\"model\":\"chat-small\",\"messages\":[],"
            + "\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
    static final ChatRequest UNARY = ChatRequests.of("{\"model\":\"chat-small\",\"messages\":[]}");

    private Answers() {}

    static OpenAiDialect dialect() {
        return new OpenAiDialect(IDS, CLOCK);
    }

    static Target target(Map<String, Object> overrides) {
        return target(Capabilities.OPENAI.with(overrides));
    }

    static Target target(Capabilities capabilities) {
        return new Target(new BackendName("acme"), new ModelName("chat-small"), "up/model-1", capabilities);
    }

    static ChatAnswer answer(ChatRequest request) {
        return answer(request, Map.of());
    }

    static ChatAnswer answer(ChatRequest request, Map<String, Object> overrides) {
        return dialect().answer(request, target(overrides));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** What one event writes. */
    static String event(ChatAnswer answer, String data) {
        var out = new ByteArrayBuilder();
        var padded = bytes("xx" + data + "yy");
        answer.event(padded, 2, padded.length - 4, out);
        return text(out.toByteArray());
    }

    static String end(ChatAnswer answer) {
        var out = new ByteArrayBuilder();
        answer.end(out);
        return text(out.toByteArray());
    }

    /** A whole stream through the parser, cut into pieces of so many bytes. */
    static String stream(ChatAnswer answer, byte[] body, int piece) {
        var out = new ByteArrayBuilder();
        var parser = new SseParser(1 << 20);
        SseParser.Listener each = (buffer, offset, length) -> answer.event(buffer, offset, length, out);
        for (var at = 0; at < body.length; at += piece) {
            parser.feed(body, at, Math.min(piece, body.length - at), each);
        }
        parser.end(each);
        answer.end(out);
        return text(out.toByteArray());
    }

    static String stream(ChatAnswer answer, String body) {
        return stream(answer, bytes(body), Integer.MAX_VALUE / 2);
    }
}
