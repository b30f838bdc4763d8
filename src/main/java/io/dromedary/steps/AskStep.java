package io.dromedary.steps;

import com.fasterxml.jackson.core.JsonToken;
import io.dromedary.api.Ids;
import io.dromedary.api.error.ErrorBody;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.json.Json;
import io.dromedary.call.InnerCalls;
import io.dromedary.call.InnerCalls.Ask;
import io.dromedary.call.InnerCalls.Told;
import io.dromedary.http.CallProperty;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.jspecify.annotations.Nullable;

/**
 * Asks what the body asks, as a call of the gateway's own in the name of a project. The answer is the body, be it an error; how
 * it went is told by headers. Whoever brings the exchange waits for it, since what begins at a queue or in a folder has a
 * thread of its own, and often a transaction that is bound to it; a request over HTTP has none, and its event loop is left.
 */
final class AskStep extends AsyncProcessorSupport {
    private static final String CHAT = "/v1/chat/completions";

    private final CompletionStage<InnerCalls> calls;
    private final Ids ids;

    /** @param calls there from when the gateway serves; whoever comes earlier waits */
    AskStep(CompletionStage<InnerCalls> calls, Ids ids) {
        this.calls = calls;
        this.ids = ids;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Ask ask;
        try {
            ask = ask(exchange);
        } catch (RuntimeException e) {
            exchange.setException(e);
            callback.done(true);
            return true;
        }
        if (isStream(ask.body())) {
            var refused = ErrorBody.reply(new Refusal.BadRequest(
                    "A request that is no connection cannot be answered with a stream. Leave 'stream' out.",
                    "stream",
                    null));
            put(exchange, ask, refused.status(), refused.body());
            callback.done(true);
            return true;
        }
        if (CallProperty.isIn(exchange)) {
            // a call is served, so they are there: nobody waits on an event loop
            calls.thenAccept(inner -> inner.begin(
                    ask,
                    told -> Thread.ofVirtual().name("ask").start(() -> {
                        told(exchange, ask, told);
                        callback.done(false);
                    })));
            return false;
        }
        await(exchange, ask);
        callback.done(true);
        return true;
    }

    private void await(Exchange exchange, Ask ask) {
        try {
            var told = new CompletableFuture<Told>();
            var running = calls.toCompletableFuture().get().begin(ask, told::complete);
            try {
                told(exchange, ask, told.get());
            } catch (InterruptedException e) {
                running.leave();
                throw e;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            exchange.setException(e);
        } catch (ExecutionException | RuntimeException e) {
            exchange.setException(e);
        }
    }

    private Ask ask(Exchange exchange) {
        var project = exchange.getProperty("project", String.class);
        if (project == null) {
            throw new IllegalStateException(
                    "the step `ask` needs to know for whom: set the exchange property `project` before it");
        }
        var body = exchange.getMessage().getBody(byte[].class);
        return new Ask(
                ids.next("req_"),
                exchange.getProperty("endpoint", CHAT, String.class),
                body == null ? new byte[0] : body,
                project,
                exchange.getProperty("key", String.valueOf(exchange.getFromRouteId()), String.class),
                null);
    }

    private static boolean isStream(byte[] body) {
        try (var parser = Json.FACTORY.createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            for (var name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                var value = parser.nextToken();
                if (name.equals("stream")) {
                    return value == JsonToken.VALUE_TRUE;
                }
                parser.skipChildren();
            }
        } catch (IOException e) {
            // whoever reads the request says what is wrong with it
        }
        return false;
    }

    private static void told(Exchange exchange, Ask ask, Told told) {
        if (told.status() == 0) {
            exchange.setException(new IllegalStateException("the call " + ask.requestId() + " was cut off"));
        } else {
            var retryAfter = told.headers().get("retry-after");
            put(exchange, ask, told.status(), told.body());
            header(exchange, "dromedary_retry_after", retryAfter);
        }
    }

    private static void put(Exchange exchange, Ask ask, int status, byte[] body) {
        var message = exchange.getMessage();
        message.setBody(body);
        message.setHeader("dromedary_status", status);
        message.setHeader("dromedary_request_id", ask.requestId());
    }

    private static void header(Exchange exchange, String name, @Nullable String value) {
        if (value != null) {
            exchange.getMessage().setHeader(name, value);
        }
    }
}
