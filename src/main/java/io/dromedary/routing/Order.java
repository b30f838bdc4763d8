package io.dromedary.routing;

import io.dromedary.api.ModelRequest;
import io.dromedary.api.TraceContext;
import io.dromedary.tier.Serving;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What is to be dispatched.
 *
 * @param serving by which tier; it has one already
 * @param timeout how long the caller will wait for the end, or null for as long as the backends' deadlines allow
 * @param trace of the call, or null where it is not traced
 * @param loop the call's
 */
public record Order(
        ModelRequest request,
        Plan plan,
        Serving serving,
        @Nullable Duration timeout,
        @Nullable TraceContext trace,
        Executor loop) {}
