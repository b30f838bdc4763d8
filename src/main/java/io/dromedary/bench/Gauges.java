package io.dromedary.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** What the gateway says is under way in it. All of these are 0 in one that has nothing to do. */
record Gauges(int managementPort) {

    private static final List<String> NAMES = List.of(
            "dromedary_calls_in_flight",
            "dromedary_open_streams",
            "dromedary_attempts_in_flight",
            "dromedary_hedges_in_flight",
            "dromedary_timers_pending",
            "dromedary_gate_in_flight",
            "dromedary_gate_queued");

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);
    private static final long PAUSE_MILLIS = 5;

    /**
     * How long it took until nothing was under way.
     *
     * @param millis until then, or until patience ended
     * @param left what was not 0 at that moment
     */
    record Drained(double millis, Map<String, Double> left) {}

    /** Waits for everything to be 0, for ten seconds at most. */
    Drained await() throws IOException, InterruptedException {
        var start = System.nanoTime();
        while (true) {
            var left = nonZero(scrape());
            var took = System.nanoTime() - start;
            if (left.isEmpty() || took > PATIENCE) {
                return new Drained(took / 1e6, left);
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }

    private String scrape() throws IOException {
        var page = URI.create("http://%s:%d/observe/metrics".formatted(Sockets.HOST, managementPort));
        try (var in = page.toURL().openStream()) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    /** @param metrics in Prometheus' text format */
    static Map<String, Double> nonZero(String metrics) {
        var sums = new TreeMap<String, Double>();
        for (var line : metrics.lines().toList()) {
            var name = line.split("[{ ]", 2)[0];
            if (NAMES.contains(name)) {
                sums.merge(name, Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)), Double::sum);
            }
        }
        sums.values().removeIf(sum -> sum == 0);
        return sums;
    }
}
