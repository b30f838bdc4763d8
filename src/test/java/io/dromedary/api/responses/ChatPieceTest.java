package io.dromedary.api.responses;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.api.json.Json;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class ChatPieceTest {
    private static ChatPiece delta(String members) {
        return chunk("\"choices\":[{\"index\":0,\"delta\":{" + members + "}}]");
    }

    private static ChatPiece chunk(String members) {
        return Objects.requireNonNull(ChatPiece.ofChunk(("{" + members + "}").getBytes(UTF_8)));
    }

    @Test
    void a_call_without_an_index_is_the_one_of_its_place() {
        assertThat(delta("\"tool_calls\":[{\"id\":\"a\"},7,{\"id\":\"b\",\"index\":null},{\"id\":\"c\",\"index\":9}]")
                        .calls())
                .containsExactly(
                        new ChatPiece.Call(0, "a", false, "", ""),
                        new ChatPiece.Call(2, "b", false, "", ""),
                        new ChatPiece.Call(9, "c", false, "", ""));
    }

    @Test
    void either_the_type_or_the_member_makes_a_call_one_of_a_custom_tool() {
        assertThat(delta("\"tool_calls\":[{\"type\":\"custom\"},{\"custom\":{\"name\":\"f\",\"input\":\"x\"}},"
                                + "{\"custom\":null,\"function\":{\"name\":\"g\",\"arguments\":[1]}},"
                                + "{\"type\":\"custom\",\"custom\":null},{\"type\":\"function\",\"custom\":{}}]")
                        .calls())
                .containsExactly(
                        new ChatPiece.Call(0, "", true, "", ""),
                        new ChatPiece.Call(1, "", true, "f", "x"),
                        new ChatPiece.Call(2, "", false, "g", "[1]"),
                        new ChatPiece.Call(3, "", true, "", ""),
                        new ChatPiece.Call(4, "", true, "", ""));
    }

    @Test
    void the_one_call_of_a_model_that_knows_no_others_is_a_call() {
        assertThat(delta("\"function_call\":{\"name\":\"f\",\"arguments\":\"{}\"}")
                        .calls())
                .containsExactly(new ChatPiece.Call(-1, "", false, "f", "{}"));
        assertThat(delta("\"function_call\":null").calls()).isEmpty();
    }

    @Test
    void what_stands_beside_the_choices_is_of_the_whole_answer() {
        var piece = chunk("\"service_tier\":\"flex\",\"model\":\"m\",\"usage\":{\"a\":1},\"x\":{\"y\":[1]},"
                + "\"choices\":[{\"stop_reason\":\"END\",\"finish_reason\":\"stop\"},{\"finish_reason\":\"length\"}]");

        assertThat(piece.serviceTier()).isEqualTo("flex");
        assertThat(piece.model()).isEqualTo("m");
        assertThat(piece.usage()).hasToString("{\"a\":1}");
        assertThat(piece.stopReason()).isEqualTo("END");
        assertThat(piece.finishReason()).isEqualTo("stop");
    }

    @Test
    void a_completion_that_says_in_which_order_it_was_said_is_its_stream_with_the_whole_at_its_end() {
        var pieces = ChatPiece.ofWhole(Json.object("""
                {"model":"m","service_tier":"flex","usage":{"a":1},"choices":[{"finish_reason":"stop","message":{
                 "content":"ab","response_pieces":[{"delta":{"content":"a"}},{"delta":{"content":"b"}}]}}]}""".getBytes(UTF_8)));

        assertThat(pieces).extracting(ChatPiece::content).containsExactly("a", "b", "");
        assertThat(pieces.getLast().finishReason()).isEqualTo("stop");
        assertThat(pieces.getLast().model()).isEqualTo("m");
        assertThat(pieces.getLast().usage()).hasToString("{\"a\":1}");
    }
}
