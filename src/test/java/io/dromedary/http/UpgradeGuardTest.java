package io.dromedary.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class UpgradeGuardTest {
    private static final String OFFER =
            "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAA\r\n";

    private final EmbeddedChannel channel = new EmbeddedChannel(new UpgradeGuard());

    private String through(String... pieces) {
        for (var piece : pieces) {
            channel.writeInbound(Unpooled.copiedBuffer(piece, ISO_8859_1));
        }
        var all = new StringBuilder();
        for (ByteBuf next = channel.readInbound(); next != null; next = channel.readInbound()) {
            all.append(next.toString(ISO_8859_1));
            next.release();
        }
        return all.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 100000\r\n", "transfer-encoding: chunked\r\n"})
    void an_offer_with_a_large_body_is_taken_back(String body) {
        var asked = "POST /v1/files HTTP/1.1\r\nHost: a\r\n" + OFFER + body + "\r\nhello";

        assertThat(through(asked)).isEqualTo(asked.replace("Upgrade: h2c\r\n", ""));
        assertThat(channel.pipeline().get(UpgradeGuard.class)).isNull();
    }

    @Test
    void it_is_taken_back_however_it_is_cut() {
        var asked = "POST /v1/files HTTP/1.1\r\n" + OFFER + "Content-Length: 500000\r\n\r\nhello";

        assertThat(through(asked.split(""))).isEqualTo(asked.replace("Upgrade: h2c\r\n", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /v1/models HTTP/1.1\r\n" + OFFER + "\r\n",
                "POST /v1/x HTTP/1.1\r\n" + OFFER + "Content-Length: 00000000005\r\n\r\nhello",
                "GET /v1/responses HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
                "POST /v1/x HTTP/1.1\r\nContent-Length: 4\r\n\r\nbodyGET / HTTP/1.1\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "\u0016\u0003\u0001TLS"
            })
    void all_else_passes_as_it_came(String asked) {
        assertThat(through(asked)).isEqualTo(asked);
        assertThat(channel.pipeline().get(UpgradeGuard.class)).isNull();
    }

    @Test
    void a_head_without_end_is_left_to_the_decoder() {
        var asked = "POST / HTTP/1.1\r\nX: " + "a".repeat(17_000);

        assertThat(through(asked)).isEqualTo(asked);
    }

    @Test
    void what_was_held_goes_with_its_connection() {
        var half = Unpooled.copiedBuffer("POST / HT", ISO_8859_1);
        channel.writeInbound(half);

        assertThat(channel.finishAndReleaseAll()).isFalse();
        assertThat(half.refCnt()).isZero();
    }
}
