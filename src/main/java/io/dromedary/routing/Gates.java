package io.dromedary.routing;

import io.dromedary.backend.BackendName;
import io.dromedary.config.BackendSettings;
import io.dromedary.config.Settings;
import io.dromedary.tier.gate.Alarm;
import io.dromedary.tier.gate.Gate;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The gates in front of the backends. Kept for the life of the gateway, over reloads. None lets more in than its backend is
 * configured for, nor more than the server says itself that it takes.
 */
public final class Gates {
    private final Map<BackendName, Gate> gates = new ConcurrentHashMap<>();
    private final LongSupplier nanos;
    private final Alarm alarm;

    // under the lock

    private @Nullable Settings settings;

    /** What servers say that they take at once. */
    private final Map<BackendName, Integer> reported = new HashMap<>();

    /** @param nanos a count like that of {@link System#nanoTime()} */
    public Gates(LongSupplier nanos, Alarm alarm) {
        this.nanos = nanos;
        this.alarm = alarm;
    }

    /** Made when it is first asked for. It lets everybody through until it is configured. */
    public Gate of(BackendName backend) {
        return gates.computeIfAbsent(backend, name -> new Gate(name.value(), nanos, alarm));
    }

    /** The settings have changed. What a server said counts for as long as the backend is that server. */
    public synchronized void configure(Settings latest) {
        var before = settings;
        settings = latest;
        reported.keySet()
                .removeIf(name -> before == null
                        || !isSameServer(
                                before.backends().get(name.value()),
                                latest.backends().get(name.value())));
        latest.backends().forEach((name, backend) -> configure(new BackendName(name), backend, latest));
    }

    /**
     * A server says how many requests it takes at once.
     *
     * @param concurrency 0 where it does not say
     */
    public synchronized void reported(BackendName name, int concurrency) {
        var before = concurrency == 0 ? reported.remove(name) : reported.put(name, concurrency);
        var backend = settings == null ? null : settings.backends().get(name.value());
        if (settings == null || backend == null) {
            reported.remove(name);
        } else if ((before == null ? 0 : before) != concurrency) {
            configure(name, backend, settings);
        }
    }

    private void configure(BackendName name, BackendSettings backend, Settings all) {
        of(name).configure(
                        lower(backend.concurrency(), reported.getOrDefault(name, 0)),
                        all.tiers().lanes());
    }

    /** Either may be 0, for no limit. */
    private static int lower(int configured, int said) {
        return configured == 0 || said == 0 ? Math.max(configured, said) : Math.min(configured, said);
    }

    private static boolean isSameServer(@Nullable BackendSettings one, @Nullable BackendSettings other) {
        return one != null
                && other != null
                && one.dialect().equals(other.dialect())
                && Objects.equals(one.url(), other.url());
    }

    /** All of them. */
    public Map<BackendName, Gate> all() {
        return Collections.unmodifiableMap(gates);
    }
}
