package io.dromedary.backend;

import io.dromedary.api.TraceContext;
import io.dromedary.config.BackendSettings;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.http.HttpResponse;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A backend over HTTP/1.1 with kept connections. */
final class HttpUpstream implements Upstream {
    /** A kept connection that dies this soon after a request was written had died before. */
    private static final long RESEND_WITHIN_NANOS = 1_000_000_000L;

    private static final Logger LOG = LoggerFactory.getLogger(HttpUpstream.class);
    private static final int MOST_RESENDS = 3;
    private static final byte[] NOTHING = {};
    private static final String JSON = "application/json";

    /** Heads of paths beside the chat path that are kept: a backend with more deployments than that has the others made anew. */
    private static final int MOST_HEADS = 64;

    private record Kind(String path, String contentType) {}

    private final Vertx vertx;
    private final Connections connections;
    private final Origin origin;
    private final URI url;
    private final String chatPath;
    private final @Nullable Signer signer;

    /** What each request has, whatever it is. */
    private final Map<String, String> constant = new LinkedHashMap<>();

    private final RequestHead chat;
    private final Map<Kind, RequestHead> heads = new ConcurrentHashMap<>();

    /** @throws IllegalArgumentException where a header cannot be sent, or the signer lacks something */
    HttpUpstream(Vertx vertx, Connections connections, BackendSettings settings, Dialect dialect) {
        this.url = URI.create(Objects.requireNonNull(settings.url(), "url").toASCIIString());
        this.vertx = vertx;
        this.connections = connections;
        this.origin = Origin.of(url, settings.timeouts().connect());
        this.chatPath = basePath(url) + dialect.chatPath();
        this.signer = dialect.signer(settings);
        constant.put("content-type", JSON);
        constant.put("user-agent", "dromedary");
        constant.putAll(dialect.headers());
        var auth = settings.auth();
        if (auth != null) {
            constant.putAll(dialect.authorization(auth.value()));
        }
        add(settings.headers(), constant);
        this.chat = RequestHead.of("POST", origin, chatPath, constant);
    }

    /** Adds headers in the place of those that have the same names. */
    private static void add(Map<String, String> more, Map<String, String> to) {
        more.forEach((name, value) -> {
            to.keySet().removeIf(name::equalsIgnoreCase);
            to.put(name, value);
        });
    }

    private static String basePath(URI url) {
        var path = url.getRawPath() == null ? "" : url.getRawPath();
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    @Override
    public Exchange chat(byte[] body, @Nullable TraceContext span, Listener listener) {
        var head = signer == null ? chat : signed(signer, chatPath, Map.of(), JSON, body);
        return send(head, body, null, span, listener);
    }

    @Override
    public Exchange send(Sending sending, @Nullable TraceContext span, Listener listener) {
        return send(head(sending), sending.body(), sending.rest(), span, listener);
    }

    private RequestHead head(Sending sending) {
        var path = sending.path() == null ? chatPath : basePath(url) + sending.path();
        var contentType = sending.contentType();
        if (signer != null) {
            return signed(signer, path, sending.headers(), contentType, sending.body());
        }
        if (!sending.headers().isEmpty() || sending.rest() != null) {
            // the type of a form has a boundary that no other has
            return RequestHead.of("POST", origin, path, headers(sending.headers(), contentType));
        }
        var kind = new Kind(path, contentType);
        var kept = heads.get(kind);
        if (kept != null) {
            return kept;
        }
        var head = RequestHead.of("POST", origin, path, headers(Map.of(), contentType));
        if (heads.size() < MOST_HEADS) {
            heads.put(kind, head);
        }
        return head;
    }

    private RequestHead signed(Signer with, String path, Map<String, String> more, String contentType, byte[] body) {
        var headers = headers(more, contentType);
        var whole = URI.create(url.getScheme() + "://" + origin.authority() + path);
        add(with.sign("POST", whole, contentType, body), headers);
        return RequestHead.of("POST", origin, path, headers);
    }

    private Map<String, String> headers(Map<String, String> more, String contentType) {
        var headers = new LinkedHashMap<>(constant);
        if (!contentType.equals(JSON)) {
            add(Map.of("content-type", contentType), headers);
        }
        add(more, headers);
        return headers;
    }

    @Override
    public Exchange get(String path, Listener listener) {
        return send(RequestHead.of("GET", origin, path, constant), NOTHING, null, null, listener);
    }

    private Exchange send(
            RequestHead head,
            byte[] body,
            Sending.@Nullable Rest rest,
            @Nullable TraceContext span,
            Listener listener) {
        var exchange = new HttpExchange(head, body, rest, span, listener, (ContextInternal) vertx.getOrCreateContext());
        exchange.connect();
        return exchange;
    }

    /** One request on one connection, or on two where the first was a kept one that had died. */
    private final class HttpExchange implements Exchange, UpstreamConnection.User, BodyPump.Owner {
        private final RequestHead head;
        private final Sending.@Nullable Rest rest;
        private final @Nullable TraceContext span;
        private final Listener listener;
        private final ContextInternal context;
        private byte @Nullable [] body;
        private @Nullable BodyPump pump;
        private @Nullable UpstreamConnection connection;
        private boolean over;
        private boolean paused;
        private int resent;
        private long sentNanos;

        HttpExchange(
                RequestHead head,
                byte[] body,
                Sending.@Nullable Rest rest,
                @Nullable TraceContext span,
                Listener listener,
                ContextInternal context) {
            this.head = head;
            this.body = body;
            this.rest = rest;
            this.span = span;
            this.listener = listener;
            this.context = context;
        }

        void connect() {
            var kept = connections.idle(origin);
            if (kept != null) {
                send(kept);
                return;
            }
            connections
                    .open(origin)
                    .onComplete(opened -> context.emit(nothing -> {
                        if (opened.succeeded()) {
                            send(opened.result());
                        } else {
                            fail(new AttemptFailure.NotSent(notSent(opened.cause())));
                        }
                    }));
        }

        private void send(UpstreamConnection to) {
            if (over) {
                to.drop();
                return;
            }
            connection = to;
            var clearance = listener.asks();
            if (clearance == null) {
                write(to);
            } else {
                clearance.whenComplete(
                        (clear, failed) -> context.emit(nothing -> cleared(to, failed == null && clear)));
            }
        }

        /** A connection that was held meanwhile may be gone, and nobody was told. */
        private void cleared(UpstreamConnection to, boolean clear) {
            if (over) {
                return;
            }
            if (!clear) {
                to.drop();
                connection = null;
                fail(new AttemptFailure.NotSent("the call is not wanted any more"));
            } else if (to.wasHeld()) {
                write(to);
            } else {
                connection = null;
                connect();
            }
        }

        private void write(UpstreamConnection to) {
            sentNanos = System.nanoTime();
            to.send(head, Objects.requireNonNull(body), rest == null ? 0 : rest.length(), span, this);
            if (paused) {
                to.pause();
            }
            if (rest != null) {
                pump = new BodyPump(rest, to, context, this);
                pump.next();
            }
        }

        @Override
        public void moved(boolean last) {
            if (!over) {
                listener.moved(last);
            }
        }

        @Override
        public void failed(Throwable cause) {
            LOG.error("a request could not be sent whole", cause);
            if (connection != null) {
                connection.drop();
                connection = null;
            }
            fail(new AttemptFailure.NotSent("the request could not be read"));
        }

        private void stopSending() {
            if (pump != null) {
                pump.stop();
                pump = null;
            }
        }

        @Override
        public ContextInternal context() {
            return context;
        }

        @Override
        public void head(HttpResponse answer) {
            body = null;
            listener.head(answer.status().code(), answer.headers()::get);
        }

        @Override
        public void body(byte[] bytes) {
            if (!over) {
                listener.body(bytes);
            }
        }

        @Override
        public void end() {
            connection = null;
            stopSending();
            if (!over) {
                over = true;
                listener.end();
            }
        }

        /** A kept connection may have been closed by the other side just now: that costs no attempt. */
        @Override
        public void lost(@Nullable Throwable cause) {
            var before = connection;
            connection = null;
            stopSending();
            if (!over
                    && before != null
                    && before.mayHaveBeenDead()
                    && resent < MOST_RESENDS
                    && System.nanoTime() - sentNanos < RESEND_WITHIN_NANOS) {
                resent++;
                connect();
                return;
            }
            fail(new AttemptFailure.Broken(broken(cause)));
        }

        private void fail(AttemptFailure failure) {
            if (!over) {
                over = true;
                listener.failed(failure);
            }
        }

        @Override
        public void pause() {
            paused = true;
            if (connection != null) {
                connection.pause();
            }
        }

        @Override
        public void resume() {
            paused = false;
            if (connection != null) {
                connection.resume();
            }
        }

        @Override
        public void cancel() {
            if (over) {
                return;
            }
            over = true;
            stopSending();
            if (connection != null) {
                connection.drop();
            }
        }
    }

    private static String notSent(Throwable cause) {
        return switch (cause) {
            case UnknownHostException e -> "no such host";
            case ConnectTimeoutException e -> "no connection in time";
            case ConnectException e -> "connection refused";
            case NoRouteToHostException e -> "no route to host";
            case SSLException e -> "TLS failed";
            default -> "no connection";
        };
    }

    private static String broken(@Nullable Throwable cause) {
        return cause != null && String.valueOf(cause.getMessage()).contains("reset")
                ? "connection reset"
                : "connection closed early";
    }
}
