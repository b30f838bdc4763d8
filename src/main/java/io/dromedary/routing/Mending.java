package io.dromedary.routing;

import io.dromedary.api.EventSource;
import io.dromedary.api.ModelRequest;
import io.dromedary.api.Reply;
import io.dromedary.api.Usage;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.chat.JoinedStream;
import io.dromedary.api.chat.Successor;
import io.dromedary.api.error.ErrorBody;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import io.dromedary.backend.AttemptEvents;
import io.dromedary.backend.AttemptFailure;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream that the caller has seen the beginning of. Where its attempt breaks, another candidate goes on with it if that
 * leaves no seam; if it would, the stream ends with an error event.
 */
final class Mending implements Relay.Owner, Try.Owner {
    private static final Logger LOG = LoggerFactory.getLogger(Mending.class);

    private final ModelRequest request;
    private final Plan plan;
    private final Course course;
    private final Tries tries;
    private final Entrance entrance;
    private final Runnable finish;
    private final Relay relay;

    /** Whose events come, or came last. */
    private Try current;

    /** Makes what is left of an attempt that was launched into what the caller is still to see. */
    private @Nullable Function<JoinedStream, Successor> joining;

    private boolean cut;
    private boolean over;

    /** @param finish nothing more is tried, waited for or sent */
    Mending(
            ModelRequest request,
            Plan plan,
            Course course,
            Tries tries,
            Entrance entrance,
            Memory memory,
            Try first,
            AttemptEvents events,
            Runnable finish) {
        this.request = request;
        this.plan = plan;
        this.course = course;
        this.tries = tries;
        this.entrance = entrance;
        this.finish = finish;
        this.current = first;
        this.relay = new Relay(events, plan.resumes() && plan.hasAlternatives(), memory, this);
    }

    EventSource stream() {
        return relay;
    }

    /** Whose events come, or came last. */
    Try current() {
        return current;
    }

    /** It ended with an error event. */
    boolean cut() {
        return cut;
    }

    /** Of the whole stream, as far as it was reported. */
    @Nullable
    Usage usage() {
        return relay.usage(current.usage());
    }

    @Override
    public void broke(AttemptFailure failure) {
        if (!over) {
            current.lose(failure);
            next(current, failure);
        }
    }

    @Override
    public void failed(Try one, AttemptFailure failure) {
        if (!over) {
            next(one, failure);
        }
    }

    /** Whatever goes wrong on the way, the stream gets an end. */
    private void next(Try lost, AttemptFailure failure) {
        course.done(lost.candidate());
        try {
            if (!resumes()) {
                end(failure);
            }
        } catch (RuntimeException e) {
            LOG.error("a broken stream could not be gone on with", e);
            end(failure);
        }
    }

    /** Another candidate goes on with the stream; false where nobody does. */
    private boolean resumes() {
        var sent = relay.sent();
        while (sent != null && plan.resumes() && sent.joinable()) {
            var turn = sent.continuable()
                    ? course.next(
                            entrance::insist,
                            candidate -> candidate.target().capabilities().prefill())
                    : null;
            if (turn == null) {
                turn = course.next(entrance::insist);
                if (turn == null) {
                    return false;
                }
                if (restarts(turn)) {
                    return true;
                }
            } else if (continues(turn, sent)) {
                return true;
            }
        }
        return false;
    }

    private boolean restarts(Course.Turn turn) {
        joining = sent -> sent.restarting(turn.candidate().target().model());
        return tries.launch(turn, null, this) != null;
    }

    private boolean continues(Course.Turn turn, JoinedStream sent) {
        if (!(request instanceof ChatRequest chat)) {
            throw new IllegalStateException("only an answer to a chat can be gone on with");
        }
        // of an attempt that showed nothing, nothing was used up of what the caller has seen
        var reported = relay.shows() ? current.usage() : null;
        ChatRequest rest;
        try {
            rest = chat.continued(sent.textSoFar(), sent.tokensSoFar(reported));
        } catch (RuntimeException e) {
            turn.released();
            course.done(turn.candidate());
            if (e instanceof RefusedException) {
                // with the text it is more than can be read
                return false;
            }
            throw e;
        }
        joining = all -> all.continuing(turn.candidate().target().model(), reported);
        return tries.launch(turn, rest, this) != null;
    }

    /** Somebody was asked before, or there would be nothing to go on with. */
    @Override
    public @Nullable CompletionStage<Boolean> asks() {
        return null;
    }

    @Override
    public void spoke(Try one) {
        current = one;
    }

    @Override
    public void begun(Try one, AttemptEvents events) {
        var sent = relay.sent();
        if (sent == null || joining == null) {
            end(new AttemptFailure.Broken("the stream was cut"));
        } else {
            relay.follow(events, joining.apply(sent));
        }
    }

    /** A backend that was asked for a stream is never taken at a whole answer. */
    @Override
    public void answered(Try one, Reply reply) {
        throw new IllegalStateException("a stream was answered whole");
    }

    /** There is somebody to wait for, and the caller has been given something already: one at a time is enough. */
    @Override
    public boolean late(Try one) {
        return false;
    }

    @Override
    public void diverged() {
        if (!over) {
            var failure = new AttemptFailure.Broken("gave another answer");
            current.loseWithoutBlame(failure);
            end(failure);
        }
    }

    /** Ends the stream with an error event: what was sent is not complete. */
    void end(AttemptFailure failure) {
        cut = true;
        var causes = tries.causes();
        finish();
        relay.cut(ErrorBody.event(new Refusal.BackendsFailed(
                failure instanceof AttemptFailure.TimedOut ? 504 : 502,
                "The answer broke off (" + String.join("; ", causes) + "). What was sent so far is not complete.",
                "stream_broken",
                0,
                causes)));
    }

    @Override
    public void ended() {
        if (!cut) {
            current.succeed();
        }
        finish();
    }

    private void finish() {
        over = true;
        finish.run();
    }

    /** The caller left. */
    void cancel() {
        over = true;
        relay.cancel();
    }
}
