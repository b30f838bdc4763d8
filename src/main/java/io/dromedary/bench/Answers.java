package io.dromedary.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;

/** What the scripted upstream says, ready on the wire. */
final class Answers {

    private static final String STREAM_HEAD = """
            HTTP/1.1 200 OK\r
            content-type: text/event-stream\r
            cache-control: no-cache\r
            transfer-encoding: chunked\r
            \r
            """;

    private static final int STAMP_DIGITS = 19;
    private static final String STAMP = "0".repeat(STAMP_DIGITS);
    private static final byte[] TOKEN =
            chunk(event("{\"content\":\" @" + STAMP + " \"}", "null")).getBytes(ISO_8859_1);
    private static final int STAMP_AT = new String(TOKEN, ISO_8859_1).indexOf('@') + 1;

    private final ByteBuf json = fixed(json());
    private final ByteBuf head = fixed(STREAM_HEAD);

    /** A chat completion of about a kilobyte; the caller owns a reference. */
    ByteBuf whole() {
        return json.retainedDuplicate();
    }

    /** Status and fields of an event stream; the caller owns a reference. */
    ByteBuf streamHead() {
        return head.retainedDuplicate();
    }

    /** One token, about 200 bytes with its chunk's frame, stamped with the time. */
    static ByteBuf token(ByteBufAllocator buffers, long now) {
        var out = buffers.directBuffer(TOKEN.length);
        out.writeBytes(TOKEN);
        var rest = now;
        for (var i = STAMP_DIGITS - 1; i >= 0; i--) {
            out.setByte(STAMP_AT + i, (int) ('0' + rest % 10));
            rest /= 10;
        }
        return out;
    }

    /** The finish reason, the usage if asked for, {@code [DONE]} and the end of the body. */
    static ByteBuf streamEnd(ChatBody asked) {
        var usage = asked.usage() ? chunk(usage(asked.tokens())) : "";
        return fixed(chunk(event("{}", "\"stop\"")) + usage + chunk("data: [DONE]\n\n") + "0\r\n\r\n");
    }

    private static String event(String delta, String finish) {
        return """
                data: {"id":"chatcmpl-bench0000000000000000000000","object":"chat.completion.chunk",\
                "created":1760000000,"model":"%s","choices":[{"index":0,"delta":%s,"finish_reason":%s}]}

                """.formatted(ChatBody.MODEL, delta, finish);
    }

    private static String usage(int tokens) {
        return """
                data: {"id":"chatcmpl-bench0000000000000000000000","object":"chat.completion.chunk",\
                "created":1760000000,"model":"%s","choices":[],\
                "usage":{"prompt_tokens":48,"completion_tokens":%d,"total_tokens":%d}}

                """.formatted(ChatBody.MODEL, tokens, tokens + 48);
    }

    private static String chunk(String text) {
        return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
    }

    private static String json() {
        var words = "A dromedary lets its body warm up by day and cool by night. ".repeat(11);
        var body = """
                {"id":"chatcmpl-bench0000000000000000000000","object":"chat.completion","created":1760000000,\
                "model":"%s","choices":[{"index":0,"message":{"role":"assistant","content":"%s","refusal":null},\
                "logprobs":null,"finish_reason":"stop"}],\
                "usage":{"prompt_tokens":48,"completion_tokens":143,"total_tokens":191}}""".formatted(ChatBody.MODEL, words);
        return """
                HTTP/1.1 200 OK\r
                content-type: application/json\r
                content-length: %d\r
                \r
                %s""".formatted(body.length(), body);
    }

    private static ByteBuf fixed(String text) {
        var bytes = text.getBytes(ISO_8859_1);
        return Unpooled.unreleasableBuffer(
                Unpooled.directBuffer(bytes.length).writeBytes(bytes).asReadOnly());
    }
}
