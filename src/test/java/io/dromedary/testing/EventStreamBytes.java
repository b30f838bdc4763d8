package io.dromedary.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;

/** Frames of {@code application/vnd.amazon.eventstream}. */
public final class EventStreamBytes {
    private EventStreamBytes() {}

    public static byte[] event(String type, String payload) {
        return frame(":event-type", type, "event", payload);
    }

    public static byte[] exception(String type, String payload) {
        return frame(":exception-type", type, "exception", payload);
    }

    /** An error that has its words in its headers, and no payload. */
    public static byte[] error(String code, String message) {
        Map<String, HeaderValue> headers = new LinkedHashMap<>();
        headers.put(":error-code", HeaderValue.fromString(code));
        headers.put(":error-message", HeaderValue.fromString(message));
        headers.put(":message-type", HeaderValue.fromString("error"));
        return frame(headers, "");
    }

    private static byte[] frame(String header, String type, String messageType, String payload) {
        Map<String, HeaderValue> headers = new LinkedHashMap<>();
        headers.put(header, HeaderValue.fromString(type));
        headers.put(":content-type", HeaderValue.fromString("application/json"));
        headers.put(":message-type", HeaderValue.fromString(messageType));
        return frame(headers, payload);
    }

    private static byte[] frame(Map<String, HeaderValue> headers, String payload) {
        var buffer = new Message(headers, payload.getBytes(UTF_8)).toByteBuffer();
        var bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }
}
