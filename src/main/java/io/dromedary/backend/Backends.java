package io.dromedary.backend;

import io.dromedary.config.BackendSettings;
import io.vertx.core.Vertx;
import java.util.Collection;
import java.util.function.Function;
import java.util.function.Supplier;

/** Makes backends out of their settings. One per gateway: connections outlive a reload. */
public final class Backends {
    private final Function<BackendSettings, Dialect> dialects;
    private final Function<BackendSettings, Upstream> embedded;
    private final Vertx vertx;
    private final Connections connections;
    private final AttemptWatch watch;

    /**
     * For one gateway.
     *
     * @param dialects says how the backend of some settings speaks
     * @param embedded makes the upstream of a backend that has no url
     */
    public Backends(
            Vertx vertx, Function<BackendSettings, Dialect> dialects, Function<BackendSettings, Upstream> embedded) {
        this.dialects = dialects;
        this.embedded = embedded;
        this.vertx = vertx;
        this.connections = new Connections(vertx);
        this.watch = new AttemptWatch(vertx);
    }

    public Backend of(BackendSettings settings) {
        var dialect = dialects.apply(settings);
        var upstream = settings.url() == null
                ? embedded.apply(settings)
                : new HttpUpstream(vertx, connections, settings, dialect);
        return new Backend(
                new BackendName(settings.name()),
                settings,
                dialect,
                dialect.capabilities().with(settings.capabilities()),
                upstream);
    }

    /**
     * Asks backends of their health.
     *
     * @param inUse now
     * @param listener is told
     */
    public HealthProbe probe(Supplier<Collection<Backend>> inUse, HealthProbe.Listener listener) {
        return new HealthProbe(vertx, inUse, listener);
    }

    /** Keeps the deadlines of every attempt. */
    public AttemptWatch watch() {
        return watch;
    }
}
