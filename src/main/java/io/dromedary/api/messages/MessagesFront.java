package io.dromedary.api.messages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dromedary.api.Ids;
import io.dromedary.api.Reply;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.error.ErrorShape;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.front.Front;
import io.dromedary.api.front.WholeAnswer;
import io.dromedary.api.json.Json;
import io.dromedary.api.responses.ChatPiece;
import java.util.List;

/** One request for a message. */
public final class MessagesFront implements Front {
    private final MessagesRequest request;
    private final MessagesForm form;
    private final String id;
    private final String requestId;
    private final Ids ids;

    private MessagesFront(MessagesRequest request, MessagesForm form, String requestId, Ids ids) {
        this.request = request;
        this.form = form;
        this.id = ids.next("msg_");
        this.requestId = requestId;
        this.ids = ids;
    }

    /**
     * Translates a request.
     *
     * @param inBlocks every backend that may answer takes {@code thinking} and {@code cache_control} as they are
     * @throws RefusedException 400 whose {@code param} is a member of the request
     */
    public static MessagesFront of(MessagesRequest request, boolean inBlocks, String requestId, Ids ids) {
        return new MessagesFront(request, MessagesForm.of(request, inBlocks), requestId, ids);
    }

    @Override
    public ChatRequest chat() {
        return form.chat();
    }

    @Override
    public String asked(String chat) {
        return MessagesNames.asked(chat);
    }

    @Override
    public List<String> dropped() {
        return form.dropped();
    }

    @Override
    public byte[] whole(byte[] completion) {
        var model = request.model().value();
        var tier = "";
        var finish = "";
        var stop = "";
        var calls = false;
        var message = JsonNodeFactory.instance
                .objectNode()
                .put("id", id)
                .put("type", "message")
                .put("role", "assistant");
        var content = JsonNodeFactory.instance.arrayNode();
        JsonNode usage = JsonNodeFactory.instance.missingNode();
        for (var piece : ChatPiece.ofWhole(WholeAnswer.read(completion))) {
            model = piece.model().isEmpty() ? model : piece.model();
            tier = piece.serviceTier().isEmpty() ? tier : piece.serviceTier();
            finish = piece.finishReason().isEmpty() ? finish : piece.finishReason();
            stop = piece.stopReason().isEmpty() ? stop : piece.stopReason();
            usage = piece.usage().isObject() ? piece.usage() : usage;
            if (request.showsThinking()) {
                Thoughts.add(piece.reasoning(), piece.reasoningDetails(), content);
            }
            for (var text : List.of(piece.content(), piece.refusal())) {
                if (!text.isBlank()) {
                    content.addObject().put("type", "text").put("text", text);
                }
            }
            if (!piece.refusal().isEmpty() && finish.equals("stop")) {
                finish = "content_filter";
            }
            for (var call : piece.calls()) {
                calls = true;
                content.addObject()
                        .put("type", "tool_use")
                        .put("id", call.id().isEmpty() ? ids.next("toolu_") : call.id())
                        .put("name", call.name())
                        .set("input", ToolInput.of(call.text()));
            }
        }
        message.put("model", model);
        message.set("content", content);
        var stopped = isOwnStop(stop);
        message.put("stop_reason", StopReason.of(finish, calls, stopped));
        message.put("stop_sequence", stopped ? stop : null);
        message.set("usage", MessagesUsage.of(usage, tier));
        return Json.bytesOfAny(message);
    }

    private boolean isOwnStop(String text) {
        return isAmongStops(request, text);
    }

    static boolean isAmongStops(MessagesRequest request, String text) {
        for (var sequence : request.body().path("stop_sequences")) {
            if (!text.isEmpty() && sequence.asText().equals(text)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Events events() {
        return new MessageEvents(request, id, requestId, ids);
    }

    @Override
    public byte[] failed(Reply.Whole told) {
        return ErrorShape.ANTHROPIC.event(told.body());
    }
}
