package io.dromedary.http;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.impl.VertxBuilder;
import io.vertx.core.impl.transports.EpollTransport;
import java.util.concurrent.ThreadFactory;

/** The event loops on which requests are read, run and answered: Vert.x' own, that rest as {@link LoopRest} says. */
public final class EventLoops {
    private EventLoops() {}

    /** @return without rests where epoll is not wanted, or not to be had on this machine */
    public static Vertx start(VertxOptions options) {
        var builder = new VertxBuilder(options);
        if (options.getPreferNativeTransport() && Epoll.isAvailable()) {
            builder.findTransport(new Resting());
        }
        return builder.init().vertx();
    }

    private static final class Resting extends EpollTransport {
        @Override
        public EventLoopGroup eventLoopGroup(int type, int threads, ThreadFactory factory, int ioRatio) {
            if (type != IO_EVENT_LOOP_GROUP) {
                return super.eventLoopGroup(type, threads, factory, ioRatio);
            }
            var group = new EpollEventLoopGroup(threads, factory, LoopRest::new);
            group.setIoRatio(ioRatio);
            return group;
        }
    }
}
