package io.dromedary.call;

import java.io.ByteArrayOutputStream;

/** The bytes of an answer as they went out, up to a limit. */
public final class AnswerCopy {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    private final int limit;
    private boolean cut;

    AnswerCopy(int limit) {
        this.limit = limit;
    }

    void add(byte[] more) {
        var room = Math.min(more.length, limit - bytes.size());
        bytes.write(more, 0, room);
        cut |= room < more.length;
    }

    public byte[] bytes() {
        return bytes.toByteArray();
    }

    /** The answer was longer than the limit. */
    public boolean cut() {
        return cut;
    }
}
