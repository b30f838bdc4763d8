package io.dromedary.testing.wire;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import io.dromedary.testing.Script;
import io.dromedary.testing.conversation.Said;
import io.dromedary.testing.conversation.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** OpenAI's Responses API. Its seals of reasoning are for callers of the same API alone. */
public final class ResponsesWire implements Wire {
    @Override
    public Said tellable(Said said) {
        return said.withoutSignature();
    }

    @Override
    public ObjectNode whole(Said said) {
        return response("completed", items(said));
    }

    private static ObjectNode response(String status, ArrayNode output) {
        var response = Json.MAPPER
                .createObjectNode()
                .put("id", "resp_theirs")
                .put("object", "response")
                .put("created_at", 1_700_000_000)
                .put("status", status)
                .putNull("error")
                .putNull("incomplete_details")
                .put("model", "scripted")
                .put("service_tier", "default");
        response.set("output", output);
        if (status.equals("completed")) {
            var usage = response.putObject("usage")
                    .put("input_tokens", Said.PROMPT_TOKENS)
                    .put("output_tokens", Said.COMPLETION_TOKENS)
                    .put("total_tokens", Said.PROMPT_TOKENS + Said.COMPLETION_TOKENS);
            usage.putObject("input_tokens_details").put("cached_tokens", Said.CACHED_TOKENS);
            usage.putObject("output_tokens_details").put("reasoning_tokens", Said.REASONING_TOKENS);
        }
        return response;
    }

    private static ArrayNode items(Said said) {
        var items = Json.MAPPER.createArrayNode();
        if (!said.reasoning().isEmpty()) {
            items.addObject()
                    .put("type", "reasoning")
                    .put("id", "rs_1")
                    .putArray("summary")
                    .addObject()
                    .put("type", "summary_text")
                    .put("text", said.reasoning());
        }
        if (!said.text().isEmpty() || !said.refusal().isEmpty()) {
            var content = items.addObject()
                    .put("type", "message")
                    .put("id", "msg_1")
                    .put("role", "assistant")
                    .put("status", "completed")
                    .putArray("content");
            if (said.refusal().isEmpty()) {
                content.addObject()
                        .put("type", "output_text")
                        .put("text", said.text())
                        .putArray("annotations");
            } else {
                content.addObject().put("type", "refusal").put("refusal", said.refusal());
            }
        }
        for (var call : said.calls()) {
            items.addObject()
                    .put("type", "function_call")
                    .put("id", "fc_" + items.size())
                    .put("call_id", call.id())
                    .put("name", call.name())
                    .put("arguments", call.arguments())
                    .put("status", "completed");
        }
        return items;
    }

    @Override
    public List<String> events(Said said, SplittableRandom cuts) {
        var events = new ArrayList<String>();
        event(
                "response.created",
                events,
                node().set("response", response("in_progress", Json.MAPPER.createArrayNode())));
        var items = items(said);
        for (var i = 0; i < items.size(); i++) {
            item(i, (ObjectNode) items.get(i), cuts, events);
        }
        event("response.completed", events, node().set("response", response("completed", items)));
        return events;
    }

    private static ObjectNode node() {
        return Json.MAPPER.createObjectNode();
    }

    private static void item(int index, ObjectNode item, SplittableRandom cuts, List<String> events) {
        var begun = item.deepCopy();
        begun.remove("content");
        begun.remove("summary");
        if (begun.has("arguments")) {
            begun.put("arguments", "");
        }
        event("response.output_item.added", events, at(index).set("item", begun));
        for (var part : item.path("summary")) {
            deltas(
                    "response.reasoning_summary_text",
                    index,
                    "summary_index",
                    part.path("text").asText(),
                    cuts,
                    events);
        }
        for (var part : item.path("content")) {
            var refusal = part.path("type").asText().equals("refusal");
            deltas(
                    refusal ? "response.refusal" : "response.output_text",
                    index,
                    "content_index",
                    part.path(refusal ? "refusal" : "text").asText(),
                    cuts,
                    events);
        }
        if (item.has("arguments")) {
            deltas(
                    "response.function_call_arguments",
                    index,
                    "",
                    item.path("arguments").asText(),
                    cuts,
                    events);
        }
        event("response.output_item.done", events, at(index).set("item", item));
    }

    private static void deltas(
            String what, int index, String partIndex, String text, SplittableRandom cuts, List<String> events) {
        for (var piece : Words.pieces(text, cuts)) {
            var delta = at(index).put("delta", piece);
            if (!partIndex.isEmpty()) {
                delta.put(partIndex, 0);
            }
            event(what + ".delta", events, delta);
        }
    }

    private static ObjectNode at(int index) {
        return node().put("output_index", index).put("item_id", "item_" + index);
    }

    private static void event(String type, List<String> events, ObjectNode event) {
        events.add(node().put("type", type)
                .put("sequence_number", events.size())
                .setAll(event)
                .toString());
    }

    @Override
    public Script error(Fault fault) {
        return new OpenAiWire().error(fault);
    }
}
