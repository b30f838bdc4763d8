package io.dromedary.config;

import io.dromedary.config.BackendSettings.Timeouts;

/**
 * What is expected of a backend that serves a model, and what follows when it fails.
 *
 * @param timeouts how long an attempt may take
 * @param breaker when the backend is left alone
 * @param retry when it is asked again
 * @param hedge when another is asked beside it
 */
public record FailoverSettings(Timeouts timeouts, BreakerSettings breaker, RetrySettings retry, HedgeSettings hedge) {
    public static final FailoverSettings DEFAULT = new FailoverSettings(
            Timeouts.DEFAULT, BreakerSettings.DEFAULT, RetrySettings.DEFAULT, HedgeSettings.DEFAULT);
}
