package io.dromedary.http;

import io.dromedary.api.error.ErrorEnvelope;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.responses.ClientEvent;
import io.dromedary.call.ConnectionMemory;
import io.dromedary.config.GatewaySettings;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrameType;
import io.vertx.core.http.impl.ws.WebSocketFrameImpl;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket, on its event loop: takes the client's messages one after the other, each as a turn, and looks after the
 * connection between and during them.
 */
final class OpenSocket implements SocketTurn.Owner, Fragments.Reader {
    /** Status codes of a close (RFC 6455, section 7.4.1). */
    private static final short NORMAL = 1000;

    private static final short GOING_AWAY = 1001;
    private static final short POLICY = 1008;
    private static final short TOO_BIG = 1009;

    private record Waiting(ClientEvent event, int bytes) {}

    private final HttpEngine engine;
    private final ServerLoop loop;
    private final ConnectionBase connection;
    private final ServerWebSocket socket;
    private final Handshake handshake;
    private final ConnectionGuard guard;
    private final ConnectionMemory memory = new ConnectionMemory();
    private final Fragments fragments = new Fragments(this);
    private final ArrayDeque<Waiting> queue = new ArrayDeque<>(2);
    private final UnreadWatch unread = new UnreadWatch();
    private final long openedNanos = System.nanoTime();
    private Future<Void> lastSent = Future.succeededFuture();
    private @Nullable SocketTurn turn;
    private long queuedBytes;
    private long heardNanos = openedNanos;
    private long pingedNanos;
    private boolean taking;
    private boolean tooOld;
    private boolean leaving;
    private boolean closing;
    private boolean gone;

    /** One that has just been accepted. */
    OpenSocket(
            HttpEngine engine,
            ServerLoop loop,
            HttpConnection connection,
            ServerWebSocket socket,
            Handshake handshake) {
        this.engine = engine;
        this.loop = loop;
        this.connection = (ConnectionBase) connection;
        this.socket = socket;
        this.handshake = handshake;
        this.guard = ConnectionGuard.on(connection, settings().timeouts());
    }

    void open() {
        if (socket.isClosed()) {
            return;
        }
        // the guard leaves a connection alone that has something in flight
        guard.requested();
        loop.add(this);
        FrameGuard.before(connection.channel(), this);
        socket.closeHandler(nothing -> gone());
        socket.drainHandler(nothing -> drained());
        socket.frameHandler(frame -> {
            if (!closing) {
                fragments.take(frame, settings().limits().jsonBytes());
            }
        });
        if (engine.draining()) {
            leave();
        }
    }

    private GatewaySettings settings() {
        return engine.settings().gateway();
    }

    @Override
    public void text(byte[] message) {
        if (hasRoom(message.length)) {
            take(ClientEvent.read(message), message.length);
        } else {
            refuseOneMore();
        }
    }

    @Override
    public void binary() {
        if (hasRoom(0)) {
            take(ClientEvent.binary(), 0);
        } else {
            refuseOneMore();
        }
    }

    private boolean hasRoom(int bytes) {
        return turn == null
                || queue.size() < settings().sockets().queue()
                        && queuedBytes + bytes <= settings().limits().jsonBytes();
    }

    private void refuseOneMore() {
        send(new Refusal.Http(
                429,
                "Too much is waiting for the response that is under way. Send this again when that has ended.",
                "websocket_queue_full"));
    }

    private void take(ClientEvent event, int bytes) {
        queue.add(new Waiting(event, bytes));
        queuedBytes += bytes;
        next();
    }

    /** Begins what waits. A turn may end before it has begun, so that this is a loop. */
    private void next() {
        if (taking) {
            return;
        }
        taking = true;
        try {
            while (turn == null && !closing && !closesNow()) {
                var waiting = queue.poll();
                if (waiting == null) {
                    break;
                }
                queuedBytes -= waiting.bytes;
                var begun = new SocketTurn(engine, loop, this, handshake, memory);
                turn = begun;
                begun.begin(waiting.event);
            }
        } finally {
            taking = false;
        }
    }

    @Override
    public void ended() {
        turn = null;
        next();
    }

    /** Between two turns: closes where it is time to. */
    private boolean closesNow() {
        if (leaving) {
            close(GOING_AWAY, "the gateway is stopping");
        } else if (tooOld) {
            send(new Refusal.BadRequest(
                    "This WebSocket has been open for as long as one may be. Open another one.",
                    null,
                    "websocket_connection_limit_reached"));
            close(NORMAL, "websocket_connection_limit_reached");
        }
        return closing;
    }

    /** The gateway is stopping: closes when the turn that runs has ended. */
    void leave() {
        leaving = true;
        next();
    }

    /** The gateway stops now. */
    void abandon() {
        close(GOING_AWAY, "the gateway is stopping");
    }

    @Override
    public void tooLarge() {
        send(new Refusal.Http(
                413,
                "The message is larger than the " + settings().limits().jsonBytes() + " bytes that this gateway takes.",
                "message_too_large"));
        close(TOO_BIG, "message_too_large");
    }

    /** Frames came that nobody can read. */
    void unreadable(int code) {
        if (closing) {
            return;
        }
        if (code == TOO_BIG) {
            tooLarge();
        } else {
            close((short) code, null);
        }
    }

    private void close(short code, @Nullable String reason) {
        if (closing) {
            return;
        }
        closing = true;
        dropAll();
        socket.close(code, reason);
    }

    private void dropAll() {
        fragments.clear();
        queue.clear();
        queuedBytes = 0;
        var running = turn;
        turn = null;
        if (running != null) {
            running.left();
        }
    }

    /** The client closed, or its connection did. */
    private void gone() {
        if (gone) {
            return;
        }
        gone = true;
        closing = true;
        guard.replied();
        loop.remove(this);
        dropAll();
    }

    private void send(Refusal refusal) {
        var envelope = ErrorEnvelope.of(refusal);
        send(envelope, 0, envelope.length);
    }

    @Override
    public void send(byte[] json, int offset, int length) {
        if (!closing) {
            lastSent = socket.writeFrame(new WebSocketFrameImpl(
                    WebSocketFrameType.TEXT, Unpooled.wrappedBuffer(json, offset, length), true));
        }
    }

    @Override
    public boolean isFull() {
        return !socket.isClosed() && socket.writeQueueFull();
    }

    @Override
    public void whenSent(Consumer<Boolean> sent) {
        lastSent.onComplete(done -> sent.accept(done.succeeded()));
    }

    private void drained() {
        if (turn != null) {
            turn.drained();
        }
    }

    /** A frame came. */
    void heard() {
        heardNanos = System.nanoTime();
        pingedNanos = 0;
    }

    /** Twice a second: clients that are not there any more, messages that trickle, sockets that are old. */
    void look(long nowNanos) {
        if (closing) {
            return;
        }
        var timeouts = settings().timeouts();
        var waiting = ConnectionGuard.unread((HttpConnection) connection);
        if (unread.stuck(waiting, nowNanos, timeouts.idle().toNanos())) {
            cut();
        } else if (fragments.trickle(nowNanos, timeouts.body().toNanos())) {
            send(new Refusal.Http(408, "The message did not arrive in time.", "request_timeout"));
            close(POLICY, "request_timeout");
        } else if (nowNanos - openedNanos >= settings().sockets().life().toNanos()) {
            tooOld = true;
            next();
        } else if (waiting == 0) {
            ping(nowNanos, settings().sockets().ping().toNanos());
        }
    }

    private void ping(long nowNanos, long everyNanos) {
        if (pingedNanos == 0 && nowNanos - heardNanos >= everyNanos) {
            pingedNanos = nowNanos;
            socket.writePing(Buffer.buffer());
        } else if (pingedNanos != 0 && nowNanos - pingedNanos >= everyNanos) {
            cut();
        }
    }

    /** Closes without a word: nobody would hear it. */
    private void cut() {
        var _ = connection.channelHandlerContext().close();
    }
}
