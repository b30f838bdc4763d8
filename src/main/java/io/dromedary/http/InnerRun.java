package io.dromedary.http;

import io.dromedary.api.EventSource;
import io.dromedary.api.Headers;
import io.dromedary.api.Reply;
import io.dromedary.api.error.ErrorBody;
import io.dromedary.api.error.Refusal;
import io.dromedary.call.Call;
import io.dromedary.call.Call.Ending;
import io.dromedary.call.InnerCalls.Ask;
import io.dromedary.call.InnerCalls.Told;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One call of the gateway's own, on its event loop. In flight from when it is made to when it is told. */
final class InnerRun implements RouteRun.Owner, EventSource.Sink {
    private static final Logger LOG = LoggerFactory.getLogger(InnerRun.class);
    private static final byte[] NOTHING = {};
    private static final Told LEFT = new Told(0, new Headers(), NOTHING);

    private final HttpEngine engine;
    private final ServerLoop loop;
    private final Ask ask;
    private final Consumer<Told> told;
    private @Nullable RouteRun run;
    private @Nullable EventSource source;
    private boolean routing;
    private boolean over;
    private boolean tells;

    InnerRun(HttpEngine engine, ServerLoop loop, Ask ask, Consumer<Told> told) {
        this.engine = engine;
        this.loop = loop;
        this.ask = ask;
        this.told = told;
        engine.inFlightCount().incrementAndGet();
    }

    void begin() {
        if (over) {
            tell(LEFT);
            return;
        }
        // each has its own: an operator's step may change them
        MultiMap headers = HttpHeaders.headers().set(HttpHeaders.CONTENT_TYPE, Reply.Whole.JSON);
        run = new RouteRun(engine, loop, new RouteRun.Asked(ask.requestId(), headers, "", "", ask.endpoint()));
        run.call().inner(ask);
        routing = true;
        run.run(ask.body(), this);
    }

    @Override
    public boolean isOver() {
        return over;
    }

    @Override
    public void replied(Reply reply) {
        routing = false;
        switch (reply) {
            case Reply.Whole whole -> whole(whole);
            case Reply.Content content
            when content.contentType().equals(Reply.Whole.JSON) ->
                gather(content, new ByteArrayOutputStream(Math.toIntExact(content.length())));
            case Reply.Content content -> {
                content.source().close();
                failed(new IllegalStateException(
                        "the route that serves " + ask.endpoint() + " has answered with content that is not JSON"));
            }
            case Reply.Events events -> {
                call().status(200, null);
                source = events.source();
                engine.openStreamCount().incrementAndGet();
                source.start(this);
            }
        }
    }

    /** Whoever made the call wants its answer in one. */
    private void gather(Reply.Content content, ByteArrayOutputStream gathered) {
        if (over || gathered.size() == content.length()) {
            content.source().close();
            if (!over) {
                whole(new Reply.Whole(content.status(), content.contentType(), gathered.toByteArray()));
            }
            return;
        }
        content.source()
                .next()
                .whenComplete((bytes, failure) -> call().loop().execute(() -> {
                    if (bytes != null && bytes.length > 0) {
                        gathered.writeBytes(bytes);
                        gather(content, gathered);
                        return;
                    }
                    content.source().close();
                    failed(new IllegalStateException("an answer is not as long as it was said to be", failure));
                }));
    }

    private void whole(Reply.Whole whole) {
        if (call().status() == 0) {
            call().status(whole.status(), null);
        }
        call().sent(whole.body());
        var headers = headers().set("content-type", whole.contentType());
        finish(
                whole.status() < 400 ? Ending.ANSWERED : Ending.REFUSED,
                new Told(whole.status(), headers, whole.body()));
    }

    @Override
    public void failed(Exception cause) {
        routing = false;
        LOG.error("request {} failed", ask.requestId(), cause);
        if (over) {
            return;
        }
        if (source != null) {
            source.cancel();
        }
        var refusal = new Refusal.Internal();
        call().status(refusal.status(), refusal.code());
        whole(ErrorBody.reply(refusal));
    }

    @Override
    public void write(byte[] events) {
        if (!over) {
            call().sent(events);
        }
    }

    @Override
    public void end() {
        if (!over) {
            finish(Replies.endingOfStream(call()), new Told(200, headers(), NOTHING));
        }
    }

    private Headers headers() {
        var headers = new Headers();
        call().replyHeaders().forEach(headers::set);
        run().headers(headers::set);
        return headers;
    }

    private void finish(Ending ending, Told how) {
        over = true;
        call().close(ending);
        run().release();
        tell(how);
    }

    /** Whoever made it does not want it any more. */
    void leave() {
        if (over) {
            return;
        }
        over = true;
        if (run == null) {
            // it has not begun
            return;
        }
        if (source != null) {
            source.cancel();
        }
        call().leave();
        // a route that is under way ends by itself
        if (!routing) {
            run.release();
            tell(LEFT);
        }
    }

    @Override
    public void cameTooLate() {
        routing = false;
        tell(LEFT);
    }

    private void tell(Told how) {
        if (tells) {
            return;
        }
        tells = true;
        engine.inFlightCount().decrementAndGet();
        if (source != null) {
            engine.openStreamCount().decrementAndGet();
        }
        told.accept(how);
    }

    private Call call() {
        return run().call();
    }

    private RouteRun run() {
        if (run == null) {
            throw new IllegalStateException("it has not begun");
        }
        return run;
    }
}
