package io.dromedary.steps;

import io.dromedary.api.Reply;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import io.dromedary.call.Call;
import io.dromedary.guard.CallGuard;
import io.dromedary.http.CallProperty;
import io.dromedary.routing.Dispatch;
import io.dromedary.routing.Failover;
import io.dromedary.routing.Order;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.jspecify.annotations.Nullable;

/** The one step that leaves the process: asks the backends, and goes on when an answer begins. */
final class DispatchStep extends AsyncProcessorSupport {
    private final Failover failover;

    DispatchStep(Failover failover) {
        this.failover = failover;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        var call = CallProperty.of(exchange);
        // a step of the operator's may have left the event loop
        call.loop().execute(() -> {
            if (call.ending() != null) {
                exchange.setRouteStop(true);
                callback.done(false);
                return;
            }
            try {
                var switches = call.asked().guards();
                if (switches != null && call.guardOrNull() == null) {
                    // the route has no step that sees to them
                    throw CallGuard.unguarded(CallGuard.first(switches));
                }
                var order = new Order(
                        call.asked(),
                        call.plan(),
                        call.serving(),
                        call.timeoutOrNull(),
                        call.traceOrNull(),
                        call.loop());
                var dispatch = new Dispatch(order, failover, new Outcome(exchange, callback));
                call.dispatched(dispatch);
                dispatch.start();
            } catch (Throwable e) {
                exchange.setException(e);
                callback.done(false);
            }
        });
        return false;
    }

    private record Outcome(Exchange exchange, AsyncCallback callback) implements Dispatch.Outcome {
        @Override
        public @Nullable CompletionStage<Boolean> asks() {
            var call = CallProperty.of(exchange);
            var inner = call.innerOrNull();
            return inner == null ? null : inner.asks().apply(call.loop());
        }

        @Override
        public void answered(Reply reply) {
            var call = CallProperty.of(exchange);
            var guard = call.guardOrNull();
            if (guard == null) {
                exchange.getMessage().setBody(reply);
                callback.done(false);
                return;
            }
            guard.answered(reply, call::blocked)
                    .whenComplete((seen, failure) -> call.loop().execute(() -> looked(call, seen, failure)));
        }

        private void looked(Call call, @Nullable Reply seen, @Nullable Throwable failure) {
            if (call.ending() != null) {
                exchange.setRouteStop(true);
            } else if (failure == null) {
                exchange.getMessage().setBody(seen);
            } else {
                var cause = failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
                if (cause instanceof RefusedException refused) {
                    call.blocked(refused.refusal());
                }
                exchange.setException(cause);
            }
            callback.done(false);
        }

        @Override
        public void refused(Refusal refusal) {
            exchange.setException(new RefusedException(refusal));
            callback.done(false);
        }

        @Override
        public void left() {
            exchange.setRouteStop(true);
            callback.done(false);
        }
    }
}
