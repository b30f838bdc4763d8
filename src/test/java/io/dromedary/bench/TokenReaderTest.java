package io.dromedary.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TokenReaderTest implements TokenReader.Sink, WireReader.Sink {

    private final List<Object> read = new ArrayList<>();
    private final TokenReader tokens = new TokenReader(this);
    private final WireReader wire = new WireReader(this);

    @Test
    void comments_and_events_without_a_stamp_are_no_tokens() {
        tokens(": keepalive @12 \n\ndata: {\"choices\":[]}\n\ndata: {\"content\":\" @0042 \"}\n\n");

        assertThat(read).containsExactly(42L);
    }

    @Test
    void only_the_whole_marker_ends_a_stream() {
        tokens("data: [DONT]\n\ndata: \"data: [DONE]\"\n\n");
        assertThat(read).isEmpty();

        tokens("data: [DONE]\n\n");
        assertThat(read).containsExactly("done");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 4_096})
    void what_the_upstream_writes_is_read_with_its_stamps(int piece) {
        var answers = new Answers();
        var asked =
                ChatBody.read("{\"max_tokens\" : 2, \"stream\": true, \"stream_options\":{\"include_usage\":true}}");
        assertThat(asked).isEqualTo(new ChatBody(true, 2, true));

        wire(answers.streamHead(), piece);
        wire(Answers.token(UnpooledByteBufAllocator.DEFAULT, 1_234_567_890_123L), piece);
        wire(Answers.token(UnpooledByteBufAllocator.DEFAULT, Long.MAX_VALUE), piece);
        wire(Answers.streamEnd(asked), piece);

        assertThat(read).containsExactly(1_234_567_890_123L, Long.MAX_VALUE, "done", "end");
    }

    @Test
    void a_token_is_about_as_long_as_a_real_one_and_a_completion_about_a_kilobyte() {
        assertThat(Answers.token(UnpooledByteBufAllocator.DEFAULT, 1).readableBytes())
                .isBetween(190, 230);
        assertThat(new Answers().whole().readableBytes()).isBetween(1_000, 1_200);
    }

    @Test
    void a_body_without_the_members_asks_for_a_plain_answer() {
        assertThat(ChatBody.read("{}")).isEqualTo(new ChatBody(false, 1, false));
        assertThat(ChatBody.read(new ChatBody(false, 256, false).json())).isEqualTo(new ChatBody(false, 256, false));
    }

    private void tokens(String text) {
        var bytes = text.getBytes(ISO_8859_1);
        tokens.read(bytes, 0, bytes.length);
    }

    private void wire(ByteBuf from, int piece) {
        while (from.isReadable()) {
            var bytes = new byte[Math.min(piece, from.readableBytes())];
            from.readBytes(bytes);
            wire.read(bytes, 0, bytes.length);
        }
    }

    @Override
    public void token(long sent) {
        read.add(sent);
    }

    @Override
    public void done() {
        read.add("done");
    }

    @Override
    public void head(byte[] bytes, int from, int to) {}

    @Override
    public void body(byte[] bytes, int from, int to) {
        tokens.read(bytes, from, to);
    }

    @Override
    public void end() {
        read.add("end");
    }
}
