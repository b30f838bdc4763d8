package io.dromedary.backend;

import io.netty.util.concurrent.FastThreadLocal;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;

/** An HTTP client for each event loop, so that an answer is read on the loop of the call that it belongs to. */
final class LoopClients {
    private static final int KEEP_ALIVE_SECONDS = 30;

    private final FastThreadLocal<HttpClient> current;

    LoopClients(Vertx vertx, int poolSize) {
        var options = new HttpClientOptions()
                .setKeepAlive(true)
                .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                .setPipelining(false)
                .setDecompressionSupported(false)
                .setTcpNoDelay(true)
                .setMaxHeaderSize(32 * 1024)
                .setVerifyHost(true)
                .setPoolCleanerPeriod(1000);
        var pool = new PoolOptions().setHttp1MaxSize(poolSize).setMaxWaitQueueSize(-1);
        this.current = new FastThreadLocal<>() {
            @Override
            protected HttpClient initialValue() {
                return vertx.httpClientBuilder().with(options).with(pool).build();
            }
        };
    }

    /** The client of the event loop that is running. */
    HttpClient current() {
        return current.get();
    }
}
