package io.dromedary.bench;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/** One connection whose bytes go through a {@link WireReader}. */
@SuppressWarnings("FutureReturnValueIgnored") // what goes wrong closes the connection, and closed() tells
abstract class WireHandler extends ChannelInboundHandlerAdapter implements WireReader.Sink {

    private static final ThreadLocal<byte[]> SCRATCH = ThreadLocal.withInitial(() -> new byte[64 * 1024]);

    private final WireReader reader = new WireReader(this);
    private @Nullable ChannelHandlerContext context;

    /** Once the connection stands; called on the event loop, like everything here. */
    abstract void opened();

    /** The connection has gone, whoever closed it. */
    abstract void closed();

    final ChannelHandlerContext context() {
        if (context == null) {
            throw new IllegalStateException("not connected");
        }
        return context;
    }

    /** Closes the connection, if there is one. */
    final void disconnect() {
        if (context != null) {
            context.close();
        }
    }

    /** Sends and takes over the caller's reference. */
    final void send(ByteBuf bytes) {
        var to = context();
        to.writeAndFlush(bytes, to.voidPromise());
    }

    @Override
    public final void channelActive(ChannelHandlerContext opening) {
        context = opening;
        opened();
    }

    @Override
    public final void channelRead(ChannelHandlerContext from, Object message) {
        var bytes = (ByteBuf) message;
        try {
            var scratch = SCRATCH.get();
            while (bytes.isReadable()) {
                var length = Math.min(bytes.readableBytes(), scratch.length);
                bytes.readBytes(scratch, 0, length);
                reader.read(scratch, 0, length);
            }
        } finally {
            bytes.release();
        }
    }

    @Override
    public final void channelInactive(ChannelHandlerContext gone) {
        closed();
    }

    @Override
    public final void exceptionCaught(ChannelHandlerContext failed, Throwable cause) {
        failed.close();
    }
}
