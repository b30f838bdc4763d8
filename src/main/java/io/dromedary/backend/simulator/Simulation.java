package io.dromedary.backend.simulator;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the simulator answers: a whole body, or events that are meant to be sent one after another.
 *
 * @param status HTTP status; other than 200 only with a body, which is then an error in OpenAI's shape
 * @param body UTF-8 JSON; null when the answer is a stream
 * @param events framed server-sent events, {@code [DONE]} last; each is made when it is asked for. Empty when there is a
 *     body
 */
public record Simulation(int status, byte @Nullable [] body, List<byte[]> events) {
    static Simulation whole(int status, byte[] body) {
        return new Simulation(status, body, List.of());
    }

    static Simulation stream(List<byte[]> events) {
        return new Simulation(200, null, events);
    }
}
