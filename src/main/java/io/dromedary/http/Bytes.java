package io.dromedary.http;

import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.buffer.impl.BufferImpl;

/** Arrays on their way out. */
final class Bytes {
    private Bytes() {}

    /** A buffer over the array itself, which nobody changes any more. */
    static Buffer wrap(byte[] bytes) {
        return BufferImpl.buffer(Unpooled.wrappedBuffer(bytes));
    }
}
