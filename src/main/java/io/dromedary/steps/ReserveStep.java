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
        var serving = serving(call);
        call.serving(serving);
        var served = serving.descend();
        var now = served.toCompletableFuture();
        if (now.isDone()) {
            goOn(exchange, serving, now.join());
            callback.done(true);
            return true;
        }
        served.thenAccept(serves -> {
            goOn(exchange, serving, serves);
            callback.done(false);
        });
        return false;
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

    private static void goOn(Exchange exchange, Serving serving, boolean serves) {
        if (!serves) {
            exchange.setException(new RefusedException(serving.refuse()));
        }
    }
}
