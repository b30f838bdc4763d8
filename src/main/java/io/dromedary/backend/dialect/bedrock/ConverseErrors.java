package io.dromedary.backend.dialect.bedrock;

import static io.dromedary.backend.dialect.blocks.Turns.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.dialect.UpstreamError;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What Bedrock's exceptions mean: as a status with the header {@code x-amzn-errortype}, or as an event. */
final class ConverseErrors {
    /** Words that the other dialects know, by the name of the exception in lower case. */
    private static final Map<String, String> WORDS = Map.of(
            "throttlingexception", "rate_limit_error",
            "modelnotreadyexception", "rate_limit_error",
            "servicequotaexceededexception", "rate_limit_error",
            "serviceunavailableexception", "unavailable_error",
            "validationexception", "invalid_request_error",
            "accessdeniedexception", "permission_error",
            "unrecognizedclientexception", "authentication_error",
            "expiredtokenexception", "authentication_error",
            "invalidsignatureexception", "authentication_error",
            "resourcenotfoundexception", "unknown_model");

    /** The model, its profile or its throughput: ours to mend. */
    private static final Pattern CONFIGURATION = Pattern.compile(
            "(?i)model identifier is invalid|on-demand throughput|inference profile|model is not supported|"
                    + "marked by provider as Legacy|end of its life");

    private ConverseErrors() {}

    /** @param clock for a {@code retry-after} that is a date */
    static AttemptFailure ofStatus(
            int status, UnaryOperator<@Nullable String> headers, byte[] body, InstantSource clock) {
        var type = headers.apply("x-amzn-errortype");
        var said = Json.read(body);
        if (!(said instanceof ObjectNode object)) {
            return UpstreamError.failure(status, headers, body, clock);
        }
        var name = type == null ? text(object, "__type") : type;
        var error = error(name, object);
        var failure = UpstreamError.failure(status, headers, Json.bytes(error), clock);
        return ours(failure, text(error.path("error"), "message"));
    }

    /** An object without an answer in it. */
    static @Nullable AttemptFailure inBody(ObjectNode object) {
        return object.has("message") || object.has("Message") || object.has("__type")
                ? UpstreamError.inStream(error(text(object, "__type"), object))
                : null;
    }

    /** An event that is none of an answer's, or null where it is no exception either. */
    static @Nullable AttemptFailure inStream(String type, JsonNode said) {
        if (type.equals("error")) {
            return UpstreamError.inStream(error(text(said, "code"), said));
        }
        if (!type.endsWith("Exception")) {
            return null;
        }
        var error = error(type, said);
        return ours(UpstreamError.inStream(error), text(error.path("error"), "message"));
    }

    private static AttemptFailure ours(AttemptFailure failure, String message) {
        return failure instanceof AttemptFailure.Rejected rejected
                        && CONFIGURATION.matcher(message).find()
                ? new AttemptFailure.Misconfigured(
                        rejected.refusal().status(), rejected.refusal().message())
                : failure;
    }

    /** {@code ThrottlingException:http://internal.amazon.com/…} or {@code com.amazon…#ThrottlingException}, in an object. */
    private static ObjectNode error(String type, JsonNode said) {
        var name = type.substring(type.indexOf('#') + 1);
        var colon = name.indexOf(':');
        var bare = (colon < 0 ? name : name.substring(0, colon)).strip();
        var message = text(said, "message").isEmpty() ? text(said, "Message") : text(said, "message");
        var error = Json.MAPPER.createObjectNode();
        error.putObject("error")
                .put("type", WORDS.getOrDefault(bare.toLowerCase(Locale.ROOT), bare.isEmpty() ? "error" : bare))
                .put("message", message.isEmpty() ? bare : message);
        return error;
    }
}
