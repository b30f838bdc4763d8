package io.dromedary.http;

import io.dromedary.config.GatewaySettings;
import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Stands a {@link ConnectionGuard} and an {@link UpgradeGuard} in front of each connection when it is accepted. Vert.x tells of a clear-text
 * connection only with its first whole request, which is what a client that trickles never sends; Netty's own extension
 * point is earlier. Found by its service file.
 */
public final class AcceptedConnections extends ChannelInitializerExtension {
    private static final Map<Integer, Supplier<GatewaySettings.Timeouts>> GUARDED = new ConcurrentHashMap<>();

    /** Has to be called before the first server of this process is made. */
    static void enable() {
        System.setProperty("io.netty.bootstrap.extensions", "serviceload");
    }

    static void guard(int port, Supplier<GatewaySettings.Timeouts> timeouts) {
        GUARDED.put(port, timeouts);
    }

    @Override
    public void postInitializeServerChildChannel(Channel channel) {
        if (channel.localAddress() instanceof InetSocketAddress local) {
            var timeouts = GUARDED.get(local.getPort());
            if (timeouts != null) {
                channel.pipeline().addFirst(new UpgradeGuard());
                ConnectionGuard.before(channel, timeouts.get());
            }
        }
    }
}
