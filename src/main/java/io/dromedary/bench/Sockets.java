package io.dromedary.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultSelectStrategyFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.SelectStrategy;
import io.netty.channel.SelectStrategyFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.IntSupplier;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.nio.channels.spi.SelectorProvider;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Loopback connections on one event loop, with epoll where Netty has it. */
final class Sockets implements AutoCloseable {

    static final String HOST = "127.0.0.1";
    private static final int BACKLOG = 4096;
    private static final int READ_BYTES = 16 * 1024;

    private final boolean epoll = Epoll.isAvailable();
    private final EventLoopGroup group;

    private Sockets(String name, SelectStrategyFactory waiting) {
        var threads = new DefaultThreadFactory(name, true);
        group = epoll
                ? new EpollEventLoopGroup(1, threads, waiting)
                : new NioEventLoopGroup(1, threads, SelectorProvider.provider(), waiting);
    }

    /** A loop that sleeps while nothing is to be done. */
    static Sockets sleeping(String name) {
        return new Sockets(name, DefaultSelectStrategyFactory.INSTANCE);
    }

    /**
     * A loop that never sleeps, for a core that it has to itself. Whoever writes to a thread that sleeps pays for waking
     * it, on virtual machines more than for the write; a peer that is always awake leaves a proxy only its own work.
     */
    static Sockets spinning(String name) {
        return Epoll.isAvailable() ? new Sockets(name, () -> Sockets::spin) : sleeping(name);
    }

    private static int spin(IntSupplier ready, boolean hasTasks) throws Exception {
        return hasTasks ? ready.get() : SelectStrategy.BUSY_WAIT;
    }

    EventLoop loop() {
        return group.next();
    }

    ChannelFuture connect(int port, ChannelHandler handler) {
        return new Bootstrap()
                .group(group)
                .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 10_000)
                .option(ChannelOption.RCVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_BYTES))
                .handler(handler)
                .connect(HOST, port);
    }

    /** @param port 0 for any */
    ChannelFuture listen(int port, Supplier<ChannelHandler> handlers) {
        return new ServerBootstrap()
                .group(group)
                .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.RCVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_BYTES))
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(handlers.get());
                    }
                })
                .bind(HOST, port);
    }

    /** Runs the task on the loop at a moment on {@link System#nanoTime}'s clock; at once when that has passed. */
    @SuppressWarnings("FutureReturnValueIgnored") // the task itself is all that is waited for
    static void at(EventLoop loop, long due, Runnable task) {
        loop.schedule(task, Math.max(0, due - System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(2_000);
    }
}
