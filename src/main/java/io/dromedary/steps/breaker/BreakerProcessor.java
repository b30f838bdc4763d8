package io.dromedary.steps.breaker;

import java.time.Duration;
import java.util.List;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.Exchange;
import org.apache.camel.Navigate;
import org.apache.camel.Processor;
import org.apache.camel.Traceable;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.support.service.ServiceHelper;
import org.jspecify.annotations.Nullable;

/**
 * One {@code circuitBreaker} of a route.
 *
 * @see Passage
 */
final class BreakerProcessor extends AsyncProcessorSupport implements Navigate<Processor>, Traceable {
    private final Parts parts;

    /**
     * What a breaker is made of.
     *
     * @param timeout after which an exchange goes on without the steps, or null for never
     * @param fallback for exchanges that the steps did not serve, or null to let them fail
     */
    record Parts(
            StepBreaker breaker,
            @Nullable Duration timeout,
            AsyncProcessor steps,
            @Nullable AsyncProcessor fallback) {}

    BreakerProcessor(Parts parts) {
        this.parts = parts;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        new Passage(parts, exchange, callback).begin();
        return false;
    }

    @Override
    public List<Processor> next() {
        return parts.fallback() == null ? List.of(parts.steps()) : List.of(parts.steps(), parts.fallback());
    }

    @Override
    public boolean hasNext() {
        return true;
    }

    @Override
    public String getTraceLabel() {
        return "circuitBreaker";
    }

    @Override
    protected void doBuild() {
        ServiceHelper.buildService(parts.steps(), parts.fallback());
    }

    @Override
    protected void doInit() {
        ServiceHelper.initService(parts.steps(), parts.fallback());
    }

    @Override
    protected void doStart() {
        ServiceHelper.startService(parts.steps(), parts.fallback());
    }

    @Override
    protected void doStop() {
        ServiceHelper.stopService(parts.steps(), parts.fallback());
    }

    @Override
    protected void doShutdown() {
        ServiceHelper.stopAndShutdownServices(parts.steps(), parts.fallback());
    }
}
