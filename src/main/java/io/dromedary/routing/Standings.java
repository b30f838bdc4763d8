package io.dromedary.routing;

import io.dromedary.backend.BackendName;
import io.dromedary.backend.HealthProbe;
import io.dromedary.backend.SelfReport;
import io.dromedary.config.BreakerSettings;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How every backend did of late, by the upstream models that were asked of it: a provider may serve a sick model beside
 * healthy ones. Kept for the life of the gateway, over reloads.
 */
public final class Standings implements HealthProbe.Listener {
    private static final Comparator<Standing> ORDER = Comparator.comparing(
                    (Standing standing) -> standing.backend().value())
            .thenComparing(Standing::upstreamModel);

    private record Key(BackendName backend, String upstreamModel, BreakerSettings settings) {}

    private final Map<Key, Standing> standings = new ConcurrentHashMap<>();
    private final Map<BackendName, Load> loads = new ConcurrentHashMap<>();
    private final Map<BackendName, SelfReport> reports = new ConcurrentHashMap<>();
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final RandomGenerator random;

    /**
     * Nobody has a standing yet.
     *
     * @param clock for what operators are shown
     * @param nanos for everything else: a count like that of {@link System#nanoTime()}, which nobody sets back
     * @param random may be used by many threads
     */
    public Standings(InstantSource clock, LongSupplier nanos, RandomGenerator random) {
        this.clock = clock;
        this.nanos = nanos;
        this.random = random;
    }

    /**
     * Made when it is first asked for, and the same from then on: a candidate may keep it. Under other settings the backend
     * begins anew.
     */
    public Standing of(BackendName backend, String upstreamModel, BreakerSettings settings) {
        var key = new Key(backend, upstreamModel, settings);
        var known = standings.get(key);
        return known != null ? known : standings.computeIfAbsent(key, this::make);
    }

    private Standing make(Key key) {
        var circuit = new Circuits(nanos, key.settings()).circuit(key.backend() + "/" + key.upstreamModel());
        return new Standing(
                key.backend(),
                key.upstreamModel(),
                new Breaker(circuit, nanos, random, key.settings()),
                loads.computeIfAbsent(key.backend(), name -> new Load()),
                () -> report(key.backend()),
                clock,
                nanos,
                key.settings());
    }

    /** The settings have changed: these are in use from now on, and the others are forgotten. */
    public void keepOnly(Collection<Standing> inUse) {
        standings.values().retainAll(inUse);
        standings.values().forEach(Standing::pardon);
    }

    @Override
    public void health(BackendName backend, @Nullable String problem) {
        for (var standing : standings.values()) {
            if (standing.backend().equals(backend)) {
                standing.health(problem);
            }
        }
    }

    @Override
    public void reported(BackendName backend, SelfReport report) {
        reports.put(backend, report);
    }

    /** What a backend said of itself, or null where it never did. */
    public @Nullable SelfReport report(BackendName backend) {
        return reports.get(backend);
    }

    /** All that were asked for so far, by the names of backend and model. */
    public List<Standing> all() {
        return standings.values().stream().sorted(ORDER).toList();
    }

    /** The attempts under way at a backend, whatever the model. */
    public int inFlight(BackendName backend) {
        var load = loads.get(backend);
        return load == null ? 0 : load.now();
    }
}
