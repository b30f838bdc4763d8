package io.dromedary.architecture.canary.routing;

import io.opentelemetry.api.trace.Span;

/** A span outside of the room that makes them. */
abstract class TracesCalls {
    abstract void end(Span span);
}
