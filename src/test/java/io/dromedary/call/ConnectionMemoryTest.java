package io.dromedary.call;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Holds one turn, the last. */
final class ConnectionMemoryTest {
    private final ConnectionMemory memory = new ConnectionMemory();

    @Test
    void only_the_last_turn_is_there() {
        memory.remember("resp_1", "one");
        memory.remember("resp_2", "two");
        assertThat(memory.recall("resp_1")).isNull();
        assertThat(memory.recall("resp_2")).isEqualTo("two");
    }

    @Test
    void forgetting_another_turn_changes_nothing() {
        memory.remember("resp_1", "one");
        memory.forget("resp_2");
        assertThat(memory.recall("resp_1")).isEqualTo("one");
        memory.forget("resp_1");
        assertThat(memory.recall("resp_1")).isNull();
    }
}
