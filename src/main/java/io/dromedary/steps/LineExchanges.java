package io.dromedary.steps;

import io.dromedary.api.error.ErrorBody;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import io.dromedary.call.InnerCalls.Running;
import io.dromedary.call.InnerCalls.Told;
import io.dromedary.jobs.batch.LineRoute;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.support.DefaultExchange;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends each line of a batch through the route {@code direct:batch-line}. */
public final class LineExchanges implements LineRoute {
    /** Header of the answer: its HTTP status. */
    static final String STATUS = "dromedary_status";

    private static final Logger LOG = LoggerFactory.getLogger(LineExchanges.class);

    /** A route that is not there is a failure at once. */
    private static final String ROUTE = "direct:batch-line?block=false";

    private final Supplier<CamelContext> camel;
    private volatile @Nullable ProducerTemplate template;

    /** @param camel asked when there is a line: it starts later than this is made */
    public LineExchanges(Supplier<CamelContext> camel) {
        this.camel = camel;
    }

    @Override
    public Running begin(Line line, Consumer<Told> told) {
        var context = camel.get();
        var call = new LineCall(line);
        var exchange = new DefaultExchange(context);
        call.on(exchange);
        var message = exchange.getMessage();
        message.setBody(line.ask().body());
        message.setHeader("dromedary_batch", line.batch());
        message.setHeader("dromedary_line", line.number());
        message.setHeader("dromedary_custom_id", line.customId());
        message.setHeader("dromedary_endpoint", line.ask().endpoint());
        message.setHeader("dromedary_project", line.ask().project());
        message.setHeader("dromedary_key", line.ask().key());
        message.setHeader("dromedary_request_id", line.ask().requestId());
        var _ = template(context)
                .asyncSend(context.getEndpoint(ROUTE), exchange)
                .whenComplete((done, failed) -> told.accept(told(call, done == null ? exchange : done, failed)));
        return call;
    }

    private ProducerTemplate template(CamelContext context) {
        var there = template;
        if (there == null) {
            there = context.createProducerTemplate();
            template = there;
        }
        return there;
    }

    /** Whatever the operator's steps have left there, the line is told of. */
    private static Told told(LineCall call, Exchange done, @Nullable Throwable failed) {
        try {
            return read(call, done, failed);
        } catch (RuntimeException e) {
            // its message has the value that could not be read, which may be an answer
            var which = e.getClass().getSimpleName();
            return failed(call, new IllegalStateException("the status or the body cannot be read (" + which + ")"));
        }
    }

    /** @throws RuntimeException where the status or the body cannot be read as what they are to be */
    private static Told read(LineCall call, Exchange done, @Nullable Throwable failed) {
        @Nullable Throwable cause = failed == null ? done.getException() : failed;
        var status = done.getMessage().getHeader(STATUS, Integer.class);
        byte @Nullable [] body = done.getMessage().getBody(byte[].class);
        if (cause instanceof RefusedException refused) {
            // a step of the operator's own does not want the line
            var refusal = refused.refusal();
            return new Told(refusal.status(), call.headers, ErrorBody.bytes(refusal));
        }
        if (cause != null || status == null || body == null) {
            return failed(call, cause == null ? new IllegalStateException("the route has no step 'run-line'") : cause);
        }
        return new Told(status, call.headers, body);
    }

    private static Told failed(LineCall call, Throwable cause) {
        LOG.error(
                "the route of the lines of batches has failed on request {}",
                call.line.ask().requestId(),
                cause);
        return new Told(500, call.headers, ErrorBody.bytes(new Refusal.Internal()));
    }
}
