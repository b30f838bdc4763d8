package io.dromedary.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.backend.AttemptFailure;
import io.dromedary.config.BreakerSettings;
import io.dromedary.routing.Condition.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ten thousand things happen to a backend, in an order that a seed decides. */
final class StandingSequenceTest {
    private static final List<AttemptFailure> FAILURES = List.of(
            Trial.RESET,
            Trial.RESET,
            Trial.RESET,
            new AttemptFailure.Faulty(500, "internal error"),
            Trial.limited(null),
            Trial.limited(Duration.ofSeconds(7)),
            Trial.USED_UP,
            Trial.TOO_LONG,
            Trial.REJECTED);

    private final List<Admission> owed = new ArrayList<>();
    private @Nullable Admission probe;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 8_590_472, 20_260_101, 77})
    void whatever_happens_one_probe_is_out_and_every_attempt_is_accounted_for(long seed) {
        var random = new SplittableRandom(seed);
        var trial = new Trial(random.split(), BreakerSettings.DEFAULT);
        var seen = EnumSet.noneOf(Kind.class);
        for (var step = 0; step < 10_000; step++) {
            seen.add(trial.kind());
            switch (random.nextInt(7)) {
                case 0 -> trial.passMillis(random.nextLong(3_000));
                case 1, 2 -> admit(trial, false);
                case 3 -> admit(trial, true);
                default -> settle(random);
            }
            assertThat(trial.standings.inFlight(Trial.BACKEND))
                    .as("seed %d, step %d", seed, step)
                    .isEqualTo(owed.size());
        }
        assertThat(seen).as("seed %d: each condition was met", seed).hasSize(Kind.values().length);
        owed.forEach(Admission::released);
        trial.pass(Duration.ofMinutes(10));
        assertThat(trial.standing.inFlight()).isZero();
        assertThat(trial.admits()).isTrue();
    }

    private void admit(Trial trial, boolean insisting) {
        var kind = trial.kind();
        if (insisting && kind == Kind.MARKED) {
            // what lies under the mark decides then, and it is not seen from here
            return;
        }
        var admission = insisting ? trial.standing.admitAnyway() : trial.standing.admit();
        switch (kind) {
            case MARKED, OPEN -> assertThat(admission).isNull();
            case HALF_OPEN -> {
                assertThat(admission == null || probe == null).isTrue();
                assertThat(admission != null || probe != null || !insisting).isTrue();
                probe = admission == null ? probe : admission;
            }
            case COOLING -> assertThat(admission != null).isEqualTo(insisting);
            case RAMPING -> assertThat(admission != null || !insisting).isTrue();
            case CLOSED -> assertThat(admission).isNotNull();
        }
        if (admission != null) {
            owed.add(admission);
        }
    }

    private void settle(SplittableRandom random) {
        if (owed.isEmpty()) {
            return;
        }
        var index = random.nextInt(owed.size());
        var admission = owed.get(index);
        if (admission == probe) {
            probe = null;
        }
        switch (random.nextInt(8)) {
            case 0, 1 -> admission.succeeded();
            case 2 -> admission.released();
            case 3 -> {
                admission.begun();
                return;
            }
            default -> admission.failed(FAILURES.get(random.nextInt(FAILURES.size())));
        }
        owed.remove(index);
    }
}
