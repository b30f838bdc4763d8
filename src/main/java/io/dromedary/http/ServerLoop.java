package io.dromedary.http;

import io.dromedary.api.Loop;
import io.dromedary.api.error.ErrorBody;
import io.dromedary.api.error.Refusal;
import io.netty.handler.codec.TooLongFrameException;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.net.PemKeyCertOptions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One event loop's share of a server: its requests, and the timer that looks after them. */
final class ServerLoop extends AbstractVerticle {
    private static final Logger LOG = LoggerFactory.getLogger(ServerLoop.class);
    private static final long LOOK_MILLIS = 500;
    private static final int CLOSING_SECONDS = 2;
    private static final int MAX_STREAMS_PER_CONNECTION = 1000;
    private static final int FORM_FIELDS = 64;
    private static final int FORM_HEADER_BYTES = 16_384;

    private final HttpEngine engine;
    private final Set<HttpCall> open = new LinkedHashSet<>();
    private final Set<OpenSocket> sockets = new LinkedHashSet<>();
    private Loop executor = task -> {};
    private LoopRest rest = new LoopRest();

    ServerLoop(HttpEngine engine) {
        this.engine = engine;
    }

    @Override
    public void start(Promise<Void> started) {
        var loop = ((ContextInternal) context).nettyEventLoop();
        rest = LoopRest.ofThisLoop();
        executor = new LoopExecutor(loop::inEventLoop, task -> context.runOnContext(nothing -> task.run()));
        vertx.createHttpServer(options(engine.settings()))
                .connectionHandler(this::guard)
                .requestHandler(this::begin)
                .invalidRequestHandler(ServerLoop::refuseUnreadable)
                .exceptionHandler(cause -> {})
                .listen(engine.settings().port(), engine.settings().host())
                .onComplete(listening -> {
                    if (listening.failed()) {
                        started.fail(listening.cause());
                        return;
                    }
                    engine.listening(listening.result().actualPort());
                    engine.add(this);
                    vertx.setPeriodic(LOOK_MILLIS, timer -> look());
                    started.complete();
                });
    }

    /** The server is about to close. */
    @Override
    public void stop() {
        List.copyOf(sockets).forEach(OpenSocket::abandon);
    }

    private static HttpServerOptions options(ServerSettings settings) {
        var limits = settings.gateway().limits();
        var options = new HttpServerOptions()
                .setAcceptBacklog(4096)
                .setTcpNoDelay(true)
                .setMaxHeaderSize(limits.headerBytes())
                .setMaxInitialLineLength(limits.lineBytes())
                .setHandle100ContinueAutomatically(true)
                .setCompressionSupported(false)
                // with it, two more objects look at every request
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                // of one frame; what a message may have is looked at as it comes
                .setMaxWebSocketFrameSize(limits.jsonBytes())
                .setMaxFormFields(FORM_FIELDS)
                // of a part's headers, a file's name among them
                .setMaxFormBufferedBytes(FORM_HEADER_BYTES)
                .setWebSocketClosingTimeout(CLOSING_SECONDS)
                .setInitialSettings(new Http2Settings().setMaxConcurrentStreams(MAX_STREAMS_PER_CONNECTION));
        var tls = settings.gateway().tls();
        if (tls != null && settings.drains()) {
            options.setSsl(true)
                    .setUseAlpn(true)
                    .setAlpnVersions(List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1))
                    .setKeyCertOptions(new PemKeyCertOptions()
                            .addCertPath(tls.certificate().toString())
                            .addKeyPath(tls.key().toString()));
        }
        return options;
    }

    private void guard(HttpConnection connection) {
        ConnectionGuard.on(connection, engine.settings().gateway().timeouts());
    }

    private void begin(HttpServerRequest request) {
        try {
            new HttpCall(engine, this, request).begin();
        } catch (RuntimeException e) {
            LOG.error("a request failed before it was a call", e);
            var reply = ErrorBody.reply(new Refusal.Internal());
            request.response()
                    .setStatusCode(reply.status())
                    .putHeader("content-type", reply.contentType())
                    .end(Buffer.buffer(reply.body()));
        }
    }

    /** What the decoder could not read: a line or headers too long, or no HTTP at all. */
    private static void refuseUnreadable(HttpServerRequest request) {
        var cause = request.decoderResult().cause();
        var text = String.valueOf(cause == null ? null : cause.getMessage());
        var refusal = cause instanceof TooLongFrameException
                ? text.contains("line")
                        ? new Refusal.Http(414, "The request line is too long.", "uri_too_long")
                        : new Refusal.Http(431, "The request headers are too large.", "headers_too_large")
                : new Refusal.Http(400, "This is not a well-formed HTTP request.", "bad_http");
        var reply = ErrorBody.reply(refusal);
        request.response()
                .setStatusCode(reply.status())
                .putHeader("content-type", reply.contentType())
                .putHeader("connection", "close")
                .end(Buffer.buffer(reply.body()))
                .onComplete(sent -> request.connection().close());
    }

    /** No new turns begin; may be called from anywhere. */
    void drain() {
        executor.execute(() -> List.copyOf(sockets).forEach(OpenSocket::leave));
    }

    /** Everything that is due by time: comments on quiet streams, bodies that trickle, sockets that are old. */
    private void look() {
        var now = System.nanoTime();
        for (var call : new ArrayList<>(open)) {
            call.look(now);
        }
        for (var socket : new ArrayList<>(sockets)) {
            socket.look(now);
        }
    }

    void add(HttpCall call) {
        open.add(call);
        rest.opened();
        engine.inFlightCount().incrementAndGet();
    }

    void remove(HttpCall call) {
        if (open.remove(call)) {
            rest.closed();
            engine.inFlightCount().decrementAndGet();
        }
    }

    void add(OpenSocket socket) {
        sockets.add(socket);
        rest.opened();
        engine.openSocketCount().incrementAndGet();
    }

    void remove(OpenSocket socket) {
        if (sockets.remove(socket)) {
            rest.closed();
            engine.openSocketCount().decrementAndGet();
        }
    }

    /** Runs a task on this loop when what runs there now has ended; may be called from anywhere. */
    void later(Runnable task) {
        context.runOnContext(nothing -> executor.execute(task));
    }

    /** Runs tasks on this loop; at once when it is the one that is running, and none of them runs. */
    Loop executor() {
        return executor;
    }
}
