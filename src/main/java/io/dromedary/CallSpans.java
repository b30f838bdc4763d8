package io.dromedary;

import io.dromedary.api.TraceContext;
import io.dromedary.backend.AttemptFailure;
import io.dromedary.call.Call;
import io.dromedary.observe.AttemptSpan;
import io.dromedary.observe.CallFigures;
import io.dromedary.observe.CallSpan;
import io.dromedary.routing.AttemptRecord;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes of a call that has ended what its trace tells. */
final class CallSpans {
    private CallSpans() {}

    /**
     * The call and those of its attempts that were made.
     *
     * @param last the attempt that answered, else the last that was made
     */
    static CallSpan of(
            Call call,
            TraceContext trace,
            CallFigures figures,
            @Nullable AttemptRecord last,
            List<AttemptRecord> attempts) {
        var arrival = call.arrival();
        var dispatch = call.dispatchOrNull();
        var served = dispatch == null ? null : dispatch.served();
        return new CallSpan(
                trace,
                arrival.method(),
                arrival.routed(),
                call.snapshot().settings().gateway().tls() != null,
                arrival.requestId(),
                arrival.at(),
                figures,
                call.streams(),
                served == null ? null : served.model().value(),
                last == null ? null : last.target().backend().value(),
                attempts(attempts, arrival.nanos(), arrival.nanos() + call.durationNanos()));
    }

    private static List<AttemptSpan> attempts(List<AttemptRecord> records, long began, long ended) {
        var spans = new ArrayList<AttemptSpan>(records.size());
        for (var record : records) {
            var passage = record.passage();
            if (passage != null && passage.span() != null) {
                spans.add(span(record, passage, passage.span(), began, ended));
            }
        }
        return spans;
    }

    private static AttemptSpan span(
            AttemptRecord record, AttemptRecord.Passage passage, TraceContext context, long began, long ended) {
        var failure = record.failure();
        var status = failure == null ? 0 : status(failure);
        var usage = passage.usage();
        // what is stopped because the call has ended, ends with it
        var until = passage.endedNanos() == 0 ? ended : Math.min(ended, passage.endedNanos());
        return new AttemptSpan(
                context,
                record.target().backend().value(),
                record.dialect(),
                record.target().upstream(),
                passage.hedge(),
                record.outcome(),
                failure == null ? null : reason(failure, status),
                status,
                passage.startedNanos() - began,
                passage.firstTokenNanos(),
                until - passage.startedNanos(),
                usage == null ? -1 : usage.prompt(),
                usage == null ? -1 : usage.completion());
    }

    /** What a provider says of its failure may repeat what it was asked: of that only the status is told. */
    private static String reason(AttemptFailure failure, int status) {
        return status == 0 ? failure.reason() : Integer.toString(status);
    }

    private static int status(AttemptFailure failure) {
        return switch (failure) {
            case AttemptFailure.Overloaded f -> f.status();
            case AttemptFailure.Faulty f -> f.status();
            case AttemptFailure.Exhausted f -> f.status();
            case AttemptFailure.Misconfigured f -> f.status();
            case AttemptFailure.Rejected f -> f.refusal().status();
            case AttemptFailure.NotTried f -> 0;
            case AttemptFailure.NotSent f -> 0;
            case AttemptFailure.Broken f -> 0;
            case AttemptFailure.TimedOut f -> 0;
            case AttemptFailure.ContextTooLong f -> 0;
            case AttemptFailure.Incapable f -> 0;
        };
    }
}
