package io.dromedary.steps;

import io.dromedary.api.Reply;
import io.dromedary.call.Call;
import io.dromedary.http.CallProperty;
import io.dromedary.http.RequestHeaders;
import io.dromedary.routing.LimitPages;
import java.util.concurrent.CompletionStage;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;

/** Shows a caller its limits; goes on when the store has said what is left of them. */
final class LimitsStep extends AsyncProcessorSupport {
    private final LimitPages pages;

    LimitsStep(LimitPages pages) {
        this.pages = pages;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        var call = CallProperty.of(exchange);
        CompletionStage<byte[]> shown;
        try {
            shown = show(call, exchange);
        } catch (RuntimeException e) {
            exchange.setException(e);
            callback.done(true);
            return true;
        }
        // the store answers on threads of its own
        shown.whenCompleteAsync(
                (body, failure) -> {
                    if (failure == null) {
                        exchange.getMessage().setBody(Reply.Whole.json(200, body));
                    } else {
                        exchange.setException(failure);
                    }
                    callback.done(false);
                },
                call.loop());
        return false;
    }

    private CompletionStage<byte[]> show(Call call, Exchange exchange) {
        var snapshot = call.snapshot();
        return pages.show(
                snapshot.catalogue(),
                snapshot.settings().tiers(),
                snapshot.accounts(),
                call.caller(),
                new LimitPages.Wanted(
                        RequestHeaders.query(exchange, "model"),
                        RequestHeaders.query(exchange, "after"),
                        RequestHeaders.query(exchange, "limit")));
    }
}
