package io.dromedary.config;

import io.dromedary.api.ServiceTier;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One file of {@code backends/}.
 *
 * @param name the file's name without its ending
 * @param dialect e.g. {@code openai}
 * @param url where it is, without a trailing slash; null for the simulator
 * @param auth the credential with its reference resolved, or null for none; never printed
 * @param off why this backend is not in use (a required variable is unset, or {@code enabled: false}), or null when it is
 * @param concurrency calls in flight
 * @param models by public name, in file order
 * @param capabilities overrides of the dialect's defaults
 * @param headers sent with each request, references resolved
 * @param options what only this dialect knows, e.g. the simulator's pace
 * @param tiers the backend's own words for {@code service_tier}, a tier that is not there has none
 * @param api which of the dialect's interfaces it is spoken to over
 */
public record BackendSettings(
        String name,
        String dialect,
        @Nullable URI url,
        @Nullable Secret auth,
        @Nullable String off,
        Timeouts timeouts,
        int concurrency,
        Map<String, ServedModel> models,
        Map<String, Object> capabilities,
        Map<String, String> headers,
        Map<String, Object> options,
        Map<ServiceTier, String> tiers,
        Api api) {

    /** An interface of a backend, as its file names it. */
    public enum Api {
        /** {@code POST /chat/completions}. */
        CHAT,
        /** {@code POST /responses}. */
        RESPONSES
    }

    /** One that is spoken to over chat completions. */
    public BackendSettings(
            String name,
            String dialect,
            @Nullable URI url,
            @Nullable Secret auth,
            @Nullable String off,
            Timeouts timeouts,
            int concurrency,
            Map<String, ServedModel> models,
            Map<String, Object> capabilities,
            Map<String, String> headers,
            Map<String, Object> options,
            Map<ServiceTier, String> tiers) {
        this(
                name,
                dialect,
                url,
                auth,
                off,
                timeouts,
                concurrency,
                models,
                capabilities,
                headers,
                options,
                tiers,
                Api.CHAT);
    }

    /** One without words of its own for service tiers. */
    public BackendSettings(
            String name,
            String dialect,
            @Nullable URI url,
            @Nullable Secret auth,
            @Nullable String off,
            Timeouts timeouts,
            int concurrency,
            Map<String, ServedModel> models,
            Map<String, Object> capabilities,
            Map<String, String> headers,
            Map<String, Object> options) {
        this(name, dialect, url, auth, off, timeouts, concurrency, models, capabilities, headers, options, Map.of());
    }

    /** What serves when there is no backend file at all: the simulator, so that a first call has an answer. */
    public static final BackendSettings SIMULATOR = new BackendSettings(
            "simulator",
            "simulator",
            null,
            null,
            null,
            Timeouts.DEFAULT,
            64,
            Map.of("dromedary-sim", new ServedModel("dromedary-sim", 1, 1, Map.of())),
            Map.of(),
            Map.of(),
            Map.of());

    /**
     * @param connect until a connection stands
     * @param firstToken until the answer's first byte
     * @param betweenTokens silence within an answer
     * @param total the whole attempt
     */
    public record Timeouts(Duration connect, Duration firstToken, Duration betweenTokens, Duration total) {
        public static final Timeouts DEFAULT = new Timeouts(
                Duration.ofSeconds(2), Duration.ofSeconds(10), Duration.ofSeconds(15), Duration.ofMinutes(10));
    }

    /**
     * @param upstream the model as the backend knows it
     * @param priority lower goes first
     * @param weight share among equals
     * @param capabilities overrides for this model alone
     * @param spill while the backend's gate is full, do not wait there where a candidate that comes after it by priority
     *     has room: provisioned first, pay-as-you-go after
     * @param failover the backend's, with what is different for this model
     */
    public record ServedModel(
            String upstream,
            int priority,
            int weight,
            Map<String, Object> capabilities,
            boolean spill,
            FailoverSettings failover) {
        /** One that waits at its backend, with the usual failover. */
        public ServedModel(String upstream, int priority, int weight, Map<String, Object> capabilities) {
            this(upstream, priority, weight, capabilities, false, FailoverSettings.DEFAULT);
        }
    }
}
