package io.dromedary.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.util.ReferenceCountUtil;

/**
 * Stands between the decoder of a WebSocket's frames and Vert.x. Frames that cannot be decoded are told to the socket, so
 * that it may say why it closes; a client that reads nothing is not read from.
 */
final class FrameGuard extends ChannelInboundHandlerAdapter {
    private static final String VERTX = "handler";
    private static final String DECODER = "wsdecoder";

    /** Bytes. A stream stops long before; this much are answers to a client that asks and does not read. */
    private static final long MOST_UNREAD = 1 << 20;

    private final OpenSocket socket;

    private FrameGuard(OpenSocket socket) {
        this.socket = socket;
    }

    static void before(Channel channel, OpenSocket socket) {
        channel.pipeline().addBefore(VERTX, "dromedary-frames", new FrameGuard(socket));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object frame) {
        socket.heard();
        context.fireChannelRead(frame);
        var waiting = context.channel().unsafe().outboundBuffer();
        if (waiting != null && waiting.totalPendingWriteBytes() > MOST_UNREAD) {
            context.channel().config().setAutoRead(false);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (context.channel().isWritable()) {
            context.channel().config().setAutoRead(true);
        }
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof CorruptedWebSocketFrameException corrupted)) {
            context.fireExceptionCaught(cause);
            return;
        }
        // nobody knows any more where a frame begins; closing at once would lose what the client is yet to read
        context.pipeline().replace(DECODER, DECODER, new Dropping());
        socket.unreadable(corrupted.closeStatus().code());
    }

    /** Takes whatever the client still sends. */
    private static final class Dropping extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            ReferenceCountUtil.release(bytes);
        }
    }
}
