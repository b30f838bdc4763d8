package io.dromedary;

import io.dromedary.api.ModelRequest;
import io.dromedary.api.ServiceTier;
import io.dromedary.api.Usage;
import io.dromedary.call.Call;
import io.dromedary.call.CallObserver;
import io.dromedary.observe.AccessLine;
import io.dromedary.observe.AccessLog;
import io.dromedary.observe.CallFigures;
import io.dromedary.observe.Ended;
import io.dromedary.observe.Meters;
import io.dromedary.observe.TierFigures;
import io.dromedary.observe.Traces;
import io.dromedary.routing.AttemptRecord;
import io.dromedary.routing.Dispatch;
import io.dromedary.tier.Serving;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells the metrics, the access log and the traces of every call that has ended. */
final class Recorder implements CallObserver {
    private static final int LONGEST_PATH = 200;

    private final Meters meters;
    private final @Nullable AccessLog log;
    private final @Nullable Traces traces;

    Recorder(Meters meters, @Nullable AccessLog log, @Nullable Traces traces) {
        this.meters = meters;
        this.log = log;
        this.traces = traces;
    }

    @Override
    public void closed(Call call) {
        var ended = ended(call);
        var dispatch = call.dispatchOrNull();
        var asked = call.askedOrNull();
        var attempts = dispatch == null ? List.<AttemptRecord>of() : dispatch.attempts();
        var last = last(attempts);
        var usage = dispatch == null ? null : dispatch.usage();
        var firstToken = dispatch == null || dispatch.firstTokenNanos() == 0 ? -1 : dispatch.firstTokenNanos();
        attempts.forEach(this::count);
        var figures = new CallFigures(
                call.arrival().routed() ? call.arrival().endpoint() : "other",
                call.status(),
                ended,
                asked == null ? null : asked.endpoint().word(),
                asked == null ? null : asked.model().value(),
                last == null ? null : last.dialect(),
                call.errorCode(),
                call.durationNanos(),
                asked != null && asked.stream() ? firstToken : -1,
                prompt(usage),
                completion(usage));
        meters.call(figures);
        var serving = call.servingOrNull();
        if (serving != null) {
            meters.tiers().call(figures(call.asked(), serving, ended));
        }
        if (log != null) {
            log.write(line(call, ended, dispatch, attempts, last, usage, firstToken));
        }
        var trace = call.traceOrNull();
        if (traces != null && trace != null && trace.sampled()) {
            traces.record(CallSpans.of(call, trace, figures, last, attempts));
        }
    }

    private static TierFigures figures(ModelRequest request, Serving serving, Ended ended) {
        var denied = serving.denied();
        var tier = serving.tierOrNull();
        return new TierFigures(
                asked(request.serviceTier()),
                tier == null || ended == Ended.REFUSED ? "none" : tier.word(),
                ended,
                serving.project(),
                serving.paid(),
                denied == null ? null : denied.tier().word(),
                denied == null ? null : denied.reason().word());
    }

    private static String asked(@Nullable String word) {
        var tier = word == null ? ServiceTier.AUTO : ServiceTier.of(word);
        return tier == null ? "other" : tier.word();
    }

    private void count(AttemptRecord attempt) {
        var passage = attempt.passage();
        meters.attempt(
                attempt.target().backend().value(),
                attempt.target().upstream(),
                attempt.outcome(),
                passage != null && passage.hedge(),
                passage != null && attempt.ending() == AttemptRecord.Ending.OUTPACED
                        ? passage.endedNanos() - passage.startedNanos()
                        : -1);
    }

    /** The one that answered, else the last that was made. */
    private static @Nullable AttemptRecord last(List<AttemptRecord> attempts) {
        for (var attempt : attempts) {
            if (attempt.ending() == AttemptRecord.Ending.ANSWERED) {
                return attempt;
            }
        }
        return attempts.isEmpty() ? null : attempts.getLast();
    }

    private static Ended ended(Call call) {
        return switch (call.ending()) {
            case null -> Ended.LEFT;
            case ANSWERED -> Ended.ANSWERED;
            case REFUSED -> Ended.REFUSED;
            case LEFT -> Ended.LEFT;
            case CUT -> Ended.CUT;
        };
    }

    private static AccessLine line(
            Call call,
            Ended ended,
            @Nullable Dispatch dispatch,
            List<AttemptRecord> attempts,
            @Nullable AttemptRecord last,
            @Nullable Usage usage,
            long firstTokenNanos) {
        var arrival = call.arrival();
        var caller = call.callerOrNull();
        var asked = call.askedOrNull();
        var path = arrival.endpoint();
        var trace = call.traceOrNull();
        return new AccessLine(
                arrival.at().toEpochMilli(),
                arrival.requestId(),
                arrival.method(),
                path.length() > LONGEST_PATH ? path.substring(0, LONGEST_PATH) : path,
                call.status(),
                ended,
                caller == null ? null : caller.project().name(),
                caller == null ? null : caller.key(),
                asked == null ? null : asked.model().value(),
                last == null ? null : last.target().backend().value(),
                last == null ? null : last.target().upstream(),
                dispatch == null ? 0 : dispatch.sent(),
                tier(call),
                dispatch == null || dispatch.waitedNanos() < 0 ? -1 : dispatch.waitedNanos() / 1_000_000,
                asked != null && asked.stream(),
                prompt(usage),
                completion(usage),
                firstTokenNanos < 0 ? -1 : firstTokenNanos / 1_000_000,
                call.durationNanos() / 1_000_000,
                call.bytesIn(),
                call.bytesOut(),
                failures(attempts),
                call.errorCode(),
                trace == null ? null : trace.traceId(),
                call.innerOrNull() != null);
    }

    private static @Nullable String tier(Call call) {
        var serving = call.servingOrNull();
        var tier = serving == null ? null : serving.tierOrNull();
        return tier == null ? null : tier.word();
    }

    private static List<String> failures(List<AttemptRecord> attempts) {
        if (attempts.isEmpty() || attempts.size() == 1 && attempts.getFirst().failure() == null) {
            return List.of();
        }
        return attempts.stream()
                .filter(attempt -> attempt.failure() != null)
                .map(Recorder::failure)
                .toList();
    }

    private static String failure(AttemptRecord attempt) {
        var failure = attempt.failure();
        return attempt.target().backend() + ": " + (failure == null ? "" : failure.reason());
    }

    private static long prompt(@Nullable Usage usage) {
        return usage == null ? -1 : usage.prompt();
    }

    private static long completion(@Nullable Usage usage) {
        return usage == null ? -1 : usage.completion();
    }
}
