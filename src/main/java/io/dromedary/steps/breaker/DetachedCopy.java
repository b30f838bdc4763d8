package io.dromedary.steps.breaker;

import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.Exchange;
import org.apache.camel.spi.UnitOfWork;
import org.apache.camel.support.ExchangeHelper;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.UnitOfWorkHelper;

/** What steps work on that may still be at it when the exchange has gone on without them, and back to its pool. */
final class DetachedCopy {
    private final Exchange copy;
    private final UnitOfWork work;
    private final AtomicBoolean closed = new AtomicBoolean();

    private DetachedCopy(Exchange copy, UnitOfWork work) {
        this.copy = copy;
        this.work = work;
    }

    static DetachedCopy of(Exchange exchange) {
        var copy = exchange.copy();
        var extension = copy.getExchangeExtension();
        extension.setUnitOfWork(null);
        var work = PluginHelper.getUnitOfWorkFactory(copy.getContext()).createUnitOfWork(copy);
        extension.setUnitOfWork(work);
        var route = ExchangeHelper.getRoute(exchange);
        if (route != null) {
            work.pushRoute(route);
        }
        return new DetachedCopy(copy, work);
    }

    Exchange exchange() {
        return copy;
    }

    /** The steps have come to their end in time. */
    void giveBack(Exchange exchange) {
        ExchangeHelper.copyResults(exchange, copy);
        close();
    }

    /** No step begins that has not begun yet. */
    void abandon() {
        copy.setRouteStop(true);
    }

    void close() {
        if (closed.compareAndSet(false, true)) {
            UnitOfWorkHelper.doneUow(work, copy);
        }
    }
}
