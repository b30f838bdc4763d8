package io.dromedary.backend;

import io.dromedary.api.TraceContext;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.net.impl.NetSocketInternal;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection to an upstream that speaks HTTP/1.1: one request at a time, kept in between. Vert.x opens it, TLS
 * included; from there on the bytes go through Netty's decoder and this class alone. Lives on one event loop.
 */
final class UpstreamConnection extends ChannelInboundHandlerAdapter {
    /** Who waits for the answer. */
    interface User {
        /** Everything below is called in this context. */
        ContextInternal context();

        void head(HttpResponse head);

        void body(byte[] bytes);

        /** The answer is complete, and the connection is nobody's any more. */
        void end();

        /** The connection is gone before the answer was complete. */
        void lost(@Nullable Throwable cause);
    }

    private static final int MAX_HEADERS = 32 * 1024;
    private static final int MAX_PIECE = 64 * 1024;
    private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final String KEEP_ALIVE = "keep-alive";

    /** Between a server's announced time-out and our last use of its connection. */
    private static final long MARGIN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Origin origin;
    private final Connections home;
    private final Channel channel;
    private @Nullable User user;
    private @Nullable ChannelFuture written;
    private long expires;
    private boolean reusable;
    private boolean unfinished;
    private boolean interim;
    private boolean used;
    private boolean heard;

    private UpstreamConnection(Origin origin, Connections home, Channel channel) {
        this.origin = origin;
        this.home = home;
        this.channel = channel;
    }

    static UpstreamConnection over(NetSocketInternal socket, Origin origin, Connections home) {
        var vertx = socket.channelHandlerContext();
        var connection = new UpstreamConnection(origin, home, vertx.channel());
        // what goes to clients of an answer's headers is nothing, so that nothing has to be proved about them
        var reading = new HttpDecoderConfig()
                .setMaxHeaderSize(MAX_HEADERS)
                .setMaxChunkSize(MAX_PIECE)
                .setValidateHeaders(false);
        vertx.pipeline()
                .addBefore(vertx.name(), "answers", new HttpResponseDecoder(reading))
                .addBefore(vertx.name(), "exchange", connection);
        return connection;
    }

    Origin origin() {
        return origin;
    }

    /** It was kept or held, and not a byte came since the last request: it may have been closed before that was sent. */
    boolean mayHaveBeenDead() {
        return used && !heard;
    }

    /**
     * Whoever has it did not use it for a while.
     *
     * @return false where it is gone
     */
    boolean wasHeld() {
        used = true;
        return channel.isActive();
    }

    boolean usable() {
        return channel.isActive() && System.nanoTime() - expires < 0;
    }

    /** Closes it when it was kept for too long; true when it is closed. */
    boolean closeIfOld(long nowNanos) {
        if (channel.isActive() && nowNanos - expires < 0) {
            return false;
        }
        close();
        return true;
    }

    /**
     * Sends one request. Whoever waits hears nothing before this returns.
     *
     * @param more how many bytes of the body come afterwards, by {@link #write}
     */
    void send(RequestHead head, byte[] body, long more, @Nullable TraceContext span, User waiting) {
        user = waiting;
        reusable = false;
        heard = false;
        unfinished = more > 0;
        written = channel.writeAndFlush(head.with(body, more, span, channel.alloc()));
    }

    /** More of the request that was sent last. */
    ChannelFuture write(byte[] bytes, boolean last) {
        unfinished = !last;
        written = channel.writeAndFlush(Unpooled.wrappedBuffer(bytes));
        return written;
    }

    void pause() {
        channel.config().setAutoRead(false);
    }

    void resume() {
        channel.config().setAutoRead(true);
    }

    /** Nobody waits any more: the upstream is told by the only means that HTTP/1.1 has. */
    void drop() {
        user = null;
        close();
    }

    private void close() {
        var _ = channel.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var waiting = user;
        if (waiting == null) {
            ReferenceCountUtil.release(message);
            close();
            return;
        }
        heard = true;
        var before = waiting.context().beginDispatch();
        try {
            read(waiting, (HttpObject) message);
        } finally {
            waiting.context().endDispatch(before);
            ReferenceCountUtil.release(message);
        }
    }

    private void read(User waiting, HttpObject message) {
        if (message.decoderResult().isFailure()) {
            drop();
            waiting.lost(message.decoderResult().cause());
            return;
        }
        if (message instanceof HttpResponse head) {
            head(waiting, head);
        }
        if (message instanceof HttpContent content && user != null) {
            content(waiting, content);
        }
    }

    private void head(User waiting, HttpResponse head) {
        interim = head.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        if (head.status().code() == HttpResponseStatus.SWITCHING_PROTOCOLS.code()) {
            drop();
            waiting.lost(null);
        } else if (!interim) {
            reusable = HttpUtil.isKeepAlive(head);
            expires = System.nanoTime() + keptNanos(head.headers().get(KEEP_ALIVE));
            waiting.head(head);
        }
    }

    /** {@code Keep-Alive: timeout=5}: a server that says when it will close is believed. */
    private static long keptNanos(@Nullable String announced) {
        var at = announced == null ? -1 : announced.indexOf("timeout=");
        if (announced == null || at < 0) {
            return KEPT_NANOS;
        }
        var seconds = 0L;
        for (var i = at + "timeout=".length(); i < announced.length() && seconds < 1000; i++) {
            var digit = announced.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                break;
            }
            seconds = seconds * 10 + digit;
        }
        return Math.min(KEPT_NANOS, TimeUnit.SECONDS.toNanos(seconds) - MARGIN_NANOS);
    }

    private void content(User waiting, HttpContent content) {
        if (!interim && content.content().isReadable()) {
            waiting.body(bytes(content.content()));
        }
        if (content instanceof LastHttpContent && user != null) {
            if (interim) {
                interim = false;
            } else {
                end(waiting);
            }
        }
    }

    private static byte[] bytes(ByteBuf content) {
        var bytes = new byte[content.readableBytes()];
        content.readBytes(bytes);
        return bytes;
    }

    private void end(User waiting) {
        user = null;
        // an answer that came before its request was out leaves a connection on which nobody knows where they are
        if (reusable && !unfinished && channel.isActive() && written != null && written.isSuccess()) {
            used = true;
            resume();
            home.keep(this);
        } else {
            close();
        }
        waiting.end();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        lose(null);
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        close();
        lose(cause);
    }

    private void lose(@Nullable Throwable cause) {
        var waiting = user;
        if (waiting == null) {
            return;
        }
        user = null;
        var before = waiting.context().beginDispatch();
        try {
            waiting.lost(cause);
        } finally {
            waiting.context().endDispatch(before);
        }
    }
}
