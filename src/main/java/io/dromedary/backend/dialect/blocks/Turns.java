package io.dromedary.backend.dialect.blocks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import io.dromedary.backend.dialect.LeftOut;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Chat messages as turns: user and assistant take turns, each with a list of blocks, and what is told the model about
 * itself stands apart. Messages of one role that follow each other are one turn, the answers of tools are the user's, and
 * blank texts, which such upstreams refuse, are left out.
 */
public final class Turns {
    private static final int LONGEST_ID = 64;

    /** Said for the user where the assistant would have to begin. */
    private static final String BEGINNING = "(continued)";

    private final BlockForm form;
    private final List<String> told;
    private final ArrayNode system = Json.MAPPER.createArrayNode();
    private final ArrayNode turns = Json.MAPPER.createArrayNode();
    private final Set<String> called = new LinkedHashSet<>();
    private boolean answeredCalls;
    private boolean thoughtBeforeCalls = true;

    private Turns(BlockForm form, List<String> told) {
        this.form = form;
        this.told = told;
    }

    /**
     * The messages as turns.
     *
     * @param messages of a chat request, or a string in their place
     * @param told gets the places of what is left out
     * @throws RefusedException 400 with the {@code param} that no block can stand for
     */
    public static Turns of(JsonNode messages, BlockForm form, List<String> told) {
        var turns = new Turns(form, told);
        if (messages.isTextual()) {
            turns.text(turns.turn("user"), messages.textValue());
        }
        for (var i = 0; i < messages.size(); i++) {
            turns.message(messages.path(i), "messages[" + i + "]");
        }
        turns.settle();
        return turns;
    }

    /** Blocks of what system and developer messages say, perhaps none. */
    public ArrayNode system() {
        return system;
    }

    /** Turns as {@code {"role","content":[…]}}, beginning with the user's. */
    public ArrayNode turns() {
        return turns;
    }

    /** Names of the tools that were called so far. */
    public Set<String> called() {
        return called;
    }

    /** The assistant's last message begins with thinking, or has no calls. */
    public boolean thoughtBeforeCalls() {
        return thoughtBeforeCalls;
    }

    /** Calls or their results are among the blocks. */
    public boolean tools() {
        return answeredCalls || !called.isEmpty();
    }

    /** Adds a sentence to what the model is told about itself. */
    public void instruct(String sentence) {
        system.add(form.text(sentence));
    }

    private void message(JsonNode message, String param) {
        var role = text(message, "role");
        if (message.hasNonNull("name") && !role.equals("tool") && !role.equals("function")) {
            told.add(param + ".name");
        }
        switch (role) {
            case "system", "developer" -> parts(system, message, param);
            case "assistant" -> assistant(message, param);
            case "tool" -> result(text(message, "tool_call_id"), message, param);
            case "function" -> result(text(message, "name"), message, param);
            default -> parts(turn("user"), message, param);
        }
    }

    private ArrayNode turn(String role) {
        var last = turns.path(turns.size() - 1);
        if (text(last, "role").equals(role)) {
            return (ArrayNode) last.path("content");
        }
        return turns.addObject().put("role", role).putArray("content");
    }

    private void assistant(JsonNode message, String param) {
        if (message.hasNonNull("audio")) {
            throw unfit(param + ".audio", "refers to audio");
        }
        var blocks = turn("assistant");
        var thinking = thinking(blocks, message);
        if (!thinking && !text(message, "reasoning_content").isEmpty()) {
            told.add(param + ".reasoning_content");
        }
        parts(blocks, message, param);
        text(blocks, text(message, "refusal"));
        if (message.hasNonNull("function_call")) {
            var function = message.path("function_call");
            call(blocks, text(function, "name"), function);
        }
        var calls = message.path("tool_calls");
        thoughtBeforeCalls = thinking || calls.isEmpty() && !message.hasNonNull("function_call");
        for (var i = 0; i < calls.size(); i++) {
            if (!text(calls.path(i), "type").equals("function")) {
                throw unfit(param + ".tool_calls[" + i + "]", "is no call of a function");
            }
            call(blocks, text(calls.path(i), "id"), calls.path(i).path("function"));
        }
    }

    /** Only what is signed or sealed by its maker can be taken up again. */
    private boolean thinking(ArrayNode blocks, JsonNode message) {
        var some = false;
        for (var detail : message.path("reasoning_details")) {
            var signature = text(detail, "signature");
            var data = text(detail, "data");
            if (text(detail, "type").equals("reasoning.text") && !signature.isEmpty()) {
                blocks.add(form.thinking(text(detail, "text"), signature));
                some = true;
            } else if (text(detail, "type").equals("reasoning.encrypted") && !data.isEmpty()) {
                blocks.add(form.redacted(data));
                some = true;
            }
        }
        return some;
    }

    private void call(ArrayNode blocks, String id, JsonNode function) {
        called.add(text(function, "name"));
        blocks.add(form.call(id(id), text(function, "name"), input(text(function, "arguments"))));
    }

    /** Arguments as the object that they are; what a model wrote wrongly is handed back as it wrote it. */
    private static ObjectNode input(String arguments) {
        if (arguments.isBlank()) {
            return Json.MAPPER.createObjectNode();
        }
        return Json.read(arguments.getBytes(StandardCharsets.UTF_8)) instanceof ObjectNode object
                ? object
                : Json.MAPPER.createObjectNode().put("arguments", arguments);
    }

    private void result(String id, JsonNode message, String param) {
        answeredCalls = true;
        var content = Json.MAPPER.createArrayNode();
        parts(content, message, param);
        turn("user").add(form.result(id(id), content));
    }

    /** Such upstreams take fewer characters in ids than others make; a call and its result are changed alike. */
    private static String id(String id) {
        var plain = id.replaceAll("[^a-zA-Z0-9_-]", "_");
        return plain.isEmpty() ? "call" : plain.substring(0, Math.min(plain.length(), LONGEST_ID));
    }

    private void parts(ArrayNode blocks, JsonNode message, String param) {
        var content = message.path("content");
        if (content.isTextual()) {
            text(blocks, content.textValue());
        }
        for (var i = 0; content.isArray() && i < content.size(); i++) {
            var part = content.path(i);
            var before = blocks.size();
            part(blocks, part, param + ".content[" + i + "]");
            if (blocks.size() > before && part.path("cache_control").isObject()) {
                form.cache(blocks, part.path("cache_control"));
            }
        }
    }

    private void part(ArrayNode blocks, JsonNode part, String param) {
        switch (text(part, "type")) {
            case "text" -> text(blocks, text(part, "text"));
            case "refusal" -> text(blocks, text(part, "refusal"));
            case "image_url" -> {
                LeftOut.detail(part.path("image_url"), param + ".image_url", told);
                blocks.add(form.image(text(part.path("image_url"), "url"), param + ".image_url.url"));
            }
            case "file" -> blocks.add(form.file(part.path("file"), param + ".file"));
            default -> throw unfit(param, "is neither text nor an image nor a file");
        }
    }

    private void text(ArrayNode blocks, String text) {
        if (!text.isBlank()) {
            blocks.add(form.text(text));
        }
    }

    /** The user goes first, nobody says nothing, and a last turn to be continued has no space at its end. */
    private void settle() {
        for (var i = turns.size() - 1; i >= 0; i--) {
            if (turns.path(i).path("content").isEmpty()) {
                turns.remove(i);
            }
        }
        join();
        if (turns.isEmpty()) {
            turn("user").addAll(system.isEmpty() ? single(BEGINNING) : system.deepCopy());
            system.removeAll();
        } else if (text(turns.path(0), "role").equals("assistant")) {
            turns.insertObject(0).put("role", "user").set("content", single(BEGINNING));
        }
        var last = turns.path(turns.size() - 1);
        var end = last.path("content").path(last.path("content").size() - 1);
        if (text(last, "role").equals("assistant") && end.path("text").isTextual()) {
            ((ObjectNode) end).put("text", text(end, "text").stripTrailing());
        }
    }

    /** Turns that stand side by side since an empty one between them is gone. */
    private void join() {
        for (var i = turns.size() - 1; i > 0; i--) {
            if (text(turns.path(i), "role").equals(text(turns.path(i - 1), "role"))) {
                ((ArrayNode) turns.path(i - 1).path("content"))
                        .addAll((ArrayNode) turns.path(i).path("content"));
                turns.remove(i);
            }
        }
    }

    private ArrayNode single(String text) {
        return Json.MAPPER.createArrayNode().add(form.text(text));
    }

    private static RefusedException unfit(String param, String why) {
        return RefusedException.badRequest(
                param, param + " " + why + ", which the backend that serves this model cannot take.");
    }

    /** Text of a member, or empty. */
    public static String text(JsonNode node, String member) {
        return node.path(member).isTextual() ? node.path(member).textValue() : "";
    }
}
