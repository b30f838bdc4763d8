package io.dromedary.steps;

import io.dromedary.api.Headers;
import io.dromedary.call.InnerCalls.Running;
import io.dromedary.jobs.batch.LineRoute.Line;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** A line of a batch on its way through its route. */
final class LineCall implements Running {
    private static final String PROPERTY = "dromedary.line";

    final Line line;

    /** Of the answer, once there is one. */
    volatile Headers headers = new Headers();

    private @Nullable Running running;
    private boolean left;

    LineCall(Line line) {
        this.line = line;
    }

    void on(Exchange exchange) {
        exchange.setProperty(PROPERTY, this);
    }

    /** @throws IllegalStateException where the exchange is of another kind */
    static LineCall of(Exchange exchange) {
        var call = exchange.getProperty(PROPERTY, LineCall.class);
        if (call == null) {
            throw new IllegalStateException("the step 'run-line' belongs in the route of the lines of batches");
        }
        return call;
    }

    /** Its inner call has begun. */
    void runs(Running call) {
        boolean late;
        synchronized (this) {
            running = call;
            late = left;
        }
        if (late) {
            call.leave();
        }
    }

    @Override
    public void leave() {
        @Nullable Running now;
        synchronized (this) {
            left = true;
            now = running;
        }
        if (now != null) {
            now.leave();
        }
    }
}
