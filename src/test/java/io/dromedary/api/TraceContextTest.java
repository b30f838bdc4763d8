package io.dromedary.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TraceContextTest {
    private static final TraceContext CALL =
            new TraceContext("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", null, true, "vendor=1");

    @Test
    void the_header_is_as_w3c_writes_it() {
        assertThat(CALL.traceparent()).isEqualTo("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        assertThat(new TraceContext(CALL.traceId(), CALL.spanId(), null, false, "").traceparent())
                .endsWith("-00");
    }

    @Test
    void a_child_is_in_the_same_trace_below_its_parent() {
        var child = CALL.child(1);

        assertThat(child.traceId()).isEqualTo(CALL.traceId());
        assertThat(child.parentId()).isEqualTo(CALL.spanId());
        assertThat(child.sampled()).isTrue();
        assertThat(child.state()).isEqualTo("vendor=1");
        assertThat(CALL.child(1)).isEqualTo(child);
    }

    /** The second is a parent one of whose numbers would mix to 0. */
    @ParameterizedTest
    @ValueSource(strings = {"00f067aa0ba902b7", "61c8864680b583eb", "ffffffffffffffff", "0000000000000001"})
    void siblings_have_ids_of_their_own(String parent) {
        var call = new TraceContext(CALL.traceId(), parent, null, true, "");

        assertThat(IntStream.rangeClosed(1, 1_000)
                        .mapToObj(number -> call.child(number).spanId()))
                .allMatch(id -> id.matches("[0-9a-f]{16}"))
                .doesNotHaveDuplicates()
                .doesNotContain("0000000000000000", parent);
    }
}
