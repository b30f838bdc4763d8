package io.dromedary.steps;

import io.dromedary.api.error.RefusedException;
import io.dromedary.call.Call;
import io.dromedary.guard.CallGuard;
import io.dromedary.http.CallProperty;
import java.util.random.RandomGenerator;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorConverterHelper;
import org.apache.camel.support.AsyncProcessorSupport;

/**
 * Takes a call with a guard switch that is on along the route {@value #ROUTE}, whose steps are the guards. What none of them
 * has taken on is refused; a call without switches goes on at once.
 */
final class GuardStep extends AsyncProcessorSupport {
    private static final String ROUTE = "guard";

    private final RandomGenerator random;

    GuardStep(RandomGenerator random) {
        this.random = random;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        var call = CallProperty.of(exchange);
        var switches = call.asked().guards();
        if (switches == null) {
            callback.done(true);
            return true;
        }
        CallGuard guard;
        try {
            guard = new CallGuard(
                    call.asked(), switches, call.caller().project().name(), call.loop(), random);
        } catch (RefusedException e) {
            exchange.setException(e);
            callback.done(true);
            return true;
        }
        call.guard(guard);
        var route = exchange.getContext().getRoute(ROUTE);
        if (route == null) {
            verify(exchange, call, guard);
            callback.done(true);
            return true;
        }
        var body = exchange.getMessage().getBody();
        return AsyncProcessorConverterHelper.convert(route.getProcessor()).process(exchange, doneSync -> {
            if (exchange.getException() == null && !exchange.isRouteStop()) {
                // what a guard left there is for nobody
                exchange.getMessage().setBody(body);
                verify(exchange, call, guard);
            }
            callback.done(doneSync);
        });
    }

    private static void verify(Exchange exchange, Call call, CallGuard guard) {
        try {
            guard.verify();
            call.read(guard.request());
        } catch (RefusedException e) {
            exchange.setException(e);
        }
    }
}
