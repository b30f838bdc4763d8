package io.dromedary.testing.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import io.dromedary.testing.Script;
import io.dromedary.testing.conversation.Said;
import io.dromedary.testing.conversation.Words;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;

/** Bedrock's Converse and ConverseStream, with the frames of AWS. Its counts say nothing of reasoning. */
public final class BedrockWire implements Wire {
    @Override
    public Said tellable(Said said) {
        return said.refusingInText();
    }

    @Override
    public boolean tellsReasoningTokens() {
        return false;
    }

    @Override
    public boolean wantsStream(String path, ObjectNode request) {
        return path.endsWith("/converse-stream");
    }

    @Override
    public String streamType() {
        return "application/vnd.amazon.eventstream";
    }

    @Override
    public ObjectNode whole(Said said) {
        var body = node();
        var content = body.putObject("output")
                .putObject("message")
                .put("role", "assistant")
                .putArray("content");
        if (!said.reasoning().isEmpty()) {
            var thought = content.addObject().putObject("reasoningContent").putObject("reasoningText");
            thought.put("text", said.reasoning());
            if (!said.signature().isEmpty()) {
                thought.put("signature", said.signature());
            }
        }
        if (!said.text().isEmpty()) {
            content.addObject().put("text", said.text());
        }
        for (var call : said.calls()) {
            content.addObject()
                    .putObject("toolUse")
                    .put("toolUseId", call.id())
                    .put("name", call.name())
                    .set("input", Json.object(call.arguments().getBytes(StandardCharsets.UTF_8)));
        }
        body.put("stopReason", stopReason(said));
        body.set("usage", usage());
        body.putObject("metrics").put("latencyMs", 12);
        return body;
    }

    private static ObjectNode node() {
        return Json.MAPPER.createObjectNode();
    }

    private static String stopReason(Said said) {
        return said.calls().isEmpty() ? "end_turn" : "tool_use";
    }

    private static ObjectNode usage() {
        return node().put("inputTokens", Said.PROMPT_TOKENS - Said.CACHED_TOKENS)
                .put("outputTokens", Said.COMPLETION_TOKENS)
                .put("totalTokens", Said.PROMPT_TOKENS + Said.COMPLETION_TOKENS)
                .put("cacheReadInputTokens", Said.CACHED_TOKENS)
                .put("cacheWriteInputTokens", 0);
    }

    /** Each event is an object of its type. */
    @Override
    public List<String> events(Said said, SplittableRandom cuts) {
        var events = new ArrayList<String>();
        event("messageStart", node().put("role", "assistant"), events);
        var index = 0;
        if (!said.reasoning().isEmpty()) {
            for (var piece : Words.pieces(said.reasoning(), cuts)) {
                thought(index, "text", piece, events);
            }
            if (!said.signature().isEmpty()) {
                thought(index, "signature", said.signature(), events);
            }
            event("contentBlockStop", node().put("contentBlockIndex", index++), events);
        }
        if (!said.text().isEmpty()) {
            for (var piece : Words.pieces(said.text(), cuts)) {
                delta(index, node().put("text", piece), events);
            }
            event("contentBlockStop", node().put("contentBlockIndex", index++), events);
        }
        for (var call : said.calls()) {
            call(index++, call, cuts, events);
        }
        event("messageStop", node().put("stopReason", stopReason(said)), events);
        var last = node();
        last.set("usage", usage());
        event("metadata", last, events);
        return events;
    }

    private static void call(int index, Said.Call call, SplittableRandom cuts, List<String> events) {
        var begun = node().put("contentBlockIndex", index);
        begun.putObject("start")
                .putObject("toolUse")
                .put("toolUseId", call.id())
                .put("name", call.name());
        event("contentBlockStart", begun, events);
        for (var piece : Words.pieces(call.arguments(), cuts)) {
            var delta = node();
            delta.putObject("toolUse").put("input", piece);
            delta(index, delta, events);
        }
        event("contentBlockStop", node().put("contentBlockIndex", index), events);
    }

    private static void thought(int index, String member, String text, List<String> events) {
        var delta = node();
        delta.putObject("reasoningContent").put(member, text);
        delta(index, delta, events);
    }

    private static void delta(int index, ObjectNode delta, List<String> events) {
        var event = node().put("contentBlockIndex", index);
        event.set("delta", delta);
        event("contentBlockDelta", event, events);
    }

    private static void event(String type, ObjectNode said, List<String> events) {
        var event = node();
        event.set(type, said);
        events.add(event.toString());
    }

    @Override
    public byte[] framed(List<String> events) {
        var body = new ByteArrayOutputStream();
        for (var event : events) {
            var object = Json.object(event.getBytes(StandardCharsets.UTF_8));
            var type = object.fieldNames().next();
            var headers = Map.of(
                    ":message-type", HeaderValue.fromString("event"),
                    ":event-type", HeaderValue.fromString(type),
                    ":content-type", HeaderValue.fromString("application/json"));
            new Message(headers, Json.bytes(object.path(type))).encode(body);
        }
        return body.toByteArray();
    }

    @Override
    public Script error(Fault fault) {
        return switch (fault) {
            case RATE_LIMITED -> error(429, "ThrottlingException", "Too many requests, please wait");
            case OVERLOADED -> error(503, "ServiceUnavailableException", "Service unavailable");
            case BROKEN -> error(500, "InternalServerException", "The system encountered an unexpected error");
            case UNAUTHORIZED ->
                error(403, "UnrecognizedClientException", "The security token included in the request is invalid");
            case USED_UP -> error(402, "PaymentRequiredException", "The account has no means to pay");
            case UNKNOWN_MODEL -> error(400, "ValidationException", "The provided model identifier is invalid.");
            case BAD_REQUEST -> error(400, "ValidationException", "temperature must be at most 1");
            case TOO_LONG -> error(400, "ValidationException", "Input is too long for requested model.");
        };
    }

    private static Script error(int status, String type, String message) {
        return Script.json(
                status,
                Map.of("x-amzn-errortype", type + ":http://internal.amazon.com/coral/com.amazon.bedrock/"),
                node().put("message", message).toString());
    }
}
