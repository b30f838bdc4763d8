package io.dromedary.backend.dialect.responses;

import static io.dromedary.backend.dialect.responses.Terms.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import io.dromedary.api.responses.ResponseError;
import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.dialect.UpstreamError;

/** What an error means that came instead of an answer, or in the middle of one. */
final class ResponsesErrors {
    private ResponsesErrors() {}

    /** Of an event {@code error}, which has its members nested or flat. */
    static AttemptFailure ofEvent(ObjectNode event) {
        return of(
                event.path("error").isObject()
                        ? event.path("error")
                        : event.deepCopy().without("type"));
    }

    /** Of the member {@code error} of a response. */
    static AttemptFailure of(JsonNode error) {
        if (!(error instanceof ObjectNode object)) {
            return new AttemptFailure.Faulty(500, "failed without a reason");
        }
        var known = object.deepCopy();
        if (ResponseError.isCallersFault(text(object, "code"))) {
            // they come without a type, and so without a status
            known.put("type", "invalid_request_error");
        }
        return UpstreamError.inStream(Json.MAPPER.createObjectNode().set("error", known));
    }
}
