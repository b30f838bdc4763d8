package io.dromedary.steps;

import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import io.dromedary.call.Call;
import io.dromedary.http.CallProperty;
import io.dromedary.tier.Serving;
import io.dromedary.tier.Tiers;
import java.util.Objects;
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
            goOn(exchange, call, serving, now.join());
            callback.done(true);
            return true;
        }
        served.thenAccept(serves -> {
            goOn(exchange, call, serving, serves);
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

    private static void goOn(Exchange exchange, Call call, Serving serving, boolean serves) {
        if (serves) {
            // the head of a stream that is kept alive goes out before its answer begins
            serving.describe(call.replyHeaders());
        } else {
            exchange.setException(
                    new RefusedException(Objects.requireNonNullElseGet(serving.refusal(), Refusal.Internal::new)));
        }
    }
}
