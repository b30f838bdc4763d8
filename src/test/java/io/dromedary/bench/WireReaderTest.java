package io.dromedary.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WireReaderTest implements WireReader.Sink {

    private static final String SIZED = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nServer: x\r\n\r\nhello";
    private static final String CHUNKED =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=1\r\n0123456789\r\n0\r\nT: 1\r\n\r\n";
    private static final String EMPTY = "HTTP/1.1 204 No Content\r\nX: y\r\n\r\n";

    private final List<String> read = new ArrayList<>();
    private final StringBuilder body = new StringBuilder();

    @Test
    void a_request_is_read_like_an_answer() {
        var request = new ChatBody(true, 7, false).request(8080, "k");
        var reader = new WireReader(this);

        reader.read(request, 0, request.length);

        assertThat(read).containsExactly("POST /v1/chat/completions HTTP/1.1: " + new ChatBody(true, 7, false).json());
        assertThat(reader.idle()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 16, 1_000})
    void messages_may_come_in_pieces_of_any_size(int piece) {
        var bytes = (SIZED + CHUNKED + EMPTY + SIZED).getBytes(ISO_8859_1);
        var reader = new WireReader(this);

        for (var at = 0; at < bytes.length; at += piece) {
            reader.read(bytes, at, Math.min(at + piece, bytes.length));
        }

        assertThat(read)
                .containsExactly(
                        "HTTP/1.1 200 OK: hello",
                        "HTTP/1.1 200 OK: abc0123456789",
                        "HTTP/1.1 204 No Content: ",
                        "HTTP/1.1 200 OK: hello");
        assertThat(reader.idle()).isTrue();
    }

    @Override
    public void head(byte[] bytes, int from, int to) {
        var head = new String(bytes, from, to - from, ISO_8859_1);
        body.setLength(0);
        body.append(head, 0, head.indexOf("\r\n")).append(": ");
    }

    @Override
    public void body(byte[] bytes, int from, int to) {
        body.append(new String(bytes, from, to - from, ISO_8859_1));
    }

    @Override
    public void end() {
        read.add(body.toString());
    }
}
