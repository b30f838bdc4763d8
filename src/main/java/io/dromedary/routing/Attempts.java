package io.dromedary.routing;

import io.dromedary.api.ModelRequest;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.backend.AssemblingAttempt;
import io.dromedary.backend.Attempt;
import io.dromedary.backend.AttemptWatch;
import io.dromedary.backend.ChatAttempt;
import io.dromedary.backend.FanOut;
import io.dromedary.backend.ServedTier;
import io.dromedary.backend.Target;
import io.dromedary.backend.TaskAttempt;
import io.dromedary.tier.Serving;
import org.jspecify.annotations.Nullable;

/** Makes the attempts of one call. */
final class Attempts {
    private final ModelRequest request;
    private final Plan plan;
    private final Serving serving;
    private final AttemptWatch watch;
    private @Nullable ChatRequest streamed;

    Attempts(ModelRequest request, Plan plan, Serving serving, AttemptWatch watch) {
        this.request = request;
        this.plan = plan;
        this.serving = serving;
        this.watch = watch;
    }

    /**
     * One at this candidate, not sent yet. An answer that is wanted whole is asked for as a stream when another candidate
     * could give it too: only a first token tells in time that this one will not.
     *
     * @throws io.dromedary.api.error.RefusedException with a 400 that names what the candidate cannot do
     */
    Attempt of(Candidate candidate, Attempt.Verdict verdict) {
        if (!(request instanceof ChatRequest chat)) {
            return TaskAttempt.of(candidate.backend(), narrowed(candidate), request, watch, verdict);
        }
        var can = candidate.target().capabilities();
        if (chat.stream() || !plan.hasAlternatives() || !can.streamUsage() || !can.wholeAsStream()) {
            return of(candidate, chat, verdict);
        }
        return new AssemblingAttempt(verdict, inner -> of(candidate, streamed(chat), inner));
    }

    /** One with another request: what is left of the call's own. */
    Attempt of(Candidate candidate, ChatRequest asked, Attempt.Verdict verdict) {
        var backend = candidate.backend();
        var target = target(candidate);
        if (FanOut.isNeeded(asked, target)) {
            return FanOut.of(backend, target, asked, watch, verdict);
        }
        return new ChatAttempt(backend, target, asked, backend.dialect().chat(asked, target), watch, verdict);
    }

    /** A backend that takes fewer texts at once than is known of it gets no more. */
    private Target narrowed(Candidate candidate) {
        var target = target(candidate);
        var report = candidate.standing().report();
        var most = target.capabilities().maxInputs();
        return report == null || report.maxInputs() == 0 || most > 0 && most <= report.maxInputs()
                ? target
                : target.taking(report.maxInputs());
    }

    private Target target(Candidate candidate) {
        var target = candidate.target();
        return target.serving(ServedTier.of(
                serving.tier(),
                request.serviceTier(),
                target.capabilities(),
                candidate.backend().settings().tiers(),
                serving.openAiWords()));
    }

    private ChatRequest streamed(ChatRequest chat) {
        if (streamed == null) {
            streamed = chat.streamed();
        }
        return streamed;
    }
}
