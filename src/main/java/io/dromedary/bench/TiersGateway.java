package io.dromedary.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A gateway for what tiers are to do: projects with limits and without, and backends with few slots.
 *
 * @param keys of the projects, by their names
 */
record TiersGateway(GatewayProxy.Running running, Map<String, String> keys) {

    /** Slots of each backend that is flooded. */
    static final int CAPACITY = 8;

    /** Its backend is flooded with whole answers. */
    static final String WHOLE = "bench-whole";

    /** Its backend is flooded with streams. */
    static final String STREAMS = "bench-streams";

    /** How long a call of {@code flex} may wait. */
    static final Duration DEADLINE = Duration.ofSeconds(2);

    /** Projects: with limits that are never reached, and without. */
    static final String LIMITED = "limited";

    static final String UNLIMITED = "unlimited";

    private static final String HUGE = "{ requestsPerMinute: 1000000000, tokensPerMinute: 1000000000000 }";

    /**
     * Starts it.
     *
     * @param fast port of an upstream that answers at once
     * @param slow port of one that takes its time
     * @param scarce limits of further projects, by their names
     */
    static TiersGateway start(Rig rig, List<String> javaOptions, int fast, int slow, Map<String, String> scarce)
            throws IOException, InterruptedException {
        var limits = new TreeMap<>(scarce);
        limits.put(LIMITED, HUGE);
        limits.put(UNLIMITED, "");
        var keys = new HashMap<String, String>();
        limits.keySet().forEach(project -> keys.put(project, GatewayProxy.newKey()));
        var files = Map.of(
                "backends/fast.yaml",
                GatewayProxy.backend(ChatBody.MODEL, fast, rig.files().streams()),
                "backends/whole.yaml",
                GatewayProxy.backend(WHOLE, slow, CAPACITY),
                "backends/streams.yaml",
                GatewayProxy.backend(STREAMS, slow, CAPACITY),
                "config/keys.yaml",
                projects(limits, keys),
                "config/tiers.yaml",
                lanes());
        return new TiersGateway(GatewayProxy.start(rig, Cores.Place.PROXY, javaOptions, files), Map.copyOf(keys));
    }

    static String projects(Map<String, String> limits, Map<String, String> keys) {
        var out = new StringBuilder("projects:\n");
        limits.forEach((project, its) -> out.append("  ")
                .append(project)
                .append(":\n")
                .append(its.isEmpty() ? "" : "    limits: " + its + "\n")
                .append("    keys:\n")
                .append("      - { id: bench, sha256: %s }%n"
                        .formatted(GatewayProxy.sha256(keys.getOrDefault(project, "")))));
        return out.toString();
    }

    /** So many may wait that each is refused at its deadline and none for want of a place. */
    static String lanes() {
        return String.format(Locale.ROOT, "lanes:%n  flex: { queue: 100000, deadline: %ds }%n", DEADLINE.toSeconds());
    }

    /** The way to it of one project's calls. */
    Contender as(String project) {
        return new Contender(project, running.port(), keys.getOrDefault(project, ""), running.child());
    }

    Gauges gauges() {
        return new Gauges(running.managementPort());
    }
}
