package io.dromedary.backend;

import io.dromedary.api.TraceContext;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Request line and headers of every request to one path of a backend. They are the same for all but the length, so they
 * are written once; a request is this, its length and its body in one buffer.
 */
final class RequestHead {
    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Pattern VALUE = Pattern.compile("[^\\x00-\\x08\\x0a-\\x1f\\x7f]*");
    private static final byte[] END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NOTHING = {};
    private static final int LENGTH_DIGITS = 10;

    private final byte[] text;

    private RequestHead(byte[] text) {
        this.text = text;
    }

    /**
     * Of one method and path.
     *
     * @param path with its query, as it goes on the wire
     * @param headers beside {@code Host} and {@code Content-Length}
     * @throws IllegalArgumentException when a header cannot be sent as it is; its value, which may be a secret, is not told
     */
    static RequestHead of(String method, Origin origin, String path, Map<String, String> headers) {
        var text = new StringBuilder(256);
        text.append(method).append(' ').append(path).append(" HTTP/1.1\r\n");
        text.append("host: ").append(origin.authority()).append("\r\n");
        headers.forEach((name, value) -> {
            if (!NAME.matcher(name).matches() || !VALUE.matcher(value).matches()) {
                throw new IllegalArgumentException(
                        "the header " + name + " has a character that cannot be sent, perhaps a line break at its end");
            }
            text.append(name).append(": ").append(value).append("\r\n");
        });
        text.append("content-length: ");
        return new RequestHead(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The whole request, or its beginning.
     *
     * @param more how many bytes of the body come afterwards
     * @param span that is told to the backend, or null for none
     */
    ByteBuf with(byte[] body, long more, @Nullable TraceContext span, ByteBufAllocator allocator) {
        var trace = span == null ? NOTHING : trace(span);
        var whole = allocator.directBuffer(text.length + LENGTH_DIGITS + trace.length + END.length + body.length);
        whole.writeBytes(text);
        digits(body.length + more, whole);
        if (span != null) {
            whole.writeBytes(trace);
        }
        return whole.writeBytes(END).writeBytes(body);
    }

    /** The headers of W3C's Trace Context, each with its line break before it. */
    private static byte[] trace(TraceContext span) {
        var state = span.state().isEmpty() ? "" : "\r\ntracestate: " + span.state();
        return ("\r\ntraceparent: " + span.traceparent() + state).getBytes(StandardCharsets.US_ASCII);
    }

    private static void digits(long number, ByteBuf to) {
        if (number >= 10) {
            digits(number / 10, to);
        }
        to.writeByte((int) ('0' + number % 10));
    }
}
