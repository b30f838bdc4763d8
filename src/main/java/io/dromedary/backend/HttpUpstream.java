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
import java.util.Objects;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** A backend over HTTP/1.1 with kept connections. */
final class HttpUpstream implements Upstream {
    /** A kept connection that dies this soon after a request was written had died before. */
    private static final long RESEND_WITHIN_NANOS = 1_000_000_000L;

    private static final int MOST_RESENDS = 3;
    private static final byte[] NOTHING = {};

    private final Vertx vertx;
    private final Connections connections;
    private final Origin origin;
    private final RequestHead chat;
    private final BackendSettings settings;

    HttpUpstream(Vertx vertx, Connections connections, BackendSettings settings, String chatPath) {
        var url = URI.create(Objects.requireNonNull(settings.url(), "url").toASCIIString());
        this.vertx = vertx;
        this.settings = settings;
        this.connections = connections;
        this.origin = Origin.of(url, settings.timeouts().connect());
        this.chat = head("POST", basePath(url) + chatPath);
    }

    private RequestHead head(String method, String path) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("content-type", "application/json");
        headers.put("user-agent", "dromedary");
        var auth = settings.auth();
        if (auth != null) {
            headers.put("authorization", "Bearer " + auth.value());
        }
        settings.headers().forEach((name, value) -> {
            headers.keySet().removeIf(name::equalsIgnoreCase);
            headers.put(name, value);
        });
        return RequestHead.of(method, origin, path, headers);
    }

    private static String basePath(URI url) {
        var path = url.getRawPath() == null ? "" : url.getRawPath();
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    @Override
    public Exchange chat(byte[] body, @Nullable TraceContext span, Listener listener) {
        return send(chat, body, span, listener);
    }

    @Override
    public Exchange get(String path, Listener listener) {
        return send(head("GET", path), NOTHING, null, listener);
    }

    private Exchange send(RequestHead head, byte[] body, @Nullable TraceContext span, Listener listener) {
        var exchange = new HttpExchange(head, body, span, listener, (ContextInternal) vertx.getOrCreateContext());
        exchange.connect();
        return exchange;
    }

    /** One request on one connection, or on two where the first was a kept one that had died. */
    private final class HttpExchange implements Exchange, UpstreamConnection.User {
        private final RequestHead head;
        private final @Nullable TraceContext span;
        private final Listener listener;
        private final ContextInternal context;
        private byte @Nullable [] body;
        private @Nullable UpstreamConnection connection;
        private boolean over;
        private boolean paused;
        private int resent;
        private long sentNanos;

        HttpExchange(
                RequestHead head,
                byte[] body,
                @Nullable TraceContext span,
                Listener listener,
                ContextInternal context) {
            this.head = head;
            this.body = body;
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
            sentNanos = System.nanoTime();
            to.send(head, Objects.requireNonNull(body), span, this);
            if (paused) {
                to.pause();
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
