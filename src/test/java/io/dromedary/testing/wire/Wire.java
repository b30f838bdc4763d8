package io.dromedary.testing.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import io.dromedary.testing.Received;
import io.dromedary.testing.Script;
import io.dromedary.testing.conversation.Said;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** How a backend tells an answer of its model's. */
public interface Wire {
    /** What of an answer can be told here. */
    default Said tellable(Said said) {
        return said;
    }

    /** The ids of calls come through as they are; else they are made by the gateway. */
    default boolean tellsCallIds() {
        return true;
    }

    /** It is told how many tokens of a prompt came from a cache. */
    default boolean tellsCachedTokens() {
        return true;
    }

    /** It is told how many tokens were reasoning. */
    default boolean tellsReasoningTokens() {
        return true;
    }

    /** The whole body of an answer that is {@link #tellable}. */
    ObjectNode whole(Said said);

    /** The data of the events of such an answer. */
    List<String> events(Said said, SplittableRandom cuts);

    /** The body of a stream of these events. */
    default byte[] framed(List<String> events) {
        var body = new ByteArrayOutputStream();
        for (var event : events) {
            body.writeBytes(("data: " + event + "\n\n").getBytes(StandardCharsets.UTF_8));
        }
        return body.toByteArray();
    }

    default String streamType() {
        return "text/event-stream";
    }

    /** How it says that something is wrong. */
    Script error(Fault fault);

    /** The answer, as a stream or whole. */
    default Script answer(Said said, boolean stream, SplittableRandom cuts) {
        var told = tellable(said);
        return stream
                ? Script.head(200, Map.of("content-type", streamType())).raw(framed(events(told, cuts)))
                : Script.json(200, whole(told).toString());
    }

    /** The answer to a request of chat. */
    default Script answer(Received received, Said said) {
        return answer(said, wantsStream(received.path(), Json.object(received.bytes())), new SplittableRandom(7));
    }

    /** A stream that breaks in the middle. */
    default Script cut(Said said) {
        var events = events(tellable(said), new SplittableRandom(7));
        return Script.head(200, Map.of("content-type", streamType()))
                .raw(framed(events.subList(0, events.size() / 2)))
                .closeEarly();
    }

    /** A request of chat asks for a stream. */
    default boolean wantsStream(String path, ObjectNode request) {
        return request.path("stream").asBoolean();
    }
}
