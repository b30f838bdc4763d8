package io.dromedary.http;

import io.dromedary.config.GatewaySettings;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.Http2ServerConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.concurrent.TimeUnit;

/**
 * Closes HTTP/1 connections whose client is idle, or trickles its headers. Stands in front of the decoder and only
 * compares times: the one timer of a connection is set again when it goes off, not when bytes come.
 */
@ChannelHandler.Sharable
final class ConnectionGuard extends ChannelInboundHandlerAdapter {
    private static final AttributeKey<ConnectionGuard> GUARD = AttributeKey.valueOf(ConnectionGuard.class, "guard");
    private static final String NAME = "dromedary-guard";

    private final long headersNanos;
    private final long idleNanos;
    private long quietSince = System.nanoTime();
    private long headersSince;
    private int requests;
    private int inFlight;
    private boolean http2;

    private ConnectionGuard(long headersNanos, long idleNanos) {
        this.headersNanos = headersNanos;
        this.idleNanos = idleNanos;
    }

    /** The guard of a connection; one is put there where an upgrade to HTTP/2 has cleared the pipeline of it. */
    static ConnectionGuard on(HttpConnection connection, GatewaySettings.Timeouts timeouts) {
        var channel = ((ConnectionBase) connection).channel();
        var guard =
                channel.pipeline().get(NAME) instanceof ConnectionGuard standing ? standing : before(channel, timeouts);
        guard.http2 = connection instanceof Http2ServerConnection;
        return guard;
    }

    /** Puts a guard in front of everything else. */
    static ConnectionGuard before(Channel channel, GatewaySettings.Timeouts timeouts) {
        // an upgrade to HTTP/2 takes handlers out of the pipeline; the one that counts the calls in flight goes back
        // in,
        // which is all that it is sharable for
        var guard = channel.attr(GUARD).get();
        if (guard == null) {
            guard = new ConnectionGuard(
                    timeouts.headers().toNanos(), timeouts.idle().toNanos());
            channel.attr(GUARD).set(guard);
        }
        channel.pipeline().addFirst(NAME, guard);
        return guard;
    }

    /** The headers of a request are complete. */
    void requested() {
        requests++;
        inFlight++;
        headersSince = 0;
    }

    /** Bytes that wait for the client to read. */
    static long unread(HttpConnection connection) {
        var buffer = ((ConnectionBase) connection).channel().unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }

    /** Its reply is out. */
    void replied() {
        inFlight--;
        quietSince = System.nanoTime();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        watch(context, Math.min(headersNanos, idleNanos));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var before = requests;
        context.fireChannelRead(message);
        // bytes came, no request came out of them, and none is being served: its headers are under way
        if (!http2 && requests == before && inFlight == 0 && headersSince == 0) {
            headersSince = System.nanoTime();
        }
    }

    private void watch(ChannelHandlerContext context, long nanos) {
        var _ = context.executor().schedule(() -> look(context), nanos, TimeUnit.NANOSECONDS);
    }

    private void look(ChannelHandlerContext context) {
        if (!context.channel().isOpen() || context.isRemoved()) {
            return;
        }
        var now = System.nanoTime();
        if (inFlight > 0) {
            watch(context, Math.min(headersNanos, idleNanos));
            return;
        }
        var left = headersSince != 0 ? headersNanos - (now - headersSince) : idleNanos - (now - quietSince);
        if (left <= 0) {
            var _ = context.close();
            return;
        }
        watch(context, headersSince != 0 ? left : Math.min(left, headersNanos));
    }
}
