package io.dromedary.steps.breaker;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;

/** A step that goes on when the test says so. */
final class PendingStep extends AsyncProcessorSupport {
    private final BlockingQueue<Pending> begun = new LinkedBlockingQueue<>();

    record Pending(Exchange exchange, AsyncCallback callback) {
        void answer(String body) {
            exchange.getMessage().setBody(body);
            callback.done(false);
        }

        void fail() {
            exchange.setException(new IllegalStateException("down"));
            callback.done(false);
        }
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        begun.add(new Pending(exchange, callback));
        return false;
    }

    Pending next() throws InterruptedException {
        var next = begun.poll(10, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("the step was not reached");
        }
        return next;
    }
}
