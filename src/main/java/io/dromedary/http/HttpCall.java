package io.dromedary.http;

import io.dromedary.api.Reply;
import io.dromedary.api.error.ErrorBody;
import io.dromedary.api.error.ErrorShape;
import io.dromedary.api.error.Refusal;
import io.dromedary.call.Arrival;
import io.dromedary.call.Call;
import io.dromedary.call.Call.Ending;
import io.netty.handler.codec.DecoderException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request at the HTTP layer, on its event loop: reads the body, runs the route, writes the reply. */
final class HttpCall {
    private static final Logger LOG = LoggerFactory.getLogger(HttpCall.class);
    private static final Set<String> BODILESS = Set.of("GET", "HEAD", "DELETE", "OPTIONS");
    private static final byte[] NOTHING = {};
    private static final long LINGER_MILLIS = 2000;
    private static final CharSequence JSON = HttpHeaders.createOptimized(Reply.Whole.JSON);
    private static final CharSequence X_REQUEST_ID = HttpHeaders.createOptimized("x-request-id");

    private final HttpEngine engine;
    private final ServerLoop loop;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final ConnectionGuard guard;
    private final long startedNanos = System.nanoTime();

    /** Until when the client was busy itself: nobody is kept waiting while a form arrives. */
    private long sentNanos = startedNanos;

    private @Nullable Call call;
    private @Nullable RouteConsumer consumer;
    private @Nullable Exchange exchange;
    private @Nullable EventPump pump;
    private @Nullable ContentPump content;
    private @Nullable FormBody form;
    private Map<String, String> parameters = Map.of();
    private @Nullable Buffer body;
    private final UnreadWatch unread = new UnreadWatch();
    private boolean upgrading;
    private boolean bodyComplete;
    private boolean routed;
    private boolean replied;
    private boolean over;
    private Ending ending = Ending.LEFT;

    HttpCall(HttpEngine engine, ServerLoop loop, HttpServerRequest request) {
        this.engine = engine;
        this.loop = loop;
        this.request = request;
        this.response = request.response();
        // an upgrade to HTTP/2 has cleared the pipeline of a guard that stood there
        this.guard = ConnectionGuard.on(
                request.connection(), engine.settings().gateway().timeouts());
    }

    void begin() {
        guard.requested();
        loop.add(this);
        try {
            receive();
        } catch (RuntimeException e) {
            unwritable(e);
        }
    }

    private void receive() {
        response.closeHandler(nothing -> closed());
        response.exceptionHandler(this::failed);
        request.exceptionHandler(this::failed);

        var method = request.method().name();
        var path = request.path() == null ? "" : request.path();
        var match = engine.router().match(method, path);
        consumer = match == null ? null : match.consumer();
        parameters = match == null ? Map.of() : match.parameters();
        var arrival = new Arrival(
                RequestIds.keepOrMake(request.getHeader("x-request-id"), engine.ids()),
                method,
                consumer == null ? path : consumer.pattern().text(),
                consumer != null,
                match == null ? "" : match.project(),
                engine.clock().instant(),
                startedNanos);
        call = engine.calls().of(arrival, request.headers(), loop.executor());

        if (match == null) {
            refuse(new Refusal.NotFound("There is nothing at " + method + " " + shown(path) + ".", null, "not_found"));
        } else if (consumer == null) {
            var allowed = String.join(", ", match.allowed());
            call.replyHeaders().set("allow", allowed);
            refuse(new Refusal.Http(
                    405,
                    method + " is not possible at " + shown(path) + "; " + allowed + " is.",
                    "method_not_allowed"));
        } else if (engine.draining()) {
            call.replyHeaders().set("retry-after", "1");
            if (request.version() != HttpVersion.HTTP_2) {
                call.replyHeaders().set("connection", "close");
            }
            refuse(new Refusal.Unavailable("The gateway is stopping. Send this again.", "shutting_down"));
        } else if (SocketUpgrade.asked(request)) {
            // a connection is upgraded at the end of its request, which must not have come before that is decided
            upgrading = true;
            bodyComplete = true;
            request.pause();
            route(new byte[0], 0);
        } else if (consumer.streams()) {
            readForm();
        } else if (BODILESS.contains(method)) {
            request.endHandler(nothing -> {
                bodyComplete = true;
                route(new byte[0], 0);
            });
        } else {
            readBody();
        }
    }

    private static String shown(String path) {
        return path.length() > 100 ? path.substring(0, 100) + "..." : path;
    }

    private void readBody() {
        var unread = unreadable();
        if (unread != null) {
            refuse(unread);
            return;
        }
        var limit = engine.settings().gateway().limits().jsonBytes();
        var announced = announced();
        if (announced > limit) {
            refuse(tooLarge(limit));
            return;
        }
        request.handler(piece -> {
            if (replied) {
                return;
            }
            body = body == null ? piece : body.appendBuffer(piece);
            if (body.length() > limit) {
                body = null;
                refuse(tooLarge(limit));
            }
        });
        request.endHandler(nothing -> {
            bodyComplete = true;
            if (!replied) {
                var whole = body == null ? new byte[0] : body.getBytes();
                body = null;
                route(whole, whole.length);
            }
        });
    }

    /** The route runs now, and reads the form as it arrives. */
    private void readForm() {
        var unread = unreadable();
        if (unread != null) {
            refuse(unread);
            return;
        }
        FormBody arriving;
        try {
            arriving = FormBody.of(request, announced(), this::formEnded);
        } catch (DecoderException | IllegalStateException e) {
            refuse(FormBody.unreadable(e));
            return;
        }
        form = arriving;
        route(arriving, 0);
    }

    private void formEnded(long bytes) {
        bodyComplete = true;
        sentNanos = System.nanoTime();
        if (call != null) {
            call.received(bytes);
        }
    }

    /** Of the connection; of a form that is none there is a client to be told. */
    private void failed(Throwable cause) {
        if (form != null && !replied && cause instanceof DecoderException) {
            form.fail(FormBody.unreadable(cause));
        } else {
            closed();
        }
    }

    private long announced() {
        var length = request.getHeader("content-length");
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static Refusal tooLarge(int limit) {
        return new Refusal.Http(
                413, "The body is larger than the " + limit + " bytes that this gateway takes.", "body_too_large");
    }

    private @Nullable Refusal unreadable() {
        var encoding = request.getHeader("content-encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            return new Refusal.Http(
                    415,
                    "Content-Encoding " + shown(encoding) + " is not supported; send the body as it is.",
                    "unsupported_encoding");
        }
        var wanted = consumer == null ? null : consumer.consumes();
        var type = request.getHeader("content-type");
        if (wanted == null || type != null && mediaType(type).equals(wanted)) {
            return null;
        }
        return new Refusal.Http(
                415,
                "Send the header Content-Type: " + wanted
                        + (type == null ? "; there is none." : " instead of " + shown(type) + "."),
                "unsupported_media_type");
    }

    private static String mediaType(String contentType) {
        var end = contentType.indexOf(';');
        return (end < 0 ? contentType : contentType.substring(0, end)).trim().toLowerCase(Locale.ROOT);
    }

    private void route(Object whole, int length) {
        var run = call;
        var route = consumer;
        if (run == null || route == null || over) {
            return;
        }
        run.received(length);
        routed = true;
        try {
            route.run(
                    run,
                    whole,
                    request.headers(),
                    request.query() == null ? "" : request.query(),
                    parameters,
                    done -> run.loop().execute(() -> reply(done)));
        } catch (Exception e) {
            LOG.error("request {} failed before its route began", run.arrival().requestId(), e);
            refuse(new Refusal.Internal());
        }
    }

    private void reply(Exchange done) {
        exchange = done;
        try {
            send(done);
        } catch (RuntimeException e) {
            unwritable(e);
        }
    }

    /** Something of a reply could not be written, e.g. a header of an operator's step: the client still gets an end. */
    private void unwritable(RuntimeException cause) {
        LOG.error("the reply to {} {} could not be written", request.method(), request.path(), cause);
        if (over) {
            return;
        }
        if (response.headWritten() || response.ended()) {
            closed();
            request.connection().close();
            return;
        }
        var reply = said(new Refusal.Internal());
        replied = true;
        ending = Ending.REFUSED;
        response.headers().clear();
        if (call != null) {
            call.status(reply.status(), null);
            response.putHeader("x-request-id", call.arrival().requestId());
        }
        response.setChunked(false)
                .setStatusCode(reply.status())
                .putHeader("content-type", reply.contentType())
                .end(Buffer.buffer(reply.body()))
                .onComplete(sent -> finish(ending));
    }

    private void send(Exchange done) {
        var owner = call;
        if (owner == null || over) {
            release();
            return;
        }
        if (done.getException() == null && done.getMessage().getBody() instanceof SocketOpening opening) {
            upgrade(opening, owner);
            return;
        }
        switch (Replies.of(done, owner)) {
            case Reply.Whole whole when pump != null -> lateError(whole);
            case Reply.Whole whole -> write(whole);
            case Reply.Events events -> stream(owner).run(events.source());
            case Reply.Content bytes
            when pump != null -> {
                bytes.source().close();
                lateError(said(new Refusal.Internal()));
            }
            case Reply.Content bytes -> write(bytes, owner);
        }
    }

    private void upgrade(SocketOpening opening, Call owner) {
        var refusal = SocketUpgrade.refusal(request);
        if (refusal != null) {
            SocketUpgrade.describe(request, owner.replyHeaders());
            refuse(refusal);
            return;
        }
        replied = true;
        owner.status(101, null);
        head(101, "");
        var handshake = new Handshake(
                SocketUpgrade.headers(request),
                request.query() == null ? "" : request.query(),
                owner.arrival().project(),
                opening.serves());
        request.toWebSocket()
                .onSuccess(socket -> {
                    ending = Ending.ANSWERED;
                    finish(ending);
                    new OpenSocket(engine, loop, request.connection(), socket, handshake).open();
                })
                .onFailure(cause -> closed());
    }

    private EventPump stream(Call owner) {
        if (pump == null) {
            replied = true;
            owner.begins();
            owner.status(200, null);
            head(200, "text/event-stream; charset=utf-8");
            response.putHeader("cache-control", "no-cache");
            response.putHeader("x-accel-buffering", "no");
            if (request.version() != HttpVersion.HTTP_2) {
                response.setChunked(true);
            }
            engine.openStreamCount().incrementAndGet();
            pump = new EventPump(response, owner, () -> ending = Replies.endingOfStream(owner), () -> finish(ending));
        }
        return pump;
    }

    /** The status line went out with the first comment; what failed since is told as an event, without {@code [DONE]}. */
    private void lateError(Reply.Whole whole) {
        if (pump == null || call == null) {
            return;
        }
        pump.write(ErrorShape.of(call.arrival().endpoint()).event(whole.body()));
        pump.end();
    }

    private void refuse(Refusal refusal) {
        if (call != null) {
            call.status(refusal.status(), refusal.code());
        }
        write(said(refusal));
    }

    private Reply.Whole said(Refusal refusal) {
        return call == null ? ErrorBody.reply(refusal) : call.errorReply(refusal);
    }

    private void write(Reply.Whole whole) {
        var owner = call;
        if (owner == null || replied) {
            return;
        }
        replied = true;
        if (form != null) {
            form.drop(bodyComplete);
        }
        if (upgrading || form != null && !bodyComplete) {
            request.resume();
        }
        if (owner.status() == 0) {
            owner.status(whole.status(), null);
        }
        head(whole.status(), whole.contentType());
        var body = HttpMethod.HEAD.equals(request.method()) ? unsent(whole.body()) : whole.body();
        owner.sent(body);
        var lingering = !bodyComplete;
        if (lingering && request.version() != HttpVersion.HTTP_2) {
            response.putHeader("connection", "close");
        }
        ending = whole.status() < 400 ? Ending.ANSWERED : Ending.REFUSED;
        response.end(Bytes.wrap(body)).onComplete(sent -> finish(sent.succeeded() ? ending : Ending.LEFT));
        if (lingering) {
            // a client that is still sending would lose the reply if the connection were closed under it
            request.handler(piece -> {});
            if (request.version() == HttpVersion.HTTP_2) {
                request.endHandler(nothing -> bodyComplete = true);
                engine.after(LINGER_MILLIS, this::resetUnread);
            } else {
                request.endHandler(nothing -> request.connection().close());
                engine.after(LINGER_MILLIS, () -> request.connection().close());
            }
        }
    }

    private void write(Reply.Content reply, Call owner) {
        if (replied) {
            reply.source().close();
            return;
        }
        replied = true;
        owner.status(reply.status(), null);
        head(reply.status(), reply.contentType());
        response.putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(reply.length()));
        if (HttpMethod.HEAD.equals(request.method())) {
            reply.source().close();
            ending = Ending.ANSWERED;
            response.end().onComplete(sent -> finish(ending));
            return;
        }
        content = new ContentPump(response, owner, reply, new ContentPump.Outcome() {
            @Override
            public void ended() {
                ending = Ending.ANSWERED;
            }

            @Override
            public void written() {
                finish(ending);
            }

            @Override
            public void failed() {
                cut();
            }
        });
        content.next();
    }

    /** A length was promised that does not come: the client must not take what it has for the whole. */
    private void cut() {
        ending = Ending.CUT;
        if (request.version() == HttpVersion.HTTP_2) {
            response.reset();
        } else {
            request.connection().close();
        }
        finish(ending);
    }

    /** The answer to HEAD says how long it would be; over HTTP/2 nothing else keeps it from being sent. */
    private byte[] unsent(byte[] body) {
        response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length));
        return NOTHING;
    }

    private void resetUnread() {
        if (!bodyComplete) {
            response.reset();
        }
    }

    private void head(int status, String contentType) {
        response.setStatusCode(status);
        if (!contentType.isEmpty()) {
            response.putHeader(HttpHeaders.CONTENT_TYPE, contentType.equals(Reply.Whole.JSON) ? JSON : contentType);
        }
        if (call != null) {
            response.putHeader(X_REQUEST_ID, call.arrival().requestId());
            // each once, and none of them is there yet: setting would look for it first
            var headers = response.headers();
            call.replyHeaders().forEach((name, value) -> headers.add(HeaderNames.of(name), value));
        }
        if (exchange != null) {
            Replies.headers(exchange, request.headers(), parameters.keySet(), response::putHeader);
        }
    }

    /** The reply is out. */
    private void finish(Ending ending) {
        if (over) {
            return;
        }
        settle();
        if (call != null) {
            call.close(ending);
        }
        release();
    }

    /** The connection, or this stream of it, closed: after the reply on HTTP/2, and when the client leaves. */
    private void closed() {
        if (over) {
            return;
        }
        if (ending != Ending.LEFT) {
            finish(ending);
            return;
        }
        settle();
        if (form != null) {
            form.left();
        }
        if (content != null) {
            content.left();
        }
        if (pump == null || !pump.left(this::leave)) {
            leave();
        }
        release();
    }

    private void leave() {
        if (call != null) {
            call.leave();
        }
    }

    private void settle() {
        over = true;
        guard.replied();
        loop.remove(this);
        if (pump != null) {
            engine.openStreamCount().decrementAndGet();
        }
    }

    private void release() {
        if (exchange != null && consumer != null) {
            var done = exchange;
            exchange = null;
            consumer.release(done);
        }
    }

    /** A body has its time from beginning to end, and a form from one piece to the next: it may be large. */
    private boolean isLate(long nowNanos, long longestNanos) {
        return form == null ? nowNanos - startedNanos > longestNanos : form.isStuck(nowNanos, longestNanos);
    }

    /** Twice a second: bodies that trickle are dropped, quiet streams get a comment. */
    void look(long nowNanos) {
        var timeouts = engine.settings().gateway().timeouts();
        if (!bodyComplete && !replied && isLate(nowNanos, timeouts.body().toNanos())) {
            body = null;
            var late = new Refusal.Http(408, "The body did not arrive in time.", "request_timeout");
            if (form == null || !form.fail(late)) {
                refuse(late);
            }
            return;
        }
        if (replied
                && unread.stuck(
                        ConnectionGuard.unread(request.connection()),
                        nowNanos,
                        timeouts.idle().toNanos())) {
            request.connection().close();
            return;
        }
        var keepAlive = timeouts.keepAlive().toNanos();
        if (call != null && pump == null && routed && !replied && call.streams() && nowNanos - sentNanos >= keepAlive) {
            stream(call).bridge(nowNanos, 0);
        } else if (pump != null) {
            pump.bridge(nowNanos, keepAlive);
        }
    }
}
