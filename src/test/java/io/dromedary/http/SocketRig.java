package io.dromedary.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dromedary.access.Keyring;
import io.dromedary.api.Ids;
import io.dromedary.api.Reply;
import io.dromedary.api.error.ErrorBody;
import io.dromedary.api.error.RefusedException;
import io.dromedary.call.Call;
import io.dromedary.call.Snapshot;
import io.dromedary.config.GatewaySettings;
import io.dromedary.config.Settings;
import io.dromedary.routing.Catalogue;
import io.dromedary.routing.Gates;
import io.dromedary.routing.Standings;
import io.dromedary.testing.SettableClock;
import io.dromedary.testing.SocketClient;
import io.dromedary.tier.Accounts;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.engine.PooledExchangeFactory;
import org.apache.camel.model.errorhandler.NoErrorHandlerDefinition;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.jspecify.annotations.Nullable;

/** The HTTP engine with a route that opens WebSockets, and one whose replies the test plays. */
final class SocketRig {
    static final String PATH = "/v1/responses";

    /** More than the buffers of any connection hold. */
    static final int LARGE = 64 << 20;

    private static final String ROUTES = """
            - route:
                id: socket
                from:
                  uri: platform-http:/v1/responses
                  parameters: { httpMethodRestrict: GET }
                  steps:
                    - process: { ref: identify }
                    - process: { ref: open }
            - route:
                id: turn
                from:
                  uri: platform-http:/v1/responses
                  parameters: { httpMethodRestrict: POST, consumes: application/json }
                  steps:
                    - process: { ref: identify }
                    - process: { ref: play }
            - route:
                id: held
                from:
                  uri: platform-http:/v1/held
                  parameters: { httpMethodRestrict: POST, consumes: application/json }
                  steps:
                    - process: { ref: identify }
                    - process: { ref: hold }
            - route:
                id: errors
                from:
                  uri: direct:errors
                  steps:
                    - process: { ref: refuse }
            """;

    final List<Call> closed = new CopyOnWriteArrayList<>();
    final BlockingQueue<PlayedReply> turns = new LinkedBlockingQueue<>();
    final HttpEngine engine;
    private volatile GatewaySettings settings;
    private final Vertx vertx = EventLoops.start(new VertxOptions().setPreferNativeTransport(true));
    private @Nullable CompletableFuture<Void> serversClosed;
    private final DefaultCamelContext camel = new DefaultCamelContext();

    /** Tell the route that it may go on. */
    final BlockingQueue<Runnable> held = new LinkedBlockingQueue<>();

    SocketRig(int jsonBytes) throws Exception {
        this(jsonBytes, 1);
    }

    SocketRig(int jsonBytes, int loops) throws Exception {
        settings = settings(GatewaySettings.DEFAULT.sockets(), jsonBytes);
        var clock = new SettableClock();
        var snapshot = new Snapshot(
                Settings.EMPTY,
                new Keyring(List.of(), true),
                Catalogue.of(
                        Settings.EMPTY,
                        backend -> {
                            throw new IllegalStateException("there is none");
                        },
                        new Standings(clock, () -> 0, new SplittableRandom(1)),
                        new Gates(() -> 0, (wait, what) -> () -> {})),
                new Accounts());
        engine = new HttpEngine(
                vertx,
                new ServerSettings("127.0.0.1", 0, loops, true, () -> settings),
                (arrival, headers, loop) -> new Call(arrival, snapshot, loop, closed::add, null),
                Ids.random(new SplittableRandom(1), InstantSource.system()),
                clock);
        var component = new PlatformHttpComponent();
        component.setEngine(engine);
        var extension = camel.getCamelContextExtension();
        extension.setExchangeFactory(new PooledExchangeFactory());
        extension.getExchangeFactory().setCapacity(100);
        extension.setErrorHandlerFactory(new NoErrorHandlerDefinition());
        camel.getRegistry().bind("platform-http", component);
        camel.getRegistry().bind("identify", (org.apache.camel.Processor) SocketRig::identify);
        camel.getRegistry().bind("open", (org.apache.camel.Processor)
                exchange -> exchange.getMessage().setBody(new SocketOpening(PATH)));
        camel.getRegistry().bind("play", (org.apache.camel.Processor) this::play);
        camel.getRegistry().bind("hold", new Hold(held));
        camel.getRegistry().bind("refuse", (org.apache.camel.Processor) SocketRig::refuse);
        PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("rig.camel.yaml", ROUTES));
        camel.start();
        engine.listen();
    }

    /** Keeps sockets like that from now on, those that are open included. */
    void keep(GatewaySettings.Sockets sockets) {
        settings = settings(sockets, settings.limits().jsonBytes());
    }

    private static GatewaySettings settings(GatewaySettings.Sockets sockets, int jsonBytes) {
        var usual = GatewaySettings.DEFAULT;
        return new GatewaySettings(
                new GatewaySettings.Limits(
                        jsonBytes,
                        usual.limits().headerBytes(),
                        usual.limits().lineBytes(),
                        usual.limits().audioBytes()),
                usual.timeouts(),
                usual.shutdownGrace(),
                null,
                usual.observe(),
                usual.store(),
                usual.responses(),
                sockets,
                usual.jobs(),
                usual.files(),
                usual.guards());
    }

    private static void identify(Exchange exchange) {
        var call = CallProperty.of(exchange);
        var keyring = call.snapshot().keyring();
        var inner = call.innerOrNull();
        call.identified(
                inner == null
                        ? keyring.identify(RequestHeaders.get(exchange, "authorization"))
                        : keyring.owner(inner.project(), inner.key()));
    }

    /** A step that takes until the test lets it go on. */
    private static final class Hold extends AsyncProcessorSupport {
        private final BlockingQueue<Runnable> held;

        Hold(BlockingQueue<Runnable> held) {
            this.held = held;
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            held.add(() -> {
                exchange.getMessage().setBody(Reply.Whole.json(200, "{}".getBytes(UTF_8)));
                callback.done(false);
            });
            return false;
        }
    }

    private void play(Exchange exchange) {
        var call = CallProperty.of(exchange);
        var body = new String(exchange.getMessage().getBody(byte[].class), UTF_8);
        if (body.contains("\"refuse\"")) {
            call.replyHeaders().set("retry-after", "7");
            throw RefusedException.badRequest("input", "No.", null);
        }
        if (body.contains("\"fail\"")) {
            throw new IllegalStateException("a fault of ours");
        }
        if (body.contains("\"whole\"")) {
            exchange.getMessage().setBody(Reply.Whole.json(200, "{}".getBytes(UTF_8)));
            return;
        }
        if (body.contains("\"large\"")) {
            exchange.getMessage().setBody(Reply.Whole.json(200, new byte[LARGE]));
            return;
        }
        if (body.contains("\"pieces\"") || body.contains("\"too few\"")) {
            var pieces = List.of("[1", ",2", "]").iterator();
            exchange.getMessage()
                    .setBody(new Reply.Content(
                            200,
                            Reply.Whole.JSON,
                            body.contains("\"pieces\"") ? 5 : 6,
                            () -> CompletableFuture.completedStage(
                                    (pieces.hasNext() ? pieces.next() : "").getBytes(UTF_8))));
            return;
        }
        var reply = new PlayedReply(call, body);
        turns.add(reply);
        exchange.getMessage().setBody(new Reply.Events(reply));
    }

    private static void refuse(Exchange exchange) {
        var call = CallProperty.of(exchange);
        var refusal = Replies.refusal(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class), call);
        call.status(refusal.status(), refusal.code());
        exchange.getMessage().setBody(ErrorBody.reply(refusal));
    }

    String url() {
        return "http://127.0.0.1:" + engine.getServerPort();
    }

    SocketClient client() throws IOException {
        return SocketClient.open(url(), PATH);
    }

    /** The turn that begins next. */
    PlayedReply turn() throws InterruptedException {
        var turn = turns.poll(20, TimeUnit.SECONDS);
        if (turn == null) {
            throw new AssertionError("no turn began");
        }
        return turn;
    }

    boolean isIdle() {
        return engine.inFlight() == 0
                && engine.openStreams() == 0
                && engine.openSockets() == 0
                && loopsWaitedFor() == 0;
    }

    /** Loops that must not rest. */
    long loopsWaitedFor() {
        return StreamSupport.stream(vertx.nettyEventLoopGroup().spliterator(), false)
                .filter(loop -> loop.submit(() -> LoopRest.ofThisLoop().isWaitedFor())
                        .syncUninterruptibly()
                        .getNow())
                .count();
    }

    /** Closes the port and every connection; a second time changes nothing. */
    CompletableFuture<Void> closeServers() {
        if (serversClosed == null) {
            serversClosed = engine.closeServers();
        }
        return serversClosed;
    }

    void close() throws Exception {
        closeServers().get(20, TimeUnit.SECONDS);
        camel.stop();
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    static Duration soon() {
        return Duration.ofSeconds(20);
    }
}
