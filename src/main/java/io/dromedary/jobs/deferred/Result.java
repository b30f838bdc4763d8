package io.dromedary.jobs.deferred;

import io.dromedary.api.error.ErrorBody;
import io.dromedary.api.error.Refusal;
import io.dromedary.call.InnerCalls.Told;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * How a deferred completion ended: with an answer, or with the error that its caller would have got.
 *
 * @param headers that say how the answer came to be
 */
public record Result(int status, String contentType, Map<String, String> headers, byte[] body) {
    private static final String OURS = "x-dromedary-";

    /** What a call came to. Headers that are about the moment, such as those of limits, are of no use later. */
    static Result of(Told told) {
        Map<String, String> headers = new LinkedHashMap<>();
        told.headers().forEach((name, value) -> {
            if (name.startsWith(OURS)) {
                headers.put(name, value);
            }
        });
        var type = Objects.requireNonNullElse(told.headers().get("content-type"), "");
        return new Result(told.status(), type, headers, told.body());
    }

    static Result of(Refusal refusal) {
        var reply = ErrorBody.reply(refusal);
        return new Result(reply.status(), reply.contentType(), Map.of(), reply.body());
    }
}
