package io.dromedary.http;

import io.dromedary.api.Ids;
import io.dromedary.call.InnerCalls;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.spi.PlatformHttpEngine;
import org.apache.camel.support.service.ServiceSupport;

/**
 * Camel's {@code platform-http} on Vert.x event loops: one server instance per loop, routes run on the loop that read the
 * request, replies may stream, and a client that leaves is noticed. Listening begins with {@link #listen()}, when the
 * routes are there.
 */
public final class HttpEngine extends ServiceSupport implements PlatformHttpEngine {
    static {
        AcceptedConnections.enable();
    }

    private final Vertx vertx;
    private final ServerSettings settings;
    private final CallStart calls;
    private final Ids ids;
    private final InstantSource clock;
    private final Router router = new Router();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger openStreams = new AtomicInteger();
    private final AtomicInteger openSockets = new AtomicInteger();
    private final List<ServerLoop> loops = new CopyOnWriteArrayList<>();
    private final InnerCalls inner = new InnerLoops(this);
    private volatile boolean draining;
    private volatile int port;
    private volatile String deployment = "";

    public HttpEngine(Vertx vertx, ServerSettings settings, CallStart calls, Ids ids, InstantSource clock) {
        this.vertx = vertx;
        this.settings = settings;
        this.calls = calls;
        this.ids = ids;
        this.clock = clock;
        this.port = settings.port();
    }

    @Override
    public PlatformHttpConsumer createConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
        return new RouteConsumer(router, endpoint, processor);
    }

    @Override
    public int getServerPort() {
        return port;
    }

    /**
     * Opens the port.
     *
     * @throws IOException when it is taken, or TLS cannot be set up
     */
    public void listen() throws IOException, InterruptedException {
        var options = new DeploymentOptions().setInstances(settings.loops());
        try {
            deployment = vertx.deployVerticle(() -> new ServerLoop(this), options)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get();
        } catch (ExecutionException e) {
            var cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(
                    "cannot listen on " + settings.host() + ":" + settings.port() + ": " + cause.getMessage(), cause);
        }
    }

    void listening(int actualPort) {
        port = actualPort;
        AcceptedConnections.guard(actualPort, () -> settings.gateway().timeouts());
    }

    /**
     * From now on new calls are refused with 503; what is in flight goes on. WebSockets close, those with a turn under way
     * when it has ended.
     */
    public void drain() {
        draining = settings.drains();
        if (draining) {
            loops.forEach(ServerLoop::drain);
        }
    }

    void add(ServerLoop loop) {
        loops.add(loop);
    }

    List<ServerLoop> loops() {
        return loops;
    }

    /**
     * Calls of the gateway's own, through the routes of this server. They are in flight as others are, and begin also
     * while it drains. Nobody begins one before {@link #listen()}.
     */
    public InnerCalls inner() {
        return inner;
    }

    void after(long millis, Runnable task) {
        vertx.setTimer(millis, timer -> task.run());
    }

    boolean draining() {
        return draining;
    }

    /** Waits until no call is in flight, for so long at most. */
    public boolean awaitIdle(Duration grace) throws InterruptedException {
        var until = System.nanoTime() + grace.toNanos();
        while (inFlight.get() > 0 && System.nanoTime() < until) {
            java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        return inFlight.get() == 0;
    }

    /** Closes the port and every connection. */
    public CompletableFuture<Void> closeServers() {
        return deployment.isEmpty()
                ? CompletableFuture.completedFuture(null)
                : vertx.undeploy(deployment).toCompletionStage().toCompletableFuture();
    }

    /** Calls that have not got their whole reply. */
    public int inFlight() {
        return inFlight.get();
    }

    /** Event streams that are open. */
    public int openStreams() {
        return openStreams.get();
    }

    /** WebSockets that are open. */
    public int openSockets() {
        return openSockets.get();
    }

    AtomicInteger openSocketCount() {
        return openSockets;
    }

    AtomicInteger inFlightCount() {
        return inFlight;
    }

    AtomicInteger openStreamCount() {
        return openStreams;
    }

    Router router() {
        return router;
    }

    ServerSettings settings() {
        return settings;
    }

    CallStart calls() {
        return calls;
    }

    Ids ids() {
        return ids;
    }

    InstantSource clock() {
        return clock;
    }
}
