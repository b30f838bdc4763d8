package io.dromedary.call;

import io.dromedary.api.Headers;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs calls of the gateway's own through the routes that serve requests: the same steps, limits, tiers, failover, metrics
 * and access log, and no connection.
 */
public interface InnerCalls {
    /**
     * What is asked.
     *
     * @param requestId as the access log shows it
     * @param endpoint path of a route that takes JSON by POST from the gateway itself, e.g. {@code /v1/chat/completions}
     * @param project in whose name; the step {@code identify} finds it as it is now
     * @param key id of the key that the work was accepted from
     * @param errand what the steps of this endpoint may need to know of it, or null; nobody else looks inside
     * @param asks said each time that a backend is about to be asked, with the executor of the call's event loop, where the
     *     stage is to be completed. It is asked with true, and not with false, which is for calls that are being left; null for
     *     at once
     */
    record Ask(
            String requestId,
            String endpoint,
            byte[] body,
            String project,
            String key,
            @Nullable Object errand,
            Function<Executor, @Nullable CompletionStage<Boolean>> asks) {
        /** Where it does not matter whether somebody was asked. */
        public Ask(
                String requestId, String endpoint, byte[] body, String project, String key, @Nullable Object errand) {
            this(requestId, endpoint, body, project, key, errand, loop -> null);
        }
    }

    /**
     * How a call ended.
     *
     * @param status of the reply; 0 where the call was left
     * @param headers of the reply, {@code retry-after} among them
     * @param body of the reply; empty where it was events, which nobody gets from here
     */
    record Told(int status, Headers headers, byte[] body) {}

    /** A call that runs. */
    interface Running {
        /**
         * Stops it at once, as a client that leaves, whoever else may follow its events. May be called from anywhere, and too
         * late.
         */
        void leave();
    }

    /**
     * Begins a call on an event loop, also while the gateway drains. It is in flight until it is told.
     *
     * @param told once, on that loop, when everything of the call is over; never within this call
     * @throws IllegalStateException where the gateway serves nobody yet
     */
    Running begin(Ask ask, Consumer<Told> told);
}
