package io.dromedary.routing;

import io.dromedary.backend.BackendName;
import java.time.InstantSource;
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
public final class Standings {
    private static final Comparator<Standing> ORDER = Comparator.comparing(
                    (Standing standing) -> standing.backend().value())
            .thenComparing(Standing::upstreamModel);

    private record Key(BackendName backend, String upstreamModel) {}

    private final Map<Key, Standing> standings = new ConcurrentHashMap<>();
    private final Map<BackendName, Load> loads = new ConcurrentHashMap<>();
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final RandomGenerator random;
    private final BreakerSettings settings;
    private final Circuits circuits;

    /**
     * Nobody has a standing yet.
     *
     * @param clock for what operators are shown
     * @param nanos for everything else: a count like that of {@link System#nanoTime()}, which nobody sets back
     * @param random may be used by many threads
     */
    public Standings(InstantSource clock, LongSupplier nanos, RandomGenerator random, BreakerSettings settings) {
        this.clock = clock;
        this.nanos = nanos;
        this.random = random;
        this.settings = settings;
        this.circuits = new Circuits(nanos, settings);
    }

    /** Made when it is first asked for, and the same from then on: a candidate may keep it. */
    public Standing of(BackendName backend, String upstreamModel) {
        var key = new Key(backend, upstreamModel);
        var known = standings.get(key);
        return known != null ? known : standings.computeIfAbsent(key, this::make);
    }

    private Standing make(Key key) {
        var circuit = circuits.circuit(key.backend() + "/" + key.upstreamModel());
        return new Standing(
                key.backend(),
                key.upstreamModel(),
                new Breaker(circuit, nanos, random, settings),
                loads.computeIfAbsent(key.backend(), name -> new Load()),
                clock,
                nanos,
                settings);
    }

    /**
     * What a backend says of its own health.
     *
     * @param problem or null where it is well
     */
    public void health(BackendName backend, @Nullable String problem) {
        for (var standing : standings.values()) {
            if (standing.backend().equals(backend)) {
                standing.health(problem);
            }
        }
    }

    /** The settings have changed. */
    public void pardon() {
        standings.values().forEach(Standing::pardon);
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
