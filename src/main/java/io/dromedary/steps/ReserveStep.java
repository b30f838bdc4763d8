package io.dromedary.steps;

import io.dromedary.api.error.RefusedException;
import io.dromedary.call.Call;
import io.dromedary.http.CallProperty;
import io.dromedary.tier.Serving;
import io.dromedary.tier.Tiers;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;

/** Finds the service tier that serves the call, and takes from the caller's limits what that costs. */
final class ReserveStep extends AsyncProcessorSupport {
    private final Tiers tiers;

    ReserveStep(Tiers tiers) {
        this.tiers = tiers;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        var call = CallProperty.of(exchange);
        // a step of the operator's may have left the event loop, where the call may close meanwhile
        call.loop().execute(() -> {
            if (call.ending() != null) {
                leave(exchange, callback);
                return;
            }
            try {
                reserve(call, exchange, callback);
            } catch (Throwable e) {
                exchange.setException(e);
                callback.done(false);
            }
        });
        return false;
    }

    private void reserve(Call call, Exchange exchange, AsyncCallback callback) {
        var serving = serving(call);
        call.serving(serving);
        serving.descend().whenComplete((serves, failed) -> {
            if (call.ending() != null) {
                leave(exchange, callback);
                return;
            }
            if (failed != null) {
                exchange.setException(failed);
            } else if (!serves) {
                exchange.setException(new RefusedException(serving.refuse()));
            } else {
                // the head of a stream that is kept alive goes out before its answer begins
                serving.describe(call.replyHeaders());
            }
            callback.done(false);
        });
    }

    /** The client is gone: what follows is for nobody. */
    private static void leave(Exchange exchange, AsyncCallback callback) {
        exchange.setRouteStop(true);
        callback.done(false);
    }

    private Serving serving(Call call) {
        var snapshot = call.snapshot();
        return tiers.serving(
                snapshot.settings().tiers(),
                snapshot.accounts(),
                call.caller(),
                call.chat(),
                call.plan().model(),
                call.loop());
    }
}
