package io.dromedary.backend;

import io.netty.util.concurrent.FastThreadLocal;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.impl.NetSocketInternal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Connections to upstreams. Each event loop keeps its own, so that an answer is read on the loop of the call that it
 * belongs to; the one that was used last goes first, so that what is too many ages and is closed.
 */
final class Connections {
    private static final long SWEEP_MILLIS = 1000;

    private record Kind(boolean tls, Duration connect) {}

    private final Vertx vertx;
    private final Map<Kind, NetClient> clients = new ConcurrentHashMap<>();
    private final FastThreadLocal<Map<Origin, ArrayDeque<UpstreamConnection>>> kept;

    Connections(Vertx vertx) {
        this.vertx = vertx;
        this.kept = new FastThreadLocal<>() {
            @Override
            protected Map<Origin, ArrayDeque<UpstreamConnection>> initialValue() {
                var stacks = new HashMap<Origin, ArrayDeque<UpstreamConnection>>();
                vertx.setPeriodic(SWEEP_MILLIS, timer -> sweep(stacks));
                return stacks;
            }
        };
    }

    /** One that stands and is free, or null. */
    @Nullable
    UpstreamConnection idle(Origin origin) {
        var stack = kept.get().get(origin);
        if (stack == null) {
            return null;
        }
        for (var top = stack.pollLast(); top != null; top = stack.pollLast()) {
            if (top.usable()) {
                return top;
            }
        }
        return null;
    }

    /** Keeps one that is free again, on the loop that it lives on. */
    void keep(UpstreamConnection connection) {
        kept.get()
                .computeIfAbsent(connection.origin(), origin -> new ArrayDeque<>())
                .addLast(connection);
    }

    /** A new one, on the event loop that is running. Fails as Vert.x and Netty say. */
    Future<UpstreamConnection> open(Origin origin) {
        return clients.computeIfAbsent(new Kind(origin.tls(), origin.connect()), this::client)
                .connect(origin.port(), origin.host())
                .map(socket -> UpstreamConnection.over((NetSocketInternal) socket, origin, this));
    }

    private NetClient client(Kind kind) {
        return vertx.createNetClient(new NetClientOptions()
                .setConnectTimeout(Math.toIntExact(kind.connect.toMillis()))
                .setSsl(kind.tls)
                .setHostnameVerificationAlgorithm("HTTPS"));
    }

    private static void sweep(Map<Origin, ArrayDeque<UpstreamConnection>> stacks) {
        var now = System.nanoTime();
        for (var stack : stacks.values()) {
            stack.removeIf(connection -> connection.closeIfOld(now));
        }
        stacks.values().removeIf(ArrayDeque::isEmpty);
    }
}
