package io.dromedary.backend.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.json.Json;
import io.dromedary.api.json.JsonText;
import io.dromedary.api.json.Members;
import io.dromedary.backend.Capabilities;
import io.dromedary.backend.Dialect;
import io.dromedary.backend.Quirks;
import io.dromedary.backend.Target;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One request on its way to one backend: what has to differ is spliced, every other byte is the caller's. */
final class OpenAiRequest {
    private static final String INCLUDE_USAGE = "{\"include_usage\":true}";

    /** The smallest value that backends take which want {@code top_p} above 0. */
    private static final String ALMOST_ZERO = "0.000001";

    private final ChatRequest request;
    private final Target target;
    private final Capabilities can;
    private final Members.Edits edits;
    private final List<String> told;
    private final List<String> silent;

    OpenAiRequest(ChatRequest request, Target target) {
        var fitting = Fitting.of(request, target);
        this.request = request;
        this.target = target;
        this.can = target.capabilities();
        this.edits = request.members().edit(request.body());
        this.told = new ArrayList<>(fitting.named());
        this.silent = fitting.silent();
    }

    Dialect.Outgoing outgoing() {
        told.forEach(edits::remove);
        silent.forEach(edits::remove);
        if (!request.model().value().equals(target.upstream())) {
            edits.set("model", JsonText.quote(target.upstream()));
        }
        tier();
        messages();
        usage();
        limits();
        stop();
        topP();
        if (!can.quirks().equals(Quirks.NONE)) {
            quirks(can.quirks());
        }
        return new Dialect.Outgoing(edits.toBytes(), List.copyOf(told));
    }

    /** The value of a member that is sent, or null. */
    private @Nullable RawValue sent(String member) {
        var index = request.members().find(member);
        return index < 0 || told.contains(member) || silent.contains(member) ? null : RawValue.of(request, index);
    }

    private void tier() {
        var tier = target.tier();
        if (tier == null) {
            return;
        }
        if (tier.sent() == null) {
            edits.remove("service_tier");
        } else if (!tier.sent().equals(request.serviceTier())) {
            edits.set("service_tier", JsonText.quote(tier.sent()));
        }
    }

    private void messages() {
        var messages = sent("messages");
        if (messages == null) {
            return;
        }
        if (request.traits().messagesAsText()) {
            edits.set("messages", "[{\"role\":\"user\",\"content\":" + messages.raw() + "}]");
            return;
        }
        var developer = !can.developerRole() && messages.contains("\"developer\"");
        var both = !can.contentWithToolCalls() && messages.contains("\"tool_calls\"");
        var form = can.quirks().equals(Quirks.NONE) ? null : MessageForm.of(request, messages, can.quirks(), told);
        if (!developer && !both && form == null) {
            return;
        }
        var list = Json.read(messages.text(), messages.start(), messages.end() - messages.start());
        if (list == null || !list.isArray()) {
            return;
        }
        var changed = false;
        for (var i = 0; i < list.size(); i++) {
            if (list.get(i) instanceof ObjectNode message) {
                changed |= developer && developerAsSystem(message);
                changed |= both && toolCallsAlone(message, i);
                changed |= form != null && form.rewrite(message, "messages[" + i + "]");
            }
        }
        if (changed) {
            edits.set("messages", Json.bytes(list));
        }
    }

    private static boolean developerAsSystem(ObjectNode message) {
        if (!message.path("role").asText().equals("developer")) {
            return false;
        }
        message.put("role", "system");
        return true;
    }

    private boolean toolCallsAlone(ObjectNode message, int index) {
        if (message.path("tool_calls").isEmpty() || !message.has("content")) {
            return false;
        }
        if (says(message.path("content"))) {
            told.add("messages[" + index + "].content");
        }
        message.remove("content");
        return true;
    }

    private static boolean says(JsonNode content) {
        return content.isTextual() ? !content.textValue().isEmpty() : !content.isEmpty();
    }

    /** A stream is always asked for its usage; a caller who did not ask never sees it. */
    private void usage() {
        if (!request.stream()
                || request.usageWanted()
                || !can.streamUsage()
                || can.quirks().usageUnasked()) {
            return;
        }
        if (request.has("stream_options") && sent("stream_options") == null) {
            return;
        }
        var options = sent("stream_options");
        var read = options == null ? null : Json.read(options.text(), options.start(), options.end() - options.start());
        if (read instanceof ObjectNode object) {
            edits.set("stream_options", Json.bytes(object.put("include_usage", true)));
        } else {
            edits.set("stream_options", INCLUDE_USAGE);
        }
    }

    /** {@code max_tokens} or {@code max_completion_tokens}, whichever the backend knows. */
    private void limits() {
        if (!can.maxCompletionTokens()) {
            rename("max_completion_tokens", "max_tokens");
        } else if (can.dropped().contains("max_tokens") || can.refused().contains("max_tokens")) {
            rename("max_tokens", "max_completion_tokens");
        }
    }

    private void rename(String from, String to) {
        var value = sent(from);
        if (value == null) {
            return;
        }
        edits.remove(from);
        if (!value.isNull()) {
            edits.set(to, value.raw());
        }
    }

    private void stop() {
        var stop = can.stopAsString() ? null : sent("stop");
        if (stop != null && stop.isString()) {
            edits.set("stop", "[" + stop.raw() + "]");
        }
    }

    private void topP() {
        var topP = can.topPZero() ? null : sent("top_p");
        if (topP != null && !topP.isNull() && topP.isZero()) {
            edits.set("top_p", ALMOST_ZERO);
        }
    }

    private void quirks(Quirks quirks) {
        quirks.renamed().forEach(this::rename);
        if (!quirks.toolChoices().contains("allowed_tools")) {
            AllowedTools.narrow(sent("tools"), sent("tool_choice"), edits);
        }
        if (quirks.schemaInObject()) {
            schemaInObject();
        }
        quirks.added().forEach((name, value) -> add(name, Json.MAPPER.valueToTree(value)));
    }

    private void schemaInObject() {
        var format = sent("response_format");
        if (format == null || !format.string("type").equals("json_schema")) {
            return;
        }
        var schema = format.tree().path("json_schema").path("schema");
        var object = Json.MAPPER.createObjectNode().put("type", "json_object");
        if (schema.isObject()) {
            object.set("schema", schema);
        }
        edits.set("response_format", Json.bytes(object));
    }

    /** What the caller has set stays; an object of the caller's gets the members that it lacks. */
    private void add(String name, JsonNode value) {
        var given = sent(name);
        if (given == null || given.isNull()) {
            edits.set(name, Json.bytes(value));
        } else if (value.isObject() && given.tree() instanceof ObjectNode object) {
            value.properties().forEach(member -> object.putIfAbsent(member.getKey(), member.getValue()));
            edits.set(name, Json.bytes(object));
        }
    }
}
