package io.dromedary.responses;

import io.dromedary.api.sse.SseParser;
import java.util.Arrays;
import java.util.function.Consumer;

/** The chunks in a stream of chat. */
public final class ChatChunks {
    private static final int MOST_BYTES = 64 << 20;
    private static final byte[] DONE_DATA = {'[', 'D', 'O', 'N', 'E', ']'};

    private final SseParser parser = new SseParser(MOST_BYTES);
    private final Consumer<byte[]> told;
    private boolean done;

    /** @param told of the data of each chunk */
    public ChatChunks(Consumer<byte[]> told) {
        this.told = told;
    }

    public void feed(byte[] events) {
        parser.feed(events, 0, events.length, this::data);
    }

    private void data(byte[] data, int offset, int length) {
        var end = offset + length;
        if (Arrays.equals(data, offset, end, DONE_DATA, 0, DONE_DATA.length)) {
            done = true;
        } else {
            told.accept(Arrays.copyOfRange(data, offset, end));
        }
    }

    /** It ended as it should. */
    public boolean done() {
        return done;
    }
}
