package io.dromedary.http;

import io.dromedary.api.Reply;
import io.dromedary.api.error.ErrorBody;
import io.dromedary.api.error.Refusal;
import io.dromedary.call.Arrival;
import io.dromedary.call.Call;
import io.vertx.core.MultiMap;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * A call that is no HTTP request of its own, and its run through the route that serves {@code POST} at its path. Lives on
 * the event loop of the call.
 */
final class RouteRun {
    private static final String METHOD = "POST";

    /** Who began it. Told on the call's loop. */
    interface Owner {
        /** Nobody waits for what the route comes to. */
        boolean isOver();

        /** What the route has come to. */
        void replied(Reply reply);

        /** It has come to nothing. */
        void failed(Exception cause);

        /** It has come to its end, when it was over. */
        default void cameTooLate() {}
    }

    /**
     * What a request over HTTP would have brought.
     *
     * @param query of its address, or empty
     * @param project that its path names, or empty
     * @param path of the route
     */
    record Asked(String requestId, MultiMap headers, String query, String project, String path) {}

    private final Asked asked;
    private final Router.@Nullable Match match;
    private final Call call;
    private @Nullable Exchange exchange;

    /** One that begins now. */
    RouteRun(HttpEngine engine, ServerLoop loop, Asked asked) {
        this.asked = asked;
        this.match = engine.router().match(METHOD, asked.path());
        var route = route();
        var arrival = new Arrival(
                asked.requestId(),
                METHOD,
                route == null ? asked.path() : route.pattern().text(),
                route != null,
                asked.project(),
                engine.clock().instant(),
                System.nanoTime());
        this.call = engine.calls().of(arrival, asked.headers(), loop.executor());
    }

    private @Nullable RouteConsumer route() {
        return match == null ? null : match.consumer();
    }

    Call call() {
        return call;
    }

    /** Runs the route. */
    void run(byte[] body, Owner owner) {
        call.received(body.length);
        var route = route();
        if (match == null || route == null) {
            var refusal =
                    new Refusal.NotFound("There is nothing at " + METHOD + " " + asked.path() + ".", null, "not_found");
            call.status(refusal.status(), refusal.code());
            owner.replied(ErrorBody.reply(refusal));
            return;
        }
        try {
            route.run(
                    call,
                    body,
                    asked.headers(),
                    asked.query(),
                    match.parameters(),
                    done -> call.loop().execute(() -> reply(done, owner)));
        } catch (Exception e) {
            owner.failed(e);
        }
    }

    private void reply(Exchange done, Owner owner) {
        exchange = done;
        if (owner.isOver()) {
            release();
            owner.cameTooLate();
            return;
        }
        try {
            owner.replied(Replies.of(done, call));
        } catch (RuntimeException e) {
            owner.failed(e);
        }
    }

    /** Headers that a step set on the message, when the route has come to its end. */
    void headers(BiConsumer<String, String> each) {
        if (exchange != null) {
            Replies.headers(exchange, asked.headers(), parameters(), each);
        }
    }

    private Set<String> parameters() {
        return match == null ? Set.of() : match.parameters().keySet();
    }

    /** Gives the exchange back, where the route has come to its end; nobody needs what it came to. */
    void release() {
        var route = route();
        if (exchange != null && route != null) {
            var done = exchange;
            exchange = null;
            route.release(done);
        }
    }
}
