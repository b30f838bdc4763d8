package io.dromedary.backend.dialect.bedrock;

import io.dromedary.api.json.Json;
import io.dromedary.api.sse.Framing;
import io.dromedary.api.sse.SseParser;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;
import software.amazon.eventstream.MessageDecoder;

/**
 * {@code application/vnd.amazon.eventstream}, by AWS's own decoder. An event is handed on as an object with one member: by
 * the name of its type, what it says.
 */
final class EventStream implements Framing {
    private final MessageDecoder decoder = new MessageDecoder();

    @Override
    public void feed(byte[] chunk, int offset, int length, SseParser.Listener listener) {
        try {
            decoder.feed(chunk, offset, length);
        } catch (RuntimeException e) {
            throw new UnreadableException("a frame of the event stream is damaged");
        }
        for (var message : decoder.getDecodedMessages()) {
            var event = event(message);
            listener.event(event, 0, event.length);
        }
    }

    @Override
    public void end(SseParser.Listener listener) {
        // a frame without its end was cut, and says nothing
    }

    private static byte[] event(Message message) {
        var headers = message.getHeaders();
        var event = Json.MAPPER.createObjectNode();
        var type = text(headers, ":event-type");
        if ("error".equals(text(headers, ":message-type"))) {
            event.putObject("error")
                    .put("code", text(headers, ":error-code"))
                    .put("message", text(headers, ":error-message"));
            return Json.bytes(event);
        }
        var exception = text(headers, ":exception-type");
        var said = Json.read(message.getPayload());
        event.set(
                exception == null ? type == null ? "unknown" : type : exception,
                said == null ? Json.MAPPER.createObjectNode() : said);
        return Json.bytes(event);
    }

    private static @Nullable String text(Map<String, HeaderValue> headers, String name) {
        var value = headers.get(name);
        try {
            return value == null ? null : value.getString();
        } catch (IllegalStateException e) {
            return null;
        }
    }
}
