package io.dromedary.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code config/gateway.yaml}.
 *
 * @param limits what a client may send
 * @param timeouts how long a client may take
 * @param shutdownGrace how long calls in flight may run on after SIGTERM
 * @param tls certificate and key of the front, or null for clear text
 * @param observe what is logged and counted
 * @param store where everything is that outlives a call
 * @param responses for how long the Responses API remembers
 * @param sockets how WebSockets are kept
 */
public record GatewaySettings(
        Limits limits,
        Timeouts timeouts,
        Duration shutdownGrace,
        @Nullable Tls tls,
        Observe observe,
        Store store,
        Responses responses,
        Sockets sockets) {

    /**
     * @param jsonBytes the largest JSON body (20 MB); 413 above
     * @param headerBytes all header lines together (16 KiB); 431 above
     * @param lineBytes the request line (8 KiB); 414 above
     */
    public record Limits(int jsonBytes, int headerBytes, int lineBytes) {}

    /**
     * @param headers from a request's first byte to the end of its headers (10 s); 408 after
     * @param body from there to the end of its body (60 s); 408 after
     * @param idle a connection with nothing on it (75 s)
     * @param keepAlive a stream with nothing to say gets a comment this often (10 s)
     */
    public record Timeouts(Duration headers, Duration body, Duration idle, Duration keepAlive) {}

    /** PEM files. */
    public record Tls(Path certificate, Path key) {}

    /**
     * @param accessLog one JSON line per call on standard output
     * @param projectLabels metrics have the project as a label; off, no metric names a project
     */
    public record Observe(boolean accessLog, boolean projectLabels) {}

    /**
     * @param fsync local: a write counts once the disk has it
     * @param servers remote: {@code host:port} of each, at least one; an IPv6 address stands in brackets
     * @param username remote: null for none, and then there is no password either
     * @param password remote: with its reference resolved; never printed
     */
    public record Store(
            StoreMode mode,
            boolean fsync,
            List<String> servers,
            @Nullable String username,
            @Nullable Secret password) {}

    /**
     * @param ping a WebSocket that says nothing is asked this often whether it is still there, and closed where it does not
     *     answer by the next time (30 s)
     * @param life after which it is closed, once the response that is under way has ended (60 min)
     * @param queue messages that may wait for the response that is under way (16)
     */
    public record Sockets(Duration ping, Duration life, int queue) {}

    /** Where everything is that outlives a call. */
    public enum StoreMode {
        /** In this gateway, on its own disk. */
        LOCAL,
        /** On servers, which many gateways share. */
        REMOTE
    }

    /**
     * @param retention how long a stored response can be fetched and continued (30 days)
     * @param events how long the events of a stored stream can be fetched once more (24 hours)
     */
    public record Responses(Duration retention, Duration events) {}

    public static final GatewaySettings DEFAULT = new GatewaySettings(
            new Limits(20_000_000, 16_384, 8_192),
            new Timeouts(
                    Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(75), Duration.ofSeconds(10)),
            Duration.ofSeconds(30),
            null,
            new Observe(true, false),
            new Store(StoreMode.LOCAL, false, List.of(), null, null),
            new Responses(Duration.ofDays(30), Duration.ofHours(24)),
            new Sockets(Duration.ofSeconds(30), Duration.ofMinutes(60), 16));
}
