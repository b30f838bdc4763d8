package io.dromedary.steps.breaker;

import io.dromedary.testing.SettableClock;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.engine.PooledExchangeFactory;
import org.apache.camel.model.errorhandler.NoErrorHandlerDefinition;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/** Routes in YAML, run as the gateway runs them: pooled exchanges, no error handler, asynchronous. */
final class RouteRig implements AutoCloseable {
    final SettableClock clock = new SettableClock();
    private final Map<String, IntSupplier> states = new HashMap<>();
    private final DefaultCamelContext camel = new DefaultCamelContext();

    RouteRig() {
        var extension = camel.getCamelContextExtension();
        extension.setExchangeFactory(new PooledExchangeFactory());
        extension.getExchangeFactory().setCapacity(1);
        extension.setErrorHandlerFactory(new NoErrorHandlerDefinition());
        camel.getRegistry().bind("breakers", new Breakers(clock, states::put));
    }

    RouteRig step(String name, Processor step) {
        camel.getRegistry().bind(name, step);
        return this;
    }

    /** @param steps of one route, as YAML */
    RouteRig start(String steps) throws Exception {
        return routes("""
                - route:
                    id: tried
                    from:
                      uri: direct:tried
                      steps:
                """ + steps.indent(8));
    }

    RouteRig routes(String yaml) throws Exception {
        PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("tried.camel.yaml", yaml));
        camel.start();
        return this;
    }

    /** 0 closed, 1 half open, 2 open. */
    int state(String step) {
        return Objects.requireNonNull(states.get(step), step).getAsInt();
    }

    /** An exchange of the pool, as a consumer makes it. */
    Exchange exchange() {
        var exchange = camel.getRoute("tried").getConsumer().createExchange(false);
        exchange.getMessage().setBody("asked");
        return exchange;
    }

    void release(Exchange exchange) {
        camel.getRoute("tried").getConsumer().releaseExchange(exchange, false);
    }

    /** Runs the route; told when it has come to its end. A second end is an error. */
    CompletableFuture<Exchange> run(Exchange exchange) {
        var ended = new CompletableFuture<Exchange>();
        ((AsyncProcessor) camel.getRoute("tried").getProcessor()).process(exchange, doneSync -> {
            if (!ended.complete(exchange)) {
                throw new AssertionError("the exchange went on twice");
            }
        });
        return ended;
    }

    /** Runs the route for a new exchange, which ends at once. */
    Exchange ran() {
        return run(exchange()).join();
    }

    @Override
    public void close() {
        camel.stop();
    }
}
