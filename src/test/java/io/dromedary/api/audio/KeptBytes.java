package io.dromedary.api.audio;

import io.dromedary.api.Content;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Content in memory. */
public final class KeptBytes implements Content {
    private final byte[] bytes;

    public KeptBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    @Override
    public long length() {
        return bytes.length;
    }

    @Override
    public CompletionStage<byte[]> read(long from, int most) {
        var begin = (int) Math.min(from, bytes.length);
        return CompletableFuture.completedStage(Arrays.copyOfRange(bytes, begin, Math.min(bytes.length, begin + most)));
    }

    @Override
    public void close() {}
}
