package io.dromedary.http;

import io.dromedary.api.EventSource;
import io.dromedary.api.Headers;
import io.dromedary.api.Reply;
import io.dromedary.api.error.ErrorBody;
import io.dromedary.api.error.ErrorEnvelope;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.responses.ClientEvent;
import io.dromedary.call.Call;
import io.dromedary.call.Call.Ending;
import io.dromedary.call.ConnectionMemory;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One message of a client, run as a call of its own through the route that serves it, and the messages that answer it. Ends
 * with exactly one last message, or with its socket.
 */
final class SocketTurn implements RouteRun.Owner, EventSource.Sink {
    private static final Logger LOG = LoggerFactory.getLogger(SocketTurn.class);

    /** The socket that a turn belongs to. */
    interface Owner {
        /** Sends one message of text; the bytes do not change any more. */
        void send(byte[] json, int offset, int length);

        /** More than enough waits for the client to read. */
        boolean isFull();

        /** Tells when the last message was handed over to the network, and whether it was. */
        void whenSent(Consumer<Boolean> sent);

        /** The turn has ended. */
        void ended();
    }

    private final HttpEngine engine;
    private final Owner owner;
    private final Handshake handshake;
    private final ConnectionMemory memory;
    private final RouteRun run;
    private final Call call;
    private final EventMessages messages;
    private @Nullable EventSource source;
    private boolean paused;
    private boolean last;
    private boolean over;

    /** One that begins now. */
    SocketTurn(HttpEngine engine, ServerLoop loop, Owner owner, Handshake handshake, ConnectionMemory memory) {
        this.engine = engine;
        this.owner = owner;
        this.handshake = handshake;
        this.memory = memory;
        this.run = new RouteRun(
                engine,
                loop,
                new RouteRun.Asked(
                        engine.ids().next("req_"),
                        handshake.headers(),
                        handshake.query(),
                        handshake.project(),
                        handshake.serves()));
        this.call = run.call();
        this.messages = new EventMessages(owner::send);
        call.on(memory);
        engine.inFlightCount().incrementAndGet();
    }

    void begin(ClientEvent event) {
        switch (event) {
            case ClientEvent.Create create -> run.run(create.body(), this);
            case ClientEvent.Unusable unusable -> {
                if (unusable.create()) {
                    memory.clear();
                }
                refuse(unusable.refusal());
            }
        }
    }

    @Override
    public boolean isOver() {
        return over;
    }

    @Override
    public void replied(Reply reply) {
        switch (reply) {
            case Reply.Whole whole
            when whole.status() >= 400 -> {
                memory.clear();
                error(whole);
            }
            case Reply.Whole whole -> noEvents();
            case Reply.Content content -> {
                content.source().close();
                noEvents();
            }
            case Reply.Events events -> stream(events.source());
        }
    }

    private void noEvents() {
        failed(new IllegalStateException(
                "the route that serves " + handshake.serves() + " has answered with a whole body, not with events"));
    }

    private void stream(EventSource events) {
        call.status(200, null);
        source = events;
        engine.openStreamCount().incrementAndGet();
        events.start(this);
    }

    @Override
    public void failed(Exception cause) {
        LOG.error("request {} failed", call.arrival().requestId(), cause);
        memory.clear();
        if (source != null) {
            source.cancel();
        }
        refuse(new Refusal.Internal());
    }

    private void refuse(Refusal refusal) {
        call.status(refusal.status(), refusal.code());
        error(ErrorBody.reply(refusal));
    }

    private void error(Reply.Whole whole) {
        if (last) {
            return;
        }
        if (call.status() == 0) {
            call.status(whole.status(), null);
        }
        call.sent(whole.body());
        var headers = new Headers().set("x-request-id", call.arrival().requestId());
        call.replyHeaders().forEach(headers::set);
        var envelope = ErrorEnvelope.of(whole.status(), whole.body(), headers);
        owner.send(envelope, 0, envelope.length);
        lastSent(Ending.REFUSED);
    }

    @Override
    public void write(byte[] events) {
        if (over || last) {
            return;
        }
        call.sent(events);
        messages.write(events);
        if (owner.isFull() && !paused && source != null) {
            paused = true;
            source.pause();
        }
    }

    /** The client has read enough for more to be sent. */
    void drained() {
        if (paused) {
            paused = false;
            if (!over && source != null) {
                source.resume();
            }
        }
    }

    @Override
    public void end() {
        if (over || last) {
            return;
        }
        messages.end();
        if (messages.failed()) {
            memory.clear();
        }
        lastSent(Replies.endingOfStream(call));
    }

    private void lastSent(Ending ending) {
        last = true;
        owner.whenSent(sent -> finish(sent ? ending : Ending.LEFT));
    }

    private void finish(Ending ending) {
        if (over) {
            return;
        }
        settle();
        call.close(ending);
        run.release();
        owner.ended();
    }

    /** The client left, or its socket is of no more use: stops what runs for it, at once. */
    void left() {
        if (over) {
            return;
        }
        settle();
        if (source == null || !source.detach(call::leave)) {
            call.leave();
        }
        run.release();
    }

    private void settle() {
        over = true;
        engine.inFlightCount().decrementAndGet();
        if (source != null) {
            engine.openStreamCount().decrementAndGet();
        }
    }
}
