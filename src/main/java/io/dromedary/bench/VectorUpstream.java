package io.dromedary.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** An upstream of fixed vectors, as many as there are texts in the request. On the loop of the load. */
final class VectorUpstream extends WireHandler {

    /** Numbers of a vector, as small models make them. */
    static final int DIMENSIONS = 384;

    private static final String TEXT = "a short text, number ";

    private final Map<Integer, ByteBuf> answers;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream(4096);

    private VectorUpstream(Map<Integer, ByteBuf> answers) {
        this.answers = answers;
    }

    /** A text that it recognises. */
    static String text(int number) {
        return TEXT + number;
    }

    /** @return the port */
    static int listen(Sockets sockets) {
        var answers = new HashMap<Integer, ByteBuf>();
        var bound = sockets.listen(0, () -> new VectorUpstream(answers)).syncUninterruptibly();
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
        send(answers.computeIfAbsent(texts, VectorUpstream::answer).retainedDuplicate());
    }

    private static ByteBuf answer(int texts) {
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
        var head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: " + json.length() + "\r\n\r\n";
        var bytes = (head + json).getBytes(ISO_8859_1);
        return Unpooled.unreleasableBuffer(
                Unpooled.directBuffer(bytes.length).writeBytes(bytes).asReadOnly());
    }
}
