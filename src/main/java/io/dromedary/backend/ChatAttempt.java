package io.dromedary.backend;

import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.dromedary.api.Reply;
import io.dromedary.api.TraceContext;
import io.dromedary.api.Usage;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.sse.Framing;
import io.dromedary.config.BackendSettings.Timeouts;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An attempt of one upstream call: sends the request in the backend's dialect, holds its four deadlines, and reads the
 * answer.
 */
public final class ChatAttempt implements Attempt, AttemptEvents, Upstream.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(ChatAttempt.class);
    /** An attempt whose head came in time may take so many times longer while another is tried beside it. */
    private static final int EXCUSED_TIMES = 3;

    private static final int MAX_ERROR = 64 << 10;
    private static final int MAX_WHOLE = 64 << 20;
    private static final int MOST_EXPECTED = 4 << 20;

    private final Backend backend;
    private final Timeouts timeouts;
    private final boolean stream;
    private final Verdict verdict;
    private final AttemptWatch watch;
    private final ChatAnswer answer;
    private final List<String> dropped;
    private final ByteArrayBuilder out;
    private final Pieces whole = new Pieces();
    private final long startedNanos = System.nanoTime();

    /** For whether it may be sent; null where nobody has to say so, or has. */
    private @Nullable CompletionStage<Boolean> clearance;

    /** From when on it may take its time. */
    private long fromNanos = startedNanos;

    private Dialect.@Nullable Outgoing unsent;
    private Upstream.@Nullable Exchange exchange;
    private UnaryOperator<@Nullable String> headers = name -> null;
    private @Nullable Framing framing;
    private @Nullable Receiver receiver;
    private int status;
    private long lastNanos = startedNanos;

    /** When the last piece of the request left that is known to. */
    private long movedNanos = startedNanos;

    private boolean moving;
    private long firstTokenNanos;
    private @Nullable AttemptFailure lost;
    private boolean expecting;
    private boolean begun;
    private boolean excused;
    private boolean paused;
    private boolean over;
    private boolean ended;
    private boolean told;

    /** Of a chat, not sent yet. */
    public ChatAttempt(
            Backend backend,
            Target target,
            ChatRequest request,
            Dialect.Outgoing outgoing,
            AttemptWatch watch,
            Verdict verdict) {
        this(
                backend,
                target.failover().timeouts(),
                request.stream(),
                outgoing,
                backend.dialect().answer(request, target),
                watch,
                verdict);
    }

    /**
     * Of anything, not sent yet.
     *
     * @param stream the answer is wanted as events
     * @param answer reads it
     */
    ChatAttempt(
            Backend backend,
            Timeouts timeouts,
            boolean stream,
            Dialect.Outgoing outgoing,
            ChatAnswer answer,
            AttemptWatch watch,
            Verdict verdict) {
        this.backend = backend;
        this.timeouts = timeouts;
        this.stream = stream;
        this.out = new ByteArrayBuilder(stream ? 512 : 0);
        this.verdict = verdict;
        this.watch = watch;
        this.answer = answer;
        this.dropped = outgoing.dropped();
        this.unsent = outgoing;
    }

    @Override
    public void send(@Nullable TraceContext span) {
        watch.add(this);
        var outgoing = Objects.requireNonNull(unsent);
        moving = outgoing.elsewhere() != null && outgoing.elsewhere().rest() != null;
        exchange = outgoing.elsewhere() == null
                ? backend.upstream().chat(outgoing.body(), span, this)
                : backend.upstream().send(outgoing.elsewhere(), span, this);
        unsent = null;
    }

    @Override
    public @Nullable CompletionStage<Boolean> asks() {
        clearance = verdict.asks();
        return clearance;
    }

    @Override
    public void moved(boolean last) {
        movedNanos = System.nanoTime();
        moving = !last;
    }

    @Override
    public void head(int status, UnaryOperator<@Nullable String> headers) {
        this.status = status;
        this.headers = headers;
        lastNanos = System.nanoTime();
        if (status / 100 == 2) {
            answer.head(headers);
        }
        if (stream && status / 100 == 2) {
            framing = backend.dialect().framing(headers.apply("content-type"));
        }
    }

    @Override
    public void body(byte[] bytes) {
        if (over) {
            return;
        }
        lastNanos = System.nanoTime();
        try {
            read(bytes);
        } catch (RuntimeException e) {
            unreadable(e);
        }
    }

    private void read(byte[] bytes) {
        if (framing == null) {
            collect(bytes);
            return;
        }
        framing.feed(bytes, 0, bytes.length, this::event);
        advance();
    }

    /** Whatever an upstream sends, the call gets an end. */
    private void unreadable(RuntimeException cause) {
        var named = cause instanceof Framing.UnreadableException;
        if (!named) {
            LOG.error("an answer of the backend {} could not be read", backend.name(), cause);
        }
        if (!over) {
            drop();
        }
        if (!told || begun && !ended) {
            broken(new AttemptFailure.Broken(
                    named ? String.valueOf(cause.getMessage()) : "the answer could not be read"));
        }
    }

    private void collect(byte[] bytes) {
        var room = (status / 100 == 2 ? MAX_WHOLE : MAX_ERROR) - whole.size();
        if (whole.size() > 0 && !expecting) {
            expecting = true;
            whole.expect(expected());
        }
        whole.add(bytes, Math.min(bytes.length, room));
        if (bytes.length > room) {
            drop();
            if (status / 100 == 2) {
                broken(new AttemptFailure.Broken("the answer is too large"));
            } else {
                broken(backend.dialect().failure(status, headers, whole.take()));
            }
        }
    }

    /** Bytes that the answer is said to have, as far as one would believe it. */
    private int expected() {
        var length = headers.apply("content-length");
        try {
            return length == null ? 0 : Math.clamp(Long.parseLong(length), 0, MOST_EXPECTED);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private void event(byte[] buffer, int offset, int length) {
        if (!answer.done() && answer.failure() == null) {
            answer.event(buffer, offset, length, out);
        }
    }

    /** Shows what was read so far, as far as it may be shown. */
    private void advance() {
        var failure = answer.failure();
        if (failure != null) {
            drop();
            broken(failure);
            return;
        }
        if (answer.done()) {
            drop();
            finish();
            return;
        }
        if (answer.begun()) {
            show();
        }
    }

    private void show() {
        if (!begun) {
            begun = true;
            firstTokenNanos = System.nanoTime();
            if (receiver == null && exchange != null && !over) {
                exchange.pause();
            }
            told = true;
            verdict.begun(this);
            return;
        }
        flush();
    }

    private void flush() {
        if (receiver != null && out.size() > 0) {
            var bytes = out.toByteArray();
            out.reset();
            receiver.write(bytes);
        }
    }

    @Override
    public void end() {
        if (over) {
            return;
        }
        stop();
        try {
            close();
        } catch (RuntimeException e) {
            unreadable(e);
        }
    }

    private void close() {
        if (framing == null) {
            whole();
            return;
        }
        framing.end(this::event);
        var failure = answer.failure();
        if (failure != null) {
            broken(failure);
            return;
        }
        finish();
    }

    /** The upstream has said all it will say. */
    private void finish() {
        answer.end(out);
        var failure = answer.failure();
        if (failure != null) {
            broken(failure);
            return;
        }
        ended = true;
        show();
        endReceiver();
    }

    private void whole() {
        var body = whole.take();
        if (status / 100 != 2) {
            broken(backend.dialect().failure(status, headers, body));
            return;
        }
        var shown = answer.whole(body);
        var failure = answer.failure();
        if (failure != null || shown == null) {
            broken(failure == null ? new AttemptFailure.Broken("no answer") : failure);
        } else if (stream && answer.replay(out)) {
            finish();
        } else if (stream && !verdict.takesWhole()) {
            broken(new AttemptFailure.Broken("answered a stream with " + headers.apply("content-type")));
        } else {
            firstTokenNanos = System.nanoTime();
            told = true;
            verdict.answered(Reply.Whole.json(200, shown));
        }
    }

    @Override
    public void failed(AttemptFailure failure) {
        if (over) {
            return;
        }
        stop();
        broken(failure);
    }

    /** The attempt is lost; what was shown of it decides who hears of that. */
    private void broken(AttemptFailure failure) {
        if (!begun) {
            told = true;
            verdict.failed(failure);
            return;
        }
        lost = saidAll() ? null : failure;
        ended = true;
        flush();
        endReceiver();
    }

    /** What broke after a finish reason was whole: it is given the end that it lacks. */
    private boolean saidAll() {
        if (answer.failure() != null) {
            return false;
        }
        answer.end(out);
        return answer.failure() == null;
    }

    private void endReceiver() {
        if (receiver != null) {
            receiver.close(lost);
        }
    }

    private void stop() {
        over = true;
        watch.remove(this);
    }

    /** Stops an upstream that may still have something to say. */
    private void drop() {
        var open = exchange;
        stop();
        if (open != null) {
            open.cancel();
        }
    }

    @Override
    public void start(Receiver to) {
        receiver = to;
        lastNanos = System.nanoTime();
        flush();
        if (ended) {
            to.close(lost);
        } else if (!paused && exchange != null) {
            exchange.resume();
        }
    }

    @Override
    public void pause() {
        paused = true;
        if (exchange != null && !over) {
            exchange.pause();
        }
    }

    @Override
    public void resume() {
        paused = false;
        lastNanos = System.nanoTime();
        if (exchange != null && !over) {
            exchange.resume();
        }
    }

    @Override
    public void cancel() {
        if (!over) {
            drop();
        }
        receiver = null;
    }

    /** Looks at the deadlines. Called by the watch, on this attempt's event loop. */
    void check(long nowNanos) {
        if (clearance != null) {
            // that it waits is no fault of the backend's
            fromNanos = nowNanos;
            movedNanos = nowNanos;
            if (!clearance.toCompletableFuture().isDone()) {
                return;
            }
            clearance = null;
        }
        if (nowNanos - fromNanos > timeouts.total().toNanos()) {
            late(AttemptFailure.TimedOut.Deadline.TOTAL);
        } else if (moving && nowNanos - movedNanos > timeouts.firstToken().toNanos()) {
            // nobody reads what is sent
            late(AttemptFailure.TimedOut.Deadline.FIRST_TOKEN);
        } else if (stream && !begun && nowNanos - movedNanos > firstTokenNanosAllowed()) {
            if (!excused && framing != null && verdict.late()) {
                excused = true;
            } else if (!over) {
                late(AttemptFailure.TimedOut.Deadline.FIRST_TOKEN);
            }
        } else if (begun
                && receiver != null
                && !paused
                && nowNanos - lastNanos > timeouts.betweenTokens().toNanos()) {
            late(AttemptFailure.TimedOut.Deadline.BETWEEN_TOKENS);
        }
    }

    private long firstTokenNanosAllowed() {
        var once = timeouts.firstToken().toNanos();
        return excused ? EXCUSED_TIMES * once : once;
    }

    private void late(AttemptFailure.TimedOut.Deadline deadline) {
        drop();
        broken(new AttemptFailure.TimedOut(deadline));
    }

    @Override
    public List<String> dropped() {
        return dropped;
    }

    @Override
    public @Nullable Usage usage() {
        return answer.usage();
    }

    @Override
    public long startedNanos() {
        return startedNanos;
    }

    @Override
    public int pieces() {
        return answer.pieces();
    }

    @Override
    public long firstTokenNanos() {
        return firstTokenNanos == 0 ? 0 : firstTokenNanos - startedNanos;
    }
}
