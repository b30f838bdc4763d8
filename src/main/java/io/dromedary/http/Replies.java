package io.dromedary.http;

import io.dromedary.api.Reply;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import io.dromedary.call.Call;
import io.vertx.core.MultiMap;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a finished exchange says to the client: a {@link Reply} from our own steps, or, from a route of the operator's own,
 * whatever body it left and {@code CamelHttpResponseCode}, as Camel users know it.
 */
final class Replies {
    private static final Logger LOG = LoggerFactory.getLogger(Replies.class);

    /** Never copied from a message: they belong to the connection, or to the server. */
    private static final Set<String> OWN =
            Set.of("connection", "content-length", "transfer-encoding", "keep-alive", "upgrade", "x-request-id");

    private Replies() {}

    static Reply of(Exchange exchange, Call call) {
        var failure = exchange.getException();
        if (failure != null) {
            var refusal = refusal(failure, call);
            call.status(refusal.status(), refusal.code());
            return call.errorReply(refusal);
        }
        if (exchange.getMessage().getBody() instanceof Reply reply) {
            return reply;
        }
        var status = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, 200, Integer.class);
        var type = exchange.getMessage().getHeader(Exchange.CONTENT_TYPE, "application/json", String.class);
        var body = exchange.getMessage().getBody(byte[].class);
        return new Reply.Whole(status, type, body == null ? new byte[0] : body);
    }

    /** How a call ends whose events are all out. */
    static Call.Ending endingOfStream(Call call) {
        var dispatch = call.dispatchOrNull();
        return dispatch != null && (dispatch.cut() || dispatch.served() == null || call.isBlocked())
                ? Call.Ending.CUT
                : Call.Ending.ANSWERED;
    }

    /** Normally the errors route has done this; here is what no route may lose. */
    static Refusal refusal(Exception failure, Call call) {
        if (failure instanceof RefusedException refused) {
            return refused.refusal();
        }
        LOG.error("request {} failed", call.arrival().requestId(), failure);
        return new Refusal.Internal();
    }

    /**
     * Headers that a step set on the message: those that the request did not bring itself. Nothing that a client sent, its
     * key above all, goes back out.
     *
     * @param parameters of the path, by name
     */
    static void headers(Exchange exchange, MultiMap request, Set<String> parameters, BiConsumer<String, String> each) {
        var message = exchange.getMessage();
        if (message instanceof CallMessage untouched && !untouched.touched()) {
            return;
        }
        message.getHeaders().forEach((name, value) -> {
            if (value instanceof String text && !request.getAll(name).contains(text) && !parameters.contains(name)) {
                header(name, text, each);
            }
        });
    }

    private static void header(String name, String value, BiConsumer<String, String> each) {
        var lower = name.toLowerCase(Locale.ROOT);
        if (lower.startsWith("camel") || OWN.contains(lower) || lower.equals("content-type")) {
            return;
        }
        if (value.indexOf('\r') < 0 && value.indexOf('\n') < 0) {
            each.accept(lower, value);
        }
    }
}
