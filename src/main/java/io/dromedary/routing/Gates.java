package io.dromedary.routing;

import io.dromedary.backend.BackendName;
import io.dromedary.config.Settings;
import io.dromedary.tier.gate.Alarm;
import io.dromedary.tier.gate.Gate;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** The gates in front of the backends. Kept for the life of the gateway, over reloads. */
public final class Gates {
    private final Map<BackendName, Gate> gates = new ConcurrentHashMap<>();
    private final LongSupplier nanos;
    private final Alarm alarm;

    /** @param nanos a count like that of {@link System#nanoTime()} */
    public Gates(LongSupplier nanos, Alarm alarm) {
        this.nanos = nanos;
        this.alarm = alarm;
    }

    /** Made when it is first asked for. It lets everybody through until it is configured. */
    public Gate of(BackendName backend) {
        return gates.computeIfAbsent(backend, name -> new Gate(name.value(), nanos, alarm));
    }

    /** The settings have changed. */
    public void configure(Settings settings) {
        settings.backends()
                .forEach((name, backend) -> of(new BackendName(name))
                        .configure(backend.concurrency(), settings.tiers().lanes()));
    }

    /** All of them. */
    public Map<BackendName, Gate> all() {
        return Collections.unmodifiableMap(gates);
    }
}
