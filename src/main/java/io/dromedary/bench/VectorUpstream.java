package io.dromedary.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * An upstream of fixed vectors, as many as there are texts in the request. What it is asked as a chat is answered with the
 * same vectors as the words of an answer, in as many bytes. On the loop of the load.
 */
final class VectorUpstream extends WireHandler {

    /** Numbers of a vector, as small models make them. */
    static final int DIMENSIONS = 384;

    private static final String TEXT = "a short text, number ";

    private static final String CHAT = "\"messages\"";

    private final Map<Integer, ByteBuf> answers;
    private final Map<Integer, ByteBuf> spoken;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream(4096);

    private VectorUpstream(Map<Integer, ByteBuf> answers, Map<Integer, ByteBuf> spoken) {
        this.answers = answers;
        this.spoken = spoken;
    }

    /** A text that it recognises. */
    static String text(int number) {
        return TEXT + number;
    }

    /** @return the port */
    static int listen(Sockets sockets) {
        var answers = new HashMap<Integer, ByteBuf>();
        var spoken = new HashMap<Integer, ByteBuf>();
        var bound = sockets.listen(0, () -> new VectorUpstream(answers, spoken)).syncUninterruptibly();
        return ((InetSocketAddress) bound.channel().localAddress()).getPort();
    }

    @Override
    void opened() {}

    @Override
    void closed() {}

    @Override
    public void head(byte[] bytes, int from, int to) {
        body.reset();
    }

    @Override
    public void body(byte[] bytes, int from, int to) {
        body.write(bytes, from, to - from);
    }

    @Override
    public void end() {
        var asked = body.toString(ISO_8859_1);
        var texts = 0;
        for (var at = asked.indexOf(TEXT); at >= 0; at = asked.indexOf(TEXT, at + 1)) {
            texts++;
        }
        var answer = asked.contains(CHAT)
                ? spoken.computeIfAbsent(texts, VectorUpstream::spoken)
                : answers.computeIfAbsent(texts, VectorUpstream::answer);
        send(answer.retainedDuplicate());
    }

    private static ByteBuf answer(int texts) {
        return wire(json(texts));
    }

    /** The bytes of the same answer, as far as a JSON string can have them, and none more. */
    private static ByteBuf spoken(int texts) {
        var json = json(texts);
        var start = "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"vectors\","
                + "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"";
        var end =
                "\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1,\"total_tokens\":2}}";
        var words = json.substring(0, json.length() - start.length() - end.length());
        return wire(start + words.replace('"', '\'') + end);
    }

    private static String json(int texts) {
        var vector = new StringBuilder(DIMENSIONS * 14).append('[');
        for (var i = 0; i < DIMENSIONS; i++) {
            vector.append(i == 0 ? "" : ",").append(String.format(Locale.ROOT, "%.9f", Math.sin(i + 1) / 20));
        }
        vector.append(']');
        var json = new StringBuilder(texts * (vector.length() + 64)).append("{\"object\":\"list\",\"data\":[");
        for (var i = 0; i < texts; i++) {
            json.append(i == 0 ? "" : ",")
                    .append("{\"object\":\"embedding\",\"index\":")
                    .append(i)
                    .append(",\"embedding\":")
                    .append(vector)
                    .append('}');
        }
        json.append("],\"model\":\"vectors\",\"usage\":{\"prompt_tokens\":")
                .append(6 * texts)
                .append(",\"total_tokens\":")
                .append(6 * texts)
                .append("}}");
        return json.toString();
    }

    private static ByteBuf wire(String json) {
        var head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: " + json.length() + "\r\n\r\n";
        var bytes = (head + json).getBytes(ISO_8859_1);
        return Unpooled.unreleasableBuffer(
                Unpooled.directBuffer(bytes.length).writeBytes(bytes).asReadOnly());
    }
}
