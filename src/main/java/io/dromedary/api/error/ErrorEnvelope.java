package io.dromedary.api.error;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.Headers;
import io.dromedary.api.json.Json;

/**
 * An error as a message of a WebSocket, in OpenAI's shape: {@code
 * {"type":"error","status":400,"error":{"type","code","message","param","headers"}}}. The code is always a string there,
 * and {@code headers} are those that the error has over HTTP.
 */
public final class ErrorEnvelope {
    private ErrorEnvelope() {}

    /** A refusal that is not the answer to a call. */
    public static byte[] of(Refusal refusal) {
        return of(refusal.status(), ErrorBody.bytes(refusal), new Headers());
    }

    /**
     * The reply to a call that failed.
     *
     * @param body in the shape of {@link ErrorBody}; of another one, nothing but the status is told
     */
    public static byte[] of(int status, byte[] body, Headers headers) {
        var tree = Json.read(body);
        var error = error(status, tree == null ? JsonNodeFactory.instance.objectNode() : tree.path("error"));
        var shown = Json.MAPPER.createObjectNode();
        headers.forEach((name, value) -> shown.put(name, value));
        if (!shown.isEmpty()) {
            error.set("headers", shown);
        }
        return Json.bytes(envelope(status, error));
    }

    /**
     * An event that ended a stream with an error.
     *
     * @param event its data: the error's members stand in it, or in its member {@code error}
     */
    public static byte[] ofEvent(byte[] event) {
        var tree = Json.read(event);
        JsonNode root = tree == null ? JsonNodeFactory.instance.objectNode() : tree;
        var nested = root.path("error");
        var status = root.path("status").asInt(status(nested.path("type").asText("")));
        var envelope = envelope(status, error(status, nested.isObject() ? nested : root));
        if (root.path("sequence_number").isIntegralNumber()) {
            envelope.set("sequence_number", root.path("sequence_number"));
        }
        return Json.bytes(envelope);
    }

    private static int status(String type) {
        return switch (type) {
            case "invalid_request_error" -> 400;
            case "requests", "tokens" -> 429;
            default -> 500;
        };
    }

    private static ObjectNode envelope(int status, ObjectNode error) {
        var envelope = Json.MAPPER.createObjectNode();
        envelope.put("type", "error").put("status", status);
        return envelope.set("error", error);
    }

    private static ObjectNode error(int status, JsonNode from) {
        var usual = status < 500 ? "invalid_request_error" : "server_error";
        // an event that is an error calls its own type that
        var type = from.path("type").asText("error").equals("error")
                ? usual
                : from.path("type").asText();
        var error = Json.MAPPER.createObjectNode();
        error.put("type", type)
                .put("code", from.path("code").isTextual() ? from.path("code").asText() : type)
                .put("message", from.path("message").asText("The request failed with status " + status + "."))
                .put("param", from.path("param").textValue());
        return error;
    }
}
