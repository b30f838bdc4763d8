package io.dromedary.steps;

import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.AsyncProcessorSupport;

/** Runs a step that may take its time on a virtual thread; the route goes on from there, and the reply from its loop. */
final class BlockingStep extends AsyncProcessorSupport {
    private final Processor step;

    BlockingStep(Processor step) {
        this.step = step;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Thread.ofVirtual().name("step").start(() -> {
            try {
                step.process(exchange);
            } catch (Throwable e) {
                exchange.setException(e);
            }
            callback.done(false);
        });
        return false;
    }
}
