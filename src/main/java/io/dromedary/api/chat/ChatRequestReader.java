package io.dromedary.api.chat;

/** Reads and checks a chat completion request in one pass over its bytes, without building a tree. */
public final class ChatRequestReader {
    private ChatRequestReader() {}

    /**
     * Reads a request.
     *
     * @param body the whole body as the client sent it
     * @throws io.dromedary.api.error.RefusedException 400 with the {@code param} that is wrong and how to mend it; broken
     *     JSON names line and column
     */
    public static ChatRequest read(byte[] body) {
        throw new UnsupportedOperationException();
    }
}
