package io.dromedary.steps;

import io.dromedary.call.InnerCalls;
import io.dromedary.call.InnerCalls.Ask;
import io.dromedary.call.InnerCalls.Told;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.jspecify.annotations.Nullable;

/**
 * Runs a line of a batch as a call of the gateway's own: the body is its request before, and its answer after. Goes on when
 * that is complete, on the event loop of that call.
 */
final class RunLineStep extends AsyncProcessorSupport {
    private final InnerCalls inner;

    RunLineStep(InnerCalls inner) {
        this.inner = inner;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        LineCall call;
        try {
            call = LineCall.of(exchange);
            call.runs(inner.begin(ask(call, exchange), told -> {
                answered(call, exchange, told);
                callback.done(false);
            }));
        } catch (RuntimeException e) {
            exchange.setException(e);
            callback.done(true);
            return true;
        }
        return false;
    }

    /** With the body that it has by now: a step before this may have changed it. */
    private static Ask ask(LineCall call, Exchange exchange) {
        var asked = call.line.ask();
        byte @Nullable [] body = exchange.getMessage().getBody(byte[].class);
        return new Ask(
                asked.requestId(),
                asked.endpoint(),
                body == null ? asked.body() : body,
                asked.project(),
                asked.key(),
                asked.errand(),
                asked.asks());
    }

    private static void answered(LineCall call, Exchange exchange, Told told) {
        call.headers = told.headers();
        var message = exchange.getMessage();
        message.setBody(told.body());
        message.setHeader(LineExchanges.STATUS, told.status());
    }
}
