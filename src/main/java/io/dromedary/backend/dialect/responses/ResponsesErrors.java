package io.dromedary.backend.dialect.responses;

import static io.dromedary.backend.dialect.responses.Terms.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.dialect.UpstreamError;
import java.util.Set;

/** What an error means that came instead of an answer, or in the middle of one. */
final class ResponsesErrors {
    /** Codes that say what is wrong with the request. They come without a type, and so without a status. */
    private static final Set<String> CALLERS_FAULT = Set.of(
            "invalid_prompt",
            "bio_policy",
            "invalid_image",
            "invalid_image_format",
            "invalid_base64_image",
            "invalid_image_url",
            "image_too_large",
            "image_too_small",
            "image_parse_error",
            "image_content_policy_violation",
            "invalid_image_mode",
            "image_file_too_large",
            "unsupported_image_media_type",
            "empty_image_file",
            "failed_to_download_image",
            "image_file_not_found");

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
        if (CALLERS_FAULT.contains(text(object, "code"))) {
            known.put("type", "invalid_request_error");
        }
        return UpstreamError.inStream(Json.MAPPER.createObjectNode().set("error", known));
    }
}
