package io.dromedary.api.responses;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a chat completion, or one chunk of one, says that a response has a place for: of its first choice, and beside the
 * choices. Texts that it does not have are empty.
 *
 * <p>Reasoning has two names, and a backend may use both for the same: {@code reasoning_content} goes before {@code
 * reasoning}. A list of parts for content, as Mistral sends it, is read as the text and the thoughts in it.
 */
public final class ChatPiece {
    /**
     * A call, or a piece of one. Texts that it does not have are empty.
     *
     * @param index which call of the answer it belongs to
     * @param text of a function's arguments or a custom tool's input
     */
    public record Call(int index, String id, boolean custom, String name, String text) {}

    private static final int LEGACY_CALL = -1;

    private final StringBuilder content = new StringBuilder();
    private final StringBuilder thoughts = new StringBuilder();
    private final List<Call> calls = new ArrayList<>(1);
    private String reasoningContent = "";
    private String reasoning = "";
    private String refusal = "";
    private String finishReason = "";
    private String stopReason = "";
    private String model = "";
    private String serviceTier = "";
    private JsonNode reasoningDetails = missing();
    private JsonNode annotations = missing();
    private JsonNode responseItems = missing();
    private JsonNode logprobs = missing();
    private JsonNode usage = missing();
    private JsonNode error = missing();

    private ChatPiece() {}

    /** Of a chunk; null where the bytes are no JSON object. Bytes that are not UTF-8 read as U+FFFD. */
    public static @Nullable ChatPiece ofChunk(byte[] json) {
        try (var parser = Json.MAPPER.createParser(json)) {
            return read(parser, "delta");
        } catch (IOException e) {
            return ofOddBytes(json);
        }
    }

    private static @Nullable ChatPiece ofOddBytes(byte[] json) {
        try (var parser = Json.MAPPER.createParser(new String(json, StandardCharsets.UTF_8))) {
            return read(parser, "delta");
        } catch (IOException e) {
            return null;
        }
    }

    /**
     * Of a whole completion: one piece, or where it says in which order it was said those of the stream that it was made of.
     */
    public static List<ChatPiece> ofWhole(ObjectNode completion) {
        var choice = completion.path("choices").path(0);
        var said = choice.path("message").path("response_pieces");
        if (!said.isArray()) {
            return List.of(of(completion, "message"));
        }
        var pieces = new ArrayList<ChatPiece>();
        for (var piece : said) {
            pieces.add(of(chunk(piece), "delta"));
        }
        var end = chunk(JsonNodeFactory.instance.objectNode().set("finish_reason", choice.path("finish_reason")));
        completion.properties().forEach(member -> end.putIfAbsent(member.getKey(), member.getValue()));
        pieces.add(of(end, "delta"));
        return pieces;
    }

    private static ObjectNode chunk(JsonNode choice) {
        var chunk = JsonNodeFactory.instance.objectNode();
        chunk.putArray("choices").add(choice);
        return chunk;
    }

    private static ChatPiece of(ObjectNode tree, String message) {
        try (var parser = Json.MAPPER.treeAsTokens(tree)) {
            var piece = read(parser, message);
            return piece == null ? new ChatPiece() : piece;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable ChatPiece read(JsonParser at, String message) throws IOException {
        if (at.nextToken() != JsonToken.START_OBJECT) {
            return null;
        }
        var piece = new ChatPiece();
        for (var name = at.nextFieldName(); name != null; name = at.nextFieldName()) {
            at.nextToken();
            switch (name) {
                case "choices" -> piece.choices(at, message);
                case "model" -> piece.model = text(at);
                case "service_tier" -> piece.serviceTier = text(at);
                case "usage" -> piece.usage = tree(at);
                case "error" -> piece.error = tree(at);
                default -> at.skipChildren();
            }
        }
        return piece;
    }

    private void choices(JsonParser at, String message) throws IOException {
        if (at.currentToken() != JsonToken.START_ARRAY) {
            at.skipChildren();
            return;
        }
        // a response has one choice, and the chat request in the middle asked for one
        var first = true;
        while (at.nextToken() != JsonToken.END_ARRAY) {
            if (first && at.currentToken() == JsonToken.START_OBJECT) {
                choice(at, message);
                first = false;
            } else {
                at.skipChildren();
            }
        }
    }

    private void choice(JsonParser at, String message) throws IOException {
        for (var name = at.nextFieldName(); name != null; name = at.nextFieldName()) {
            at.nextToken();
            if (name.equals(message) && at.currentToken() == JsonToken.START_OBJECT) {
                message(at);
            } else if (name.equals("finish_reason")) {
                finishReason = text(at);
            } else if (name.equals("stop_reason")) {
                stopReason = text(at);
            } else if (name.equals("logprobs")) {
                logprobs = tree(at).path("content");
            } else {
                at.skipChildren();
            }
        }
    }

    private void message(JsonParser at) throws IOException {
        for (var name = at.nextFieldName(); name != null; name = at.nextFieldName()) {
            at.nextToken();
            switch (name) {
                case "content" -> content(at);
                case "reasoning_content" -> reasoningContent = text(at);
                case "reasoning" -> reasoning = text(at);
                case "refusal" -> refusal = text(at);
                case "reasoning_details" -> reasoningDetails = tree(at);
                case "annotations" -> annotations = tree(at);
                case "response_items" -> responseItems = tree(at);
                case "tool_calls" -> calls(at);
                case "function_call" -> legacyCall(at);
                default -> at.skipChildren();
            }
        }
    }

    private void content(JsonParser at) throws IOException {
        if (at.currentToken() != JsonToken.START_ARRAY) {
            content.append(text(at));
            return;
        }
        for (var part : tree(at)) {
            if (part.isTextual()) {
                content.append(part.textValue());
            } else if (part.path("thinking").isArray()) {
                part.path("thinking")
                        .forEach(thought -> thoughts.append(thought.path("text").asText("")));
            } else {
                thoughts.append(part.path("thinking").asText(""));
                content.append(part.path("text").asText(""));
            }
        }
    }

    private void calls(JsonParser at) throws IOException {
        if (at.currentToken() != JsonToken.START_ARRAY) {
            at.skipChildren();
            return;
        }
        for (var position = 0; at.nextToken() != JsonToken.END_ARRAY; position++) {
            if (at.currentToken() == JsonToken.START_OBJECT) {
                call(at, position);
            } else {
                at.skipChildren();
            }
        }
    }

    private void call(JsonParser at, int position) throws IOException {
        var index = position;
        var id = "";
        var custom = false;
        var named = new String[] {"", ""};
        for (var name = at.nextFieldName(); name != null; name = at.nextFieldName()) {
            at.nextToken();
            switch (name) {
                case "index" -> index = at.currentToken() == JsonToken.VALUE_NUMBER_INT ? at.getIntValue() : position;
                case "id" -> id = text(at);
                case "type" -> custom |= text(at).equals("custom");
                case "custom" -> custom |= named(at, "input", named);
                case "function" -> named(at, "arguments", named);
                default -> at.skipChildren();
            }
        }
        calls.add(new Call(index, id, custom, named[0], named[1]));
    }

    /** The one call of a model that knows no others. */
    private void legacyCall(JsonParser at) throws IOException {
        var named = new String[] {"", ""};
        if (named(at, "arguments", named)) {
            calls.add(new Call(LEGACY_CALL, "", false, named[0], named[1]));
        }
    }

    /** Reads a name and a text; false where there is no object. */
    private static boolean named(JsonParser at, String member, String[] into) throws IOException {
        if (at.currentToken() != JsonToken.START_OBJECT) {
            at.skipChildren();
            return false;
        }
        for (var name = at.nextFieldName(); name != null; name = at.nextFieldName()) {
            at.nextToken();
            if (name.equals("name")) {
                into[0] = text(at);
            } else if (name.equals(member)) {
                // an object where its text belongs, as old servers write arguments
                into[1] = at.currentToken().isStructStart() ? ItemEvents.json(tree(at)) : text(at);
            } else {
                at.skipChildren();
            }
        }
        return true;
    }

    private static String text(JsonParser at) throws IOException {
        if (at.currentToken() == JsonToken.VALUE_STRING) {
            return at.getText();
        }
        at.skipChildren();
        return "";
    }

    private static JsonNode tree(JsonParser at) throws IOException {
        return Json.MAPPER.readTree(at);
    }

    private static JsonNode missing() {
        return JsonNodeFactory.instance.missingNode();
    }

    public String content() {
        return content.toString();
    }

    public String reasoning() {
        if (!reasoningContent.isEmpty()) {
            return reasoningContent;
        }
        return reasoning.isEmpty() ? thoughts.toString() : reasoning;
    }

    public String refusal() {
        return refusal;
    }

    public List<Call> calls() {
        return calls;
    }

    /** As OpenRouter writes them: a list of texts, summaries and encrypted ones; or null or missing. */
    public JsonNode reasoningDetails() {
        return reasoningDetails;
    }

    /** A list, or null or missing. */
    JsonNode annotations() {
        return annotations;
    }

    /** What a backend said that chat has no words for, as items of its own: a list, or null or missing. */
    JsonNode responseItems() {
        return responseItems;
    }

    /** Of the tokens of the content: a list, or null or missing. */
    public JsonNode logprobs() {
        return logprobs;
    }

    /** An object, or null or missing. */
    public JsonNode usage() {
        return usage;
    }

    /** What went wrong; null or missing where nothing did. */
    public JsonNode error() {
        return error;
    }

    public String finishReason() {
        return finishReason;
    }

    /** The stop sequence that ended the answer, where the backend says it as vLLM does. */
    public String stopReason() {
        return stopReason;
    }

    public String model() {
        return model;
    }

    public String serviceTier() {
        return serviceTier;
    }
}
