package io.dromedary.http;

import io.dromedary.api.Reply;
import io.dromedary.call.Call;
import io.vertx.core.MultiMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Processor;
import org.apache.camel.Suspendable;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.support.AsyncProcessorConverterHelper;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;

/** One route's {@code from: platform-http:...}: runs the route for a request, on the event loop that read it. */
final class RouteConsumer extends DefaultConsumer implements PlatformHttpConsumer, Suspendable {
    /** Id of the route that renders what went wrong in another. */
    private static final String ERRORS = "errors";

    private static final String FORM = "multipart/form-data";

    private final Router router;
    private final PathPattern pattern;
    private final Set<String> methods;
    private final @Nullable String consumes;

    RouteConsumer(Router router, PlatformHttpEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.router = router;
        this.pattern = PathPattern.of(endpoint.getPath());
        this.methods = methods(endpoint.getHttpMethodRestrict());
        this.consumes = endpoint.getConsumes();
    }

    private static Set<String> methods(@Nullable String restrict) {
        return restrict == null
                ? Set.of("GET", "POST", "PUT", "PATCH", "DELETE")
                : new TreeSet<>(
                        Set.of(restrict.toUpperCase(java.util.Locale.ROOT).split(",")));
    }

    @Override
    public PlatformHttpEndpoint getEndpoint() {
        return (PlatformHttpEndpoint) super.getEndpoint();
    }

    PathPattern pattern() {
        return pattern;
    }

    Set<String> methods() {
        return methods;
    }

    /** The route runs while the body is still arriving, with a {@link io.dromedary.api.FormSource} as its body. */
    boolean streams() {
        return getEndpoint().isUseStreaming();
    }

    /** The media type that a body must have, or null for any. */
    @Nullable
    String consumes() {
        return consumes;
    }

    @Override
    protected void doStart() throws Exception {
        if (streams() && !FORM.equals(consumes)) {
            throw new IllegalArgumentException(
                    "the route " + getRouteId() + " has useStreaming: true, which goes with consumes: " + FORM);
        }
        super.doStart();
        router.add(this);
    }

    @Override
    protected void doStop() throws Exception {
        router.remove(this);
        super.doStop();
    }

    /**
     * Runs the route.
     *
     * @param body bytes, or a {@link io.dromedary.api.FormSource}
     * @param done told when the route has come to its end, on whatever thread that was
     */
    void run(
            Call call,
            Object body,
            MultiMap headers,
            String query,
            Map<String, String> parameters,
            Consumer<Exchange> done)
            throws Exception {
        var exchange = createExchange(false);
        // the reply is what the message holds at the end; InOut would copy it at the end of every route on the way
        exchange.setPattern(ExchangePattern.InOnly);
        var message = new CallMessage(exchange, call, headers, query, parameters);
        message.setBody(body);
        exchange.setIn(message);
        exchange.setProperty(CallProperty.NAME, call);
        createUoW(exchange);
        getAsyncProcessor().process(exchange, doneSync -> {
            if (exchange.getException() == null && call.ending() == null && untouched(exchange, body)) {
                exchange.setException(
                        new IllegalStateException("the route " + getRouteId() + " ended without a reply"));
            }
            if (exchange.getException() == null) {
                done.accept(exchange);
            } else {
                failed(exchange, done);
            }
        });
    }

    /** The body is still the request, which never goes back as a reply. */
    @SuppressWarnings("ReferenceEquality") // the same object is meant
    private static boolean untouched(Exchange exchange, Object body) {
        return !(body instanceof byte[] bytes && bytes.length == 0)
                && exchange.getMessage().getBody() == body;
    }

    /** What went wrong takes the route {@value #ERRORS} to its answer, where there is one. */
    private void failed(Exchange exchange, Consumer<Exchange> done) {
        var errors = getEndpoint().getCamelContext().getRoute(ERRORS);
        if (errors == null) {
            done.accept(exchange);
            return;
        }
        var cause = exchange.getException();
        exchange.setProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, cause);
        exchange.setException(null);
        exchange.setRouteStop(false);
        AsyncProcessorConverterHelper.convert(errors.getProcessor()).process(exchange, doneSync -> {
            // an errors route without the step that makes the reply must not send the request back
            if (exchange.getException() == null && !(exchange.getMessage().getBody() instanceof Reply)) {
                exchange.setException(cause);
            }
            done.accept(exchange);
        });
    }

    /** Gives the exchange back, when the reply is out and not before. */
    void release(Exchange exchange) {
        doneUoW(exchange);
        // it waits in a pool for the next request, and the message has the call, with all that was answered
        exchange.setIn(null);
        releaseExchange(exchange, false);
    }
}
