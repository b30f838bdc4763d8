package io.dromedary.steps;

import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import io.dromedary.call.Call;
import io.dromedary.http.CallProperty;
import io.dromedary.store.StoreException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks something of which the answer may take a while, a store for one, and goes on with it on the call's event loop. */
final class AwaitStep<T> extends AsyncProcessorSupport {
    private static final Logger LOG = LoggerFactory.getLogger(AwaitStep.class);

    /** What is asked. */
    @FunctionalInterface
    interface Question<T> {
        /** May fail, at once or later, with what the caller is told. */
        CompletionStage<T> ask(Exchange exchange, Call call);
    }

    /** What is done with the answer. */
    @FunctionalInterface
    interface Answer<T> {
        void take(Exchange exchange, Call call, T answer);
    }

    private final Question<T> question;
    private final Answer<T> answer;

    AwaitStep(Question<T> question, Answer<T> answer) {
        this.question = question;
        this.answer = answer;
    }

    /** The answer is what the caller gets. */
    static <T> AwaitStep<T> reply(Question<T> question) {
        return new AwaitStep<>(
                question, (exchange, call, reply) -> exchange.getMessage().setBody(reply));
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        var call = CallProperty.of(exchange);
        CompletableFuture<T> asked;
        try {
            asked = question.ask(exchange, call).toCompletableFuture();
        } catch (RuntimeException e) {
            asked = CompletableFuture.failedFuture(e);
        }
        if (asked.isDone()) {
            if (asked.isCompletedExceptionally()) {
                failed(exchange, call, asked.exceptionNow());
            } else {
                take(exchange, call, asked.resultNow());
            }
            callback.done(true);
            return true;
        }
        CompletionStage<T> later = asked;
        later.whenComplete((value, failure) -> call.loop().execute(() -> {
            if (failure == null) {
                take(exchange, call, value);
            } else {
                failed(exchange, call, failure);
            }
            callback.done(false);
        }));
        return false;
    }

    private void take(Exchange exchange, Call call, T value) {
        if (call.ending() != null) {
            // the client is gone: what follows is for nobody
            exchange.setRouteStop(true);
            return;
        }
        try {
            answer.take(exchange, call, value);
        } catch (RuntimeException e) {
            exchange.setException(e);
        }
    }

    private static void failed(Exchange exchange, Call call, @Nullable Throwable failure) {
        var cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof StoreException) {
            LOG.error(
                    "request {} needs the store, which cannot be used",
                    call.arrival().requestId(),
                    cause);
            cause = new RefusedException(new Refusal.Unavailable(
                    "The store that this needs cannot be used now. Try again a little later.", "store_unavailable"));
        }
        exchange.setException(cause);
    }
}
