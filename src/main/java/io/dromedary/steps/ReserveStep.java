package io.dromedary.steps;

import io.dromedary.api.error.RefusedException;
import io.dromedary.call.Call;
import io.dromedary.http.CallProperty;
import io.dromedary.tier.Serving;
import io.dromedary.tier.Tiers;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.jspecify.annotations.Nullable;

/** Finds the service tier that serves the call, and takes from the caller's limits what that costs. */
final class ReserveStep extends AsyncProcessorSupport {
    private final Tiers tiers;

    ReserveStep(Tiers tiers) {
        this.tiers = tiers;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        var errand = new Errand(exchange, callback);
        // a step of the operator's may have left the event loop, where the call may close meanwhile
        errand.call.loop().execute(errand);
        if (!errand.isOver()) {
            return false;
        }
        callback.done(true);
        return true;
    }

    /**
     * One call's. Mostly it is over before the step returns, and the route then goes on as after any other step, which costs
     * it less than to be called back.
     */
    private final class Errand implements Runnable {
        private final Call call;
        private final Exchange exchange;
        private final AsyncCallback callback;
        private final Thread asker = Thread.currentThread();

        // of the asker alone
        private boolean asking = true;
        private boolean over;

        Errand(Exchange exchange, AsyncCallback callback) {
            this.call = CallProperty.of(exchange);
            this.exchange = exchange;
            this.callback = callback;
        }

        /** Asked once, by who made it: from then on the route is called back. */
        boolean isOver() {
            asking = false;
            return over;
        }

        @Override
        public void run() {
            if (call.ending() != null) {
                leave();
                return;
            }
            try {
                var serving = serving(call);
                call.serving(serving);
                serving.descend().whenComplete((serves, failed) -> goOn(serving, failed == null && serves, failed));
            } catch (Throwable e) {
                exchange.setException(e);
                goOn();
            }
        }

        private void goOn(Serving serving, boolean serves, @Nullable Throwable failed) {
            if (call.ending() != null) {
                leave();
                return;
            }
            if (failed != null) {
                exchange.setException(failed);
            } else if (!serves) {
                exchange.setException(new RefusedException(serving.refuse()));
            } else if (call.streams()) {
                // the head of a stream that is kept alive goes out before its answer begins
                serving.describe(call.replyHeaders());
            }
            goOn();
        }

        /** The client is gone: what follows is for nobody. */
        private void leave() {
            exchange.setRouteStop(true);
            goOn();
        }

        private void goOn() {
            if (asker.equals(Thread.currentThread()) && asking) {
                over = true;
            } else {
                callback.done(false);
            }
        }
    }

    private Serving serving(Call call) {
        var snapshot = call.snapshot();
        return tiers.serving(
                snapshot.settings().tiers(),
                snapshot.accounts(),
                call.caller(),
                call.asked(),
                call.plan().model(),
                call.loop());
    }
}
