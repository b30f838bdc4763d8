package io.dromedary.api.responses;

import io.dromedary.api.error.Refusal;

/** One message of a client over a WebSocket. */
public sealed interface ClientEvent {
    /**
     * Asks for a response.
     *
     * @param body of the {@code POST} that asks for the same as a stream
     */
    record Create(byte[] body) implements ClientEvent {}

    /**
     * One that cannot be used.
     *
     * @param create it asks for a response, and what it says about that is wrong
     */
    record Unusable(Refusal refusal, boolean create) implements ClientEvent {}

    /** A message that is no text. */
    static ClientEvent binary() {
        return ClientEventReader.notJson("Binary messages are not read; send JSON as text.");
    }

    /** @param message JSON in UTF-8, or not */
    static ClientEvent read(byte[] message) {
        return ClientEventReader.read(message);
    }
}
