package io.dromedary.api.completions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.Ids;
import io.dromedary.api.Reply;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.error.ErrorShape;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.front.Front;
import io.dromedary.api.front.WholeAnswer;
import io.dromedary.api.json.Json;
import io.dromedary.api.sse.SseFrame;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One request for a completion. */
public final class CompletionFront implements Front {
    private static final String OBJECT = "text_completion";
    private static final byte[] NOTHING = {};

    /** Of a chat answer, beside its choices. */
    private static final List<String> SHARED = List.of("created", "model", "service_tier", "system_fingerprint");

    private final CompletionRequest request;
    private final ChatRequest chat;
    private final String id;

    private CompletionFront(CompletionRequest request, ChatRequest chat, String id) {
        this.request = request;
        this.chat = chat;
        this.id = id;
    }

    /**
     * Reads a request.
     *
     * @param body the whole body as the client sent it
     * @throws RefusedException 400 with the {@code param} that is wrong and how to mend it
     */
    public static CompletionFront read(byte[] body, Ids ids) {
        var request = CompletionRequestReader.read(body);
        return new CompletionFront(request, CompletionForm.of(request), ids.next("cmpl-"));
    }

    @Override
    public ChatRequest chat() {
        return chat;
    }

    @Override
    public String asked(String chat) {
        return CompletionForm.asked(chat);
    }

    @Override
    public List<String> dropped() {
        return List.of();
    }

    @Override
    public byte[] whole(byte[] completion) {
        var answer = WholeAnswer.read(completion);
        var told = head(answer);
        var choices = told.putArray("choices");
        for (var choice : answer.path("choices")) {
            var text = prompt(choice.path("index").asInt()) + said(choice.path("message"));
            choices.add(choice(choice, text, new LegacyLogprobs()));
        }
        if (answer.path("usage").isObject()) {
            told.set("usage", answer.path("usage"));
        }
        return Json.bytesOfAny(told);
    }

    private String prompt(int choice) {
        return request.echo() ? request.prompt(choice) : "";
    }

    /** What a model says instead of an answer is its answer here. */
    private static String said(JsonNode message) {
        return message.path("content").asText("") + message.path("refusal").asText("");
    }

    private ObjectNode head(JsonNode answer) {
        var head = JsonNodeFactory.instance.objectNode().put("id", id).put("object", OBJECT);
        for (var name : SHARED) {
            if (answer.hasNonNull(name)) {
                head.set(name, answer.path(name));
            }
        }
        return head.has("model") ? head : head.put("model", request.model().value());
    }

    private ObjectNode choice(JsonNode of, String text, LegacyLogprobs logprobs) {
        var choice = JsonNodeFactory.instance
                .objectNode()
                .put("text", text)
                .put("index", of.path("index").asInt());
        choice.set(
                "logprobs", request.logprobs() ? logprobs.of(of.path("logprobs").path("content")) : null);
        choice.put("finish_reason", of.path("finish_reason").textValue());
        return choice;
    }

    @Override
    public Events events() {
        return new Chunks();
    }

    @Override
    public byte[] failed(Reply.Whole told) {
        return ErrorShape.OPENAI.event(told.body());
    }

    /** The chunks of one streamed answer. */
    private final class Chunks implements Events {
        private final Map<Integer, LegacyLogprobs> choices = new HashMap<>();
        private boolean broken;

        @Override
        public byte[] chunk(byte[] json) {
            var chunk = WholeAnswer.object(json);
            if (chunk == null) {
                return NOTHING;
            }
            if (chunk.hasNonNull("error")) {
                broken = true;
                return SseFrame.of(json);
            }
            var told = head(chunk);
            var list = told.putArray("choices");
            for (var choice : chunk.path("choices")) {
                var one = told(choice);
                if (one != null) {
                    list.add(one);
                }
            }
            if (request.body().path("stream_options").path("include_usage").asBoolean(false)) {
                told.set("usage", chunk.get("usage"));
            }
            return list.isEmpty() && !chunk.path("usage").isObject() ? NOTHING : SseFrame.of(Json.bytesOfAny(told));
        }

        /** Null for a piece that says nothing which a text has a place for. */
        private @Nullable ObjectNode told(JsonNode choice) {
            var index = choice.path("index").asInt();
            var first = !choices.containsKey(index);
            var logprobs = choices.computeIfAbsent(index, any -> new LegacyLogprobs());
            var text = (first ? prompt(index) : "") + said(choice.path("delta"));
            return text.isEmpty() && !choice.hasNonNull("finish_reason") ? null : choice(choice, text, logprobs);
        }

        @Override
        public byte[] end(boolean whole) {
            return whole && !broken ? SseFrame.done() : NOTHING;
        }
    }
}
