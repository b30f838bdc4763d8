package io.dromedary.backend;

import io.dromedary.config.BackendSettings;
import io.netty.channel.ConnectTimeoutException;
import io.netty.util.AttributeKey;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.impl.ConnectionBase;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Objects;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** A backend over HTTP/1.1 with kept connections, one pool per event loop. */
final class HttpUpstream implements Upstream {
    private static final AttributeKey<Boolean> USED = AttributeKey.valueOf(HttpUpstream.class, "used");

    /** A kept connection that dies this soon after a request was written had died before. */
    private static final long RESEND_WITHIN_NANOS = 1_000_000_000L;

    private static final int MOST_RESENDS = 3;

    private final LoopClients clients;
    private final RequestOptions chat;

    HttpUpstream(LoopClients clients, BackendSettings settings, Dialect dialect) {
        this.clients = clients;
        this.chat = options(settings, dialect.chatPath());
    }

    private static RequestOptions options(BackendSettings settings, String path) {
        var url = Objects.requireNonNull(settings.url(), "url");
        var tls = "https".equals(url.getScheme());
        var options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(url.getHost())
                .setPort(url.getPort() >= 0 ? url.getPort() : tls ? 443 : 80)
                .setSsl(tls)
                .setURI(basePath(url) + path)
                .setConnectTimeout(settings.timeouts().connect().toMillis())
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(HttpHeaders.USER_AGENT, "dromedary");
        var auth = settings.auth();
        if (auth != null) {
            options.putHeader(HttpHeaders.AUTHORIZATION, "Bearer " + auth.value());
        }
        settings.headers().forEach(options::putHeader);
        return options;
    }

    private static String basePath(URI url) {
        var path = url.getRawPath() == null ? "" : url.getRawPath();
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    @Override
    public Exchange chat(byte[] body, Listener listener) {
        var exchange = new HttpExchange(body, listener);
        exchange.connect();
        return exchange;
    }

    /** One request on one connection, or on two where the first was a kept one that had died. */
    private final class HttpExchange implements Exchange {
        private byte @Nullable [] body;
        private final Listener listener;
        private @Nullable HttpClientRequest request;
        private @Nullable HttpClientResponse response;
        private boolean over;
        private boolean reused;
        private int resent;
        private long sentNanos;
        private boolean paused;

        HttpExchange(byte[] body, Listener listener) {
            this.body = body;
            this.listener = listener;
        }

        void connect() {
            clients.current().request(chat).onComplete(made -> {
                if (made.failed()) {
                    fail(new AttemptFailure.NotSent(notSent(made.cause())));
                    return;
                }
                send(made.result());
            });
        }

        private void send(HttpClientRequest made) {
            request = made;
            if (over) {
                made.reset();
                return;
            }
            var used = ((ConnectionBase) made.connection()).channel().attr(USED);
            reused = used.getAndSet(Boolean.TRUE) != null;
            sentNanos = System.nanoTime();
            made.send(Buffer.buffer(Objects.requireNonNull(body))).onComplete(answered -> {
                if (over) {
                    return;
                }
                if (answered.failed()) {
                    unanswered(answered.cause());
                    return;
                }
                read(answered.result());
            });
        }

        /** A kept connection may have been closed by the other side just now: that costs no attempt. */
        private void unanswered(Throwable cause) {
            if (reused && resent < MOST_RESENDS && System.nanoTime() - sentNanos < RESEND_WITHIN_NANOS) {
                resent++;
                connect();
                return;
            }
            fail(new AttemptFailure.Broken(broken(cause)));
        }

        private void read(HttpClientResponse answer) {
            response = answer;
            body = null;
            answer.exceptionHandler(cause -> fail(new AttemptFailure.Broken(broken(cause))));
            answer.handler(piece -> {
                if (!over) {
                    listener.body(piece.getBytes());
                }
            });
            answer.endHandler(nothing -> {
                if (!over) {
                    over = true;
                    listener.end();
                }
            });
            if (paused) {
                answer.pause();
            }
            listener.head(answer.statusCode(), answer::getHeader);
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
            if (response != null) {
                response.pause();
            }
        }

        @Override
        public void resume() {
            paused = false;
            if (response != null) {
                response.resume();
            }
        }

        @Override
        public void cancel() {
            if (over) {
                return;
            }
            over = true;
            if (request != null) {
                request.reset();
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

    private static String broken(Throwable cause) {
        var message = String.valueOf(cause.getMessage());
        return message.contains("reset") ? "connection reset" : "connection closed early";
    }
}
