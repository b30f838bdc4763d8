package io.dromedary.call;

import io.dromedary.access.Caller;
import io.dromedary.api.Headers;
import io.dromedary.api.Loop;
import io.dromedary.api.ModelRequest;
import io.dromedary.api.Reply;
import io.dromedary.api.TraceContext;
import io.dromedary.api.Usage;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.error.ErrorShape;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.responses.ResponseRequest;
import io.dromedary.guard.CallGuard;
import io.dromedary.responses.Turn;
import io.dromedary.routing.Dispatch;
import io.dromedary.routing.Plan;
import io.dromedary.tier.Serving;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One request from its first byte to its last. Each room adds what it learned and reads what came before; nobody goes
 * back. Lives on one event loop: whoever leaves it comes back through {@link #loop()}.
 */
public final class Call {
    /** How a call ended. */
    public enum Ending {
        /** The client got a whole answer. */
        ANSWERED,
        /** The client got an error, ours or a provider's. */
        REFUSED,
        /** The client left before its answer was complete. */
        LEFT,
        /** A stream broke after text had been sent; the client got an error event. */
        CUT
    }

    private final Arrival arrival;
    private final Snapshot snapshot;
    private final Loop loop;
    private final CallObserver observer;
    private final @Nullable TraceContext trace;
    private final Headers replyHeaders = new Headers();

    private @Nullable Caller caller;
    private @Nullable ResponseRequest responseRequest;
    private @Nullable Turn turn;
    private @Nullable ModelRequest asked;
    private @Nullable Duration timeout;
    private @Nullable CallGuard guard;
    private boolean blocked;
    private @Nullable Plan plan;
    private @Nullable Serving serving;
    private @Nullable Dispatch dispatch;
    private @Nullable AnswerCopy copy;
    private @Nullable ConnectionMemory connectionMemory;
    private InnerCalls.@Nullable Ask inner;
    private @Nullable Consumer<Ending> whenClosed;
    private boolean begun;
    private int status;
    private @Nullable String errorCode;
    private long bytesIn;
    private long bytesOut;
    private long endedNanos;
    private @Nullable Ending ending;

    /**
     * One that has just come in.
     *
     * @param observer told once, when the call closes
     * @param trace where the call's own span is to be, or null where it is not traced
     */
    public Call(Arrival arrival, Snapshot snapshot, Loop loop, CallObserver observer, @Nullable TraceContext trace) {
        this.arrival = arrival;
        this.snapshot = snapshot;
        this.loop = loop;
        this.observer = observer;
        this.trace = trace;
    }

    public Arrival arrival() {
        return arrival;
    }

    /** The configuration that this call started with, and keeps. */
    public Snapshot snapshot() {
        return snapshot;
    }

    /** Runs tasks on this call's event loop. */
    public Loop loop() {
        return loop;
    }

    /** The call's own span, or null where it is not traced. */
    public @Nullable TraceContext traceOrNull() {
        return trace;
    }

    /** Headers that go out with the reply, whatever it is. */
    public Headers replyHeaders() {
        return replyHeaders;
    }

    /** The call is a turn on a connection that remembers. */
    public void on(ConnectionMemory memory) {
        this.connectionMemory = memory;
    }

    /** What the connection remembers of the turn before; null for a call over HTTP. */
    public @Nullable ConnectionMemory connectionMemoryOrNull() {
        return connectionMemory;
    }

    /** The call is one of the gateway's own: nobody else can make it one. */
    public void inner(InnerCalls.Ask ask) {
        this.inner = ask;
    }

    /** What the gateway asks of itself; null for a call from outside. */
    public InnerCalls.@Nullable Ask innerOrNull() {
        return inner;
    }

    /** What a call of the gateway's own is about, for the steps that know of it; null for any other. */
    public @Nullable Object errandOrNull() {
        return inner == null ? null : inner.errand();
    }

    public void identified(Caller caller) {
        this.caller = caller;
    }

    /**
     * Who is calling.
     *
     * @throws IllegalStateException when the route has no step {@code identify} before
     */
    public Caller caller() {
        return known(caller, "identify");
    }

    public @Nullable Caller callerOrNull() {
        return caller;
    }

    /** It is a call of the Responses API. */
    public void asks(ResponseRequest request) {
        this.responseRequest = request;
    }

    /**
     * What is asked of the Responses API.
     *
     * @throws IllegalStateException when the route has no step {@code read-response} before
     */
    public ResponseRequest responseRequest() {
        return known(responseRequest, "read-response");
    }

    /** What that came to as a chat call. */
    public void turn(Turn turn) {
        this.turn = turn;
        read(turn.chat());
    }

    /**
     * The turn that this call is.
     *
     * @throws IllegalStateException when the route has no step {@code recall} before
     */
    public Turn turn() {
        return known(turn, "recall");
    }

    /** The turn that this call is, or null where it is none, or was refused before it became one. */
    public @Nullable Turn turnOrNull() {
        return turn;
    }

    public void read(ModelRequest request) {
        this.asked = request;
    }

    /** @param timeout how long the caller will wait for the end of its answer, or null where it did not say */
    public void waiting(@Nullable Duration timeout) {
        this.timeout = timeout;
    }

    public @Nullable Duration timeoutOrNull() {
        return timeout;
    }

    /**
     * What is asked of a model.
     *
     * @throws IllegalStateException when the route has no step that reads it before
     */
    public ModelRequest asked() {
        return known(asked, "read-chat");
    }

    public @Nullable ModelRequest askedOrNull() {
        return asked;
    }

    /**
     * What is asked, of a call that is one of chat.
     *
     * @throws IllegalStateException when the route has no step {@code read-chat} before
     */
    public ChatRequest chat() {
        return known(asked instanceof ChatRequest chat ? chat : null, "read-chat");
    }

    /** Its request has switches of guards that are on, and somebody sees to them. */
    public void guard(CallGuard guard) {
        this.guard = guard;
    }

    /** Who sees to its switches of guards; null where none is on, or nobody does. */
    public @Nullable CallGuard guardOrNull() {
        return guard;
    }

    /** A guard does not let the answer go out, or go on: it was made, and is paid for. */
    public void blocked(Refusal refusal) {
        blocked = true;
        if (begun) {
            errorCode = refusal.code();
        }
    }

    /** A guard did not let the answer go out, or go on. */
    public boolean isBlocked() {
        return blocked;
    }

    public void planned(Plan plan) {
        this.plan = plan;
    }

    /**
     * Which backends may answer.
     *
     * @throws IllegalStateException when the route has no step {@code plan} before
     */
    public Plan plan() {
        return known(plan, "plan");
    }

    /**
     * By which tier it is served. It is settled when the call closes.
     *
     * @throws IllegalStateException when the route has two steps {@code reserve}
     */
    public void serving(Serving serving) {
        if (this.serving != null) {
            // what the first one took would never be given back
            throw new IllegalStateException("the route has the step 'reserve' twice");
        }
        this.serving = serving;
    }

    /**
     * By which tier it is served.
     *
     * @throws IllegalStateException when the route has no step {@code reserve} before
     */
    public Serving serving() {
        return known(serving, "reserve");
    }

    public @Nullable Serving servingOrNull() {
        return serving;
    }

    public void dispatched(Dispatch dispatch) {
        this.dispatch = dispatch;
    }

    /** What happened on the backends, or null when none was asked. */
    public @Nullable Dispatch dispatchOrNull() {
        return dispatch;
    }

    /** The caller waits for server-sent events. */
    public boolean streams() {
        return asked != null && asked.stream();
    }

    /**
     * Keeps a copy of the answer as it goes out, for routes that look at it when the call is done.
     *
     * @param limit bytes after which the copy is cut
     */
    public AnswerCopy keepAnswer(int limit) {
        if (copy == null) {
            copy = new AnswerCopy(limit);
        }
        return copy;
    }

    public @Nullable AnswerCopy answerCopyOrNull() {
        return copy;
    }

    /** The request's body is here. */
    public void received(long bytes) {
        bytesIn = bytes;
    }

    public long bytesIn() {
        return bytesIn;
    }

    /** Bytes of the reply's body went out. */
    public void sent(byte[] bytes) {
        bytesOut += bytes.length;
        if (copy != null) {
            copy.add(bytes);
        }
    }

    /** The status line of a stream goes out. */
    public void begins() {
        begun = true;
    }

    /** The status line is out, and events follow. */
    public boolean begun() {
        return begun;
    }

    public void status(int status, @Nullable String errorCode) {
        this.status = status;
        this.errorCode = errorCode;
    }

    /** A refusal as the API words it that the call came in by. */
    public Reply.Whole errorReply(Refusal refusal) {
        return ErrorShape.of(arrival.endpoint()).reply(refusal, arrival.requestId());
    }

    public int status() {
        return status;
    }

    public @Nullable String errorCode() {
        return errorCode;
    }

    public long bytesOut() {
        return bytesOut;
    }

    /** How it ended, or null while it runs. */
    public @Nullable Ending ending() {
        return ending;
    }

    /** From the request's headers to the end of the reply. */
    public long durationNanos() {
        return endedNanos - arrival.nanos();
    }

    /**
     * Tells how the call has ended, once, on its loop; {@link Ending#ANSWERED} and {@link Ending#REFUSED} are told when the
     * whole reply has been handed over to the network. At once where it has ended.
     */
    public void whenClosed(Consumer<Ending> told) {
        if (ending != null) {
            told.accept(ending);
            return;
        }
        whenClosed = whenClosed == null ? told : whenClosed.andThen(told);
    }

    /** The client left: stops what runs for it, at once. */
    public void leave() {
        if (ending != null) {
            return;
        }
        close(Ending.LEFT);
    }

    /** Ends the call, however it went. Only the first close counts. */
    public void close(Ending how) {
        if (ending != null) {
            return;
        }
        ending = how;
        endedNanos = System.nanoTime();
        // an answer that had begun and did not go out is not waited for
        if (dispatch != null) {
            dispatch.cancel();
        }
        if (serving != null) {
            settle(serving);
        }
        observer.closed(this);
        if (whenClosed != null) {
            whenClosed.accept(how);
        }
    }

    private void settle(Serving by) {
        if (dispatch == null || ending == Ending.REFUSED && !blocked || !dispatch.isOwed()) {
            by.refused();
            return;
        }
        var usage = dispatch.usage();
        if (ending == Ending.ANSWERED && usage != null) {
            by.answered(usage);
        } else if (usage != null) {
            by.abandoned(usage.prompt(), Math.max(usage.completion(), dispatch.streamed()));
        } else {
            // nobody counted a whole answer, so that its bytes have to do, where they are of text
            var writes = asked != null && asked.choices() > 0 && !asked.stream();
            by.abandoned(0, Math.max(dispatch.streamed(), writes ? bytesOut / Usage.BYTES_PER_TOKEN : 0));
        }
    }

    /** What an operator's route may want to know of a call that is done; never a secret. */
    public Map<String, Object> summary() {
        return CallSummary.of(this);
    }

    private static <T> T known(@Nullable T value, String step) {
        if (value == null) {
            throw new IllegalStateException("the route needs the step '" + step + "' before this one");
        }
        return value;
    }
}
