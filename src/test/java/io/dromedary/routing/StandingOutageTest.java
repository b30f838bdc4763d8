package io.dromedary.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.config.BreakerSettings;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Fifty calls a second at a backend that is well for a minute, then fails every attempt, and then is well again. */
final class StandingOutageTest {
    private static final int BETWEEN_CALLS = 20;
    private static final int OUTAGE = 60_000;

    private final List<Integer> attempts = new ArrayList<>();

    @ParameterizedTest
    @CsvSource({"0, 90000", "0, 91700", "300, 93333", "300, 95555", "900, 97000"})
    void an_outage_costs_probes_and_traffic_returns_slowly_and_soon(int latency, int recovery) {
        run(latency, recovery);

        assertThat(between(OUTAGE - 10_000, OUTAGE)).hasSize(500);
        var probes = between(OUTAGE + 2_000, recovery);
        assertThat(probes).hasSizeBetween(4, (recovery - OUTAGE - 2_000) / 5_000 + 1);
        for (var i = 1; i < probes.size(); i++) {
            assertThat(probes.get(i) - probes.get(i - 1)).isGreaterThan(5_000);
        }
        var full = recovery + 15_000;
        assertThat(between(full, full + 10_000)).hasSize(500);
        var closed = between(recovery, full).getFirst() + latency;
        assertThat(between(closed, closed + 1_000)).hasSizeBetween(2, 20);
        assertThat(between(closed + 2_000, closed + 3_000)).hasSizeBetween(18, 37);
        assertThat(between(closed + 5_000, closed + 6_000)).hasSizeGreaterThanOrEqualTo(49);
    }

    private void run(int latency, int recovery) {
        record UnderWay(Admission admission, int ends, boolean well) {}
        var trial = new Trial(new SplittableRandom(11), BreakerSettings.DEFAULT);
        var underWay = new ArrayDeque<UnderWay>();
        for (var now = 0; now < recovery + 30_000; now += BETWEEN_CALLS) {
            while (!underWay.isEmpty() && underWay.getFirst().ends() <= now) {
                var ended = underWay.removeFirst();
                if (ended.well()) {
                    ended.admission().succeeded();
                } else {
                    ended.admission().failed(Trial.RESET);
                }
            }
            var admission = trial.standing.admit();
            if (admission != null) {
                attempts.add(now);
                underWay.add(new UnderWay(admission, now + latency, now < OUTAGE || now >= recovery));
            }
            trial.passMillis(BETWEEN_CALLS);
        }
    }

    private List<Integer> between(int from, int to) {
        return attempts.stream().filter(at -> at >= from && at < to).toList();
    }
}
