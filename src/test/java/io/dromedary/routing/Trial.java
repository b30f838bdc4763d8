package io.dromedary.routing;

import io.dromedary.api.error.Refusal;
import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.BackendName;
import io.dromedary.config.BreakerSettings;
import io.dromedary.testing.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One backend with one model on a clock that the test moves, and what may become of an attempt there. */
final class Trial {
    static final BackendName BACKEND = new BackendName("alpha");
    static final AttemptFailure RESET = new AttemptFailure.Broken("connection reset");
    static final AttemptFailure REJECTED = new AttemptFailure.Rejected(
            new Refusal.Rejected(400, "no such parameter", "invalid_request_error", "seed", "unknown_parameter"));
    static final AttemptFailure INCAPABLE =
            new AttemptFailure.Incapable(new Refusal.BadRequest("it takes no images", "messages", "unsupported"));
    static final AttemptFailure TOO_LONG = new AttemptFailure.ContextTooLong("too many tokens");
    static final AttemptFailure USED_UP = new AttemptFailure.Exhausted(402, "quota used up");
    static final AttemptFailure LOCKED_OUT = new AttemptFailure.Misconfigured(401, "wrong key");

    final SettableClock clock = new SettableClock();
    final Standings standings;
    final Standing standing;

    Trial() {
        this(new SplittableRandom(7), BreakerSettings.DEFAULT);
    }

    Trial(RandomGenerator random, BreakerSettings settings) {
        standings = new Standings(clock, this::nanos, random);
        standing = standings.of(BACKEND, "m-1", settings);
    }

    static AttemptFailure limited(@Nullable Duration retryAfter) {
        return new AttemptFailure.Overloaded(429, "rate limit", retryAfter);
    }

    long nanos() {
        return Duration.between(Instant.EPOCH, clock.instant()).toNanos();
    }

    Instant in(Duration time) {
        return clock.instant().plus(time);
    }

    void pass(Duration time) {
        clock.advance(time);
    }

    void passMillis(long millis) {
        clock.advance(Duration.ofMillis(millis));
    }

    Admission admitted() {
        return Objects.requireNonNull(standing.admit(), "an attempt is let through");
    }

    Admission insisted() {
        return Objects.requireNonNull(standing.admitAnyway(), "who insists is let through");
    }

    void succeed() {
        admitted().succeeded();
    }

    void fail(AttemptFailure failure) {
        admitted().failed(failure);
    }

    /** Attempts may be made, and one was not taken by asking. */
    boolean admits() {
        var admission = standing.admit();
        if (admission == null) {
            return false;
        }
        admission.released();
        return true;
    }

    boolean admitsAnyway() {
        var admission = standing.admitAnyway();
        if (admission == null) {
            return false;
        }
        admission.released();
        return true;
    }

    Condition.Kind kind() {
        return standing.condition().kind();
    }

    /** Opens the breaker by as many failures as it takes. */
    void open() {
        for (var i = 0; i < BreakerSettings.DEFAULT.minimumCalls(); i++) {
            fail(RESET);
        }
    }

    /** The breaker is open, and the next attempt is the probe. */
    void halfOpen() {
        open();
        pass(BreakerSettings.DEFAULT.openFor().plusMillis(1));
    }
}
