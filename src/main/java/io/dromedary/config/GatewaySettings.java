package io.dromedary.config;

import io.dromedary.api.ServiceTier;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
 * @param jobs how work is done that outlives its request
 * @param files what callers upload
 * @param guards who honours switches of guards, beside what is built in
 */
public record GatewaySettings(
        Limits limits,
        Timeouts timeouts,
        Duration shutdownGrace,
        @Nullable Tls tls,
        Observe observe,
        Store store,
        Responses responses,
        Sockets sockets,
        Jobs jobs,
        Files files,
        Guards guards) {

    /**
     * @param jsonBytes the largest JSON body (20 MB); 413 above
     * @param headerBytes all header lines together (16 KiB); 431 above
     * @param lineBytes the request line (8 KiB); 414 above
     * @param audioBytes the largest recording (64 MB); 413 above
     */
    public record Limits(int jsonBytes, int headerBytes, int lineBytes, long audioBytes) {}

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

    /**
     * @param lease how long the work of a gateway that died waits at most for another one (30 s)
     * @param inFlight jobs of each kind that one gateway works on at once (256); more wait
     * @param waiting jobs of one project that have not ended (20,000); 429 above
     * @param batchLines lines of one batch that are under way at once (64)
     * @param batchMaxLines lines that the input of a batch may have (50,000)
     * @param batchBytes the largest input of a batch (200 MB)
     * @param tiers by which work is served that does not say it itself
     */
    public record Jobs(
            Duration lease,
            int inFlight,
            int waiting,
            int batchLines,
            int batchMaxLines,
            long batchBytes,
            JobTiers tiers) {}

    /** Null: as any other call that asks for none. */
    public record JobTiers(
            @Nullable ServiceTier batch,
            @Nullable ServiceTier deferred,
            @Nullable ServiceTier background) {}

    /**
     * @param bytes the largest file (512 MB); 413 above
     * @param retention how long a file is kept whose sender does not say it, and the results of a batch (30 days)
     * @param folder remote store: a folder that all gateways share, where the content is; null for the store itself
     * @param urls which files may be named by a URL
     * @param s3 an object store, or null for none: then no URL may begin with {@code s3:}
     */
    public record Files(
            long bytes,
            Duration retention,
            @Nullable Path folder,
            Urls urls,
            @Nullable S3 s3) {
        public Files(long bytes, Duration retention, @Nullable Path folder) {
            this(bytes, retention, folder, new Urls(List.of()), null);
        }
    }

    /**
     * @param allow {@code host:port} of each that may be fetched from though it is not public, or not at port 443; an IPv6
     *     address stands in brackets
     */
    public record Urls(List<String> allow) {}

    /**
     * An object store that speaks S3.
     *
     * @param endpoint null for that of AWS in the region
     * @param buckets by name, the projects that may name what is in it; {@link #ALL} among them opens it to every one
     * @param target where the results of batches go whose input was named by a URL: {@link #BESIDE} it, or below an
     *     {@code s3:} URL; null for nowhere
     */
    public record S3(
            @Nullable URI endpoint,
            String region,
            Secret accessKey,
            Secret secretKey,
            Map<String, List<String>> buckets,
            @Nullable String target) {
        public static final String ALL = "*";
        public static final String BESIDE = "beside";

        /** @param project null for one that is not known */
        public boolean isOpen(String bucket, @Nullable String project) {
            var projects = buckets.getOrDefault(bucket, List.of());
            return projects.contains(ALL) || project != null && projects.contains(project);
        }
    }

    /** @param hook a guard outside, or null for none */
    public record Guards(@Nullable Hook hook) {}

    /**
     * A guard that is asked over HTTP.
     *
     * @param secret sent as {@code Authorization: Bearer}; null for none
     * @param switches that it honours, e.g. {@code toxicity}
     * @param timeout how long it may take; the call is refused after
     */
    public record Hook(URI url, @Nullable Secret secret, Set<String> switches, Duration timeout) {}

    public static final GatewaySettings DEFAULT = new GatewaySettings(
            new Limits(20_000_000, 16_384, 8_192, 64_000_000),
            new Timeouts(
                    Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(75), Duration.ofSeconds(10)),
            Duration.ofSeconds(30),
            null,
            new Observe(true, false),
            new Store(StoreMode.LOCAL, false, List.of(), null, null),
            new Responses(Duration.ofDays(30), Duration.ofHours(24)),
            new Sockets(Duration.ofSeconds(30), Duration.ofMinutes(60), 16),
            new Jobs(
                    Duration.ofSeconds(30),
                    256,
                    20_000,
                    64,
                    50_000,
                    200_000_000,
                    new JobTiers(ServiceTier.FLEX, null, null)),
            new Files(512_000_000, Duration.ofDays(30), null),
            new Guards(null));
}
