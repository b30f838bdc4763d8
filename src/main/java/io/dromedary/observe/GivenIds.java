package io.dromedary.observe;

import io.dromedary.api.TraceContext;
import io.opentelemetry.sdk.trace.IdGenerator;

/**
 * Gives a span the ids that its {@link TraceContext} has had since the call began: a backend was told of them long before
 * the span is made.
 */
final class GivenIds implements IdGenerator {
    /** Bound while a span is made. */
    static final ScopedValue<TraceContext> NEXT = ScopedValue.newInstance();

    @Override
    public String generateSpanId() {
        return NEXT.get().spanId();
    }

    @Override
    public String generateTraceId() {
        return NEXT.get().traceId();
    }
}
