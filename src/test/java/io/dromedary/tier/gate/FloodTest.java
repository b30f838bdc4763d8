package io.dromedary.tier.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.config.Lane;
import io.dromedary.tier.gate.Flood.Traffic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Ten times the capacity in flex, on top of default at the half of it: minutes of it, in no time. */
final class FloodTest {
    private static final ToDoubleFunction<SplittableRandom> BURSTS = random -> -Math.log(1 - random.nextDouble());
    private static final ToDoubleFunction<SplittableRandom> STEADY = random -> 0.5 + random.nextDouble();

    private static final ToDoubleFunction<SplittableRandom> EVEN = random -> 1;
    private static final ToDoubleFunction<SplittableRandom> A_LITTLE_LONGER = random -> 1.0025;

    private static final Duration LONG = Duration.ofSeconds(5);
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Traffic SLOW_TO_BEGIN = flex(LONG, SHORT);
    private static final Traffic LONG_STREAMS = flex(SHORT, LONG);

    private static Traffic flex(Duration firstByte, Duration stream) {
        return new Traffic(Lane.FLEX, 10 * Flood.CAPACITY, firstByte, stream, BURSTS, STEADY);
    }

    private static Traffic ordinary(int millis, ToDoubleFunction<SplittableRandom> arrivals) {
        var firstByte = Duration.ofMillis(millis / 5);
        return new Traffic(
                Lane.DEFAULT,
                Flood.CAPACITY / 2.0,
                firstByte,
                Duration.ofMillis(millis).minus(firstByte),
                arrivals,
                arrivals);
    }

    @Test
    void steady_default_does_not_notice_flex_that_is_slow_to_begin() {
        unnoticed(ordinary(500, STEADY), SLOW_TO_BEGIN);
    }

    @Test
    void steady_default_does_not_notice_flex_that_streams_for_long() {
        unnoticed(ordinary(500, STEADY), LONG_STREAMS);
    }

    @Test
    void default_in_bursts_does_not_notice_flex_that_is_slow_to_begin() {
        unnoticed(ordinary(500, BURSTS), SLOW_TO_BEGIN);
    }

    @Test
    void default_in_bursts_does_not_notice_flex_that_streams_for_long() {
        unnoticed(ordinary(500, BURSTS), LONG_STREAMS);
    }

    /** Each comes just before the one that it could follow has left, and flex begins before it could give way. */
    @Test
    void no_call_of_default_that_comes_like_a_clock_waits_for_flex_that_streams_for_long() {
        var likeAClock = new Traffic(
                Lane.DEFAULT, Flood.CAPACITY / 2.0, Duration.ofMillis(200), Duration.ZERO, EVEN, A_LITTLE_LONGER);
        for (var flood : floods(likeAClock, flex(Duration.ofMillis(1), LONG))) {
            assertThat(Collections.max(flood.waits))
                    .isLessThan(Duration.ofMillis(1).toNanos());
            assertThat(flood.flexServed).isPositive();
        }
    }

    @Test
    void short_calls_and_longer_ones_do_not_notice_either() {
        unnoticed(ordinary(100, BURSTS), LONG_STREAMS);
        unnoticed(ordinary(2000, STEADY), LONG_STREAMS);
    }

    private static void unnoticed(Traffic entitled, Traffic flex) {
        var calm = floods(entitled, null);
        var flooded = floods(entitled, flex);
        var before = p99(calm);
        var allowed = Math.max(before * 1.05, before + Duration.ofMillis(2).toNanos());
        assertThat((double) p99(flooded))
                .as("p99 of the wait, without the flood %d ns", before)
                .isLessThanOrEqualTo(allowed);
        for (var flood : flooded) {
            assertThat(flood.mostInFlight).isLessThanOrEqualTo(Flood.CAPACITY);
            assertThat(flood.overtakings)
                    .as("flex admitted while default waits")
                    .isZero();
            assertThat(flood.flexServed).as("flex that was served meanwhile").isPositive();
            assertThat(flood.lateness)
                    .isNotEmpty()
                    .allSatisfy(late ->
                            assertThat(late).isBetween(0L, Duration.ofMillis(50).toNanos()));
            assertThat(flood.gate.crowd().inFlight()).isZero();
            assertThat(flood.gate.crowd().queued()).isZero();
        }
    }

    private static List<Flood> floods(Traffic entitled, @Nullable Traffic flex) {
        return LongStream.rangeClosed(1, 12)
                .mapToObj(seed -> new Flood(entitled, flex, seed))
                .toList();
    }

    private static long p99(List<Flood> floods) {
        var waits = new ArrayList<Long>();
        floods.forEach(flood -> waits.addAll(flood.waits));
        var sorted = waits.stream().sorted().toList();
        return sorted.get((int) Math.ceil(sorted.size() * 0.99) - 1);
    }
}
