package io.dromedary.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.testing.JsonTree;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One last message a turn, whatever the stream says. */
final class EventMessagesTest {
    private static final String FAILED = "event: response.failed\ndata: {\"type\":\"response.failed\"}\n\n";
    private static final String ERROR =
            "event: error\ndata: {\"type\":\"error\",\"sequence_number\":3,\"code\":null,\"message\":\"Boom.\",\"param\":\"x\"}\n\n";

    private final List<String> said = new ArrayList<>();
    private final EventMessages messages =
            new EventMessages((bytes, offset, length) -> said.add(new String(bytes, offset, length, UTF_8)));

    private void stream(String... frames) {
        for (var frame : frames) {
            messages.write(frame.getBytes(UTF_8));
        }
        messages.end();
    }

    @Test
    void nothing_follows_the_last_message() {
        stream("event: response.completed\ndata: {}\n\n", "event: late\ndata: {\"a\":1}\n\n", FAILED, ERROR);
        assertThat(said).containsExactly("{}");
        assertThat(messages.failed()).isFalse();
    }

    @Test
    void a_response_that_failed_is_the_last_message_and_not_the_error_before_it() {
        stream(ERROR + FAILED);
        assertThat(said).containsExactly("{\"type\":\"response.failed\"}");
        assertThat(messages.failed()).isTrue();
    }

    @Test
    void an_error_that_nothing_follows_is_an_envelope() {
        stream(ERROR);
        assertThat(said).hasSize(1);
        assertThat(JsonTree.of(said.getFirst())).isEqualTo(JsonTree.of("""
                {"type":"error","status":500,"sequence_number":3,
                 "error":{"type":"server_error","code":"server_error","message":"Boom.","param":"x"}}"""));
        assertThat(messages.failed()).isTrue();
    }

    @Test
    void an_error_may_be_nested_in_its_event() {
        stream("data: {\"error\":{\"message\":\"Slow down.\",\"type\":\"tokens\",\"param\":null,"
                + "\"code\":\"rate_limit_exceeded\"}}\n\n");
        assertThat(JsonTree.of(said.getFirst())).isEqualTo(JsonTree.of("""
                {"type":"error","status":429,
                 "error":{"type":"tokens","code":"rate_limit_exceeded","message":"Slow down.","param":null}}"""));
    }

    @Test
    void a_stream_that_ends_without_a_last_message_gets_one() {
        stream("event: response.created\ndata: {}\n\n");
        assertThat(said).hasSize(2);
        assertThat(JsonTree.at(said.getLast(), "error.code")).isEqualTo("response_broke_off");
    }

    @Test
    void a_stream_of_another_api_has_its_own_end() {
        stream("data: {\"choices\":[]}\n\ndata: [DONE]\n\n");
        assertThat(said).containsExactly("{\"choices\":[]}");
    }
}
