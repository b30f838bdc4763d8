package io.dromedary.call;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A call in a few plain values, named as the access log names them. */
final class CallSummary {
    private CallSummary() {}

    static Map<String, Object> of(Call call) {
        var summary = new LinkedHashMap<String, Object>();
        summary.put("request_id", call.arrival().requestId());
        summary.put("time", call.arrival().at().toString());
        summary.put("endpoint", call.arrival().endpoint());
        summary.put("status", call.status());
        if (call.innerOrNull() != null) {
            summary.put("inner", true);
        }
        var ending = call.ending();
        if (ending != null) {
            summary.put("ended", ending.name().toLowerCase(Locale.ROOT));
        }
        var caller = call.callerOrNull();
        if (caller != null) {
            summary.put("project", caller.project().name());
            summary.put("key", caller.key());
        }
        var asked = call.askedOrNull();
        if (asked != null) {
            summary.put("model", asked.model().value());
            summary.put("stream", asked.stream());
        }
        var dispatch = call.dispatchOrNull();
        if (dispatch != null) {
            summary.put("attempts", dispatch.attempts().size());
            var served = dispatch.served();
            if (served != null) {
                summary.put("backend", served.backend().value());
                summary.put("answered_by", served.model().value());
            }
            var usage = dispatch.usage();
            if (usage != null) {
                summary.put("prompt_tokens", usage.prompt());
                summary.put("completion_tokens", usage.completion());
            }
        }
        return summary;
    }
}
