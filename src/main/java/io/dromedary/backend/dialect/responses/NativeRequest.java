package io.dromedary.backend.dialect.responses;

import static io.dromedary.backend.dialect.responses.Terms.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.json.Json;
import io.dromedary.api.responses.ItemIds;
import io.dromedary.backend.Dialect;
import io.dromedary.backend.Target;
import io.dromedary.backend.dialect.Fitting;
import java.util.List;

/** The native form of a request on its way to a backend: as the caller sent it, but for what is the gateway's own. */
final class NativeRequest {
    /** Conversations, templates and work in the background are the gateway's, and it has seen to them. */
    private static final List<String> OURS =
            List.of("previous_response_id", "conversation", "background", "prompt", "generate", "stream_id");

    private static final String ENCRYPTED = "reasoning.encrypted_content";

    private final ObjectNode body;
    private final ChatRequest request;
    private final Target target;

    private NativeRequest(ObjectNode body, ChatRequest request, Target target) {
        this.body = body;
        this.request = request;
        this.target = target;
    }

    static Dialect.Outgoing of(byte[] nativeForm, ChatRequest request, Target target) {
        var fitting = Fitting.ofNative(request, target);
        var sent = new NativeRequest(Json.object(nativeForm), request, target);
        sent.rewrite(fitting);
        return new Dialect.Outgoing(Json.bytes(sent.body), List.copyOf(fitting.named()));
    }

    private void rewrite(Fitting fitting) {
        body.remove(OURS);
        fitting.named().forEach(this::drop);
        Terms.settle(body, request, target);
        if (!request.stream()) {
            body.remove("stream_options");
        }
        input();
        include();
    }

    /** Takes out a member that chat knows by the same name, or by the one given here. */
    private void drop(String chatName) {
        switch (chatName) {
            case "reasoning_effort" -> body.remove("reasoning");
            case "verbosity" -> {
                if (body.path("text") instanceof ObjectNode text) {
                    text.remove("verbosity");
                }
            }
            case "max_tokens", "max_completion_tokens" -> body.remove("max_output_tokens");
            default -> body.remove(chatName);
        }
    }

    /**
     * Reasoning can be taken up again only from its encrypted content, which may be bound to the id that the item had where
     * it was made: one that we have named goes without, and reasoning of another backend's that has none is left out.
     */
    private void input() {
        if (!(body.path("input") instanceof ArrayNode items)) {
            return;
        }
        for (var rest = items.iterator(); rest.hasNext(); ) {
            if (!(rest.next() instanceof ObjectNode item) || !text(item, "type").equals("reasoning")) {
                continue;
            }
            if (text(item, "encrypted_content").isEmpty()) {
                rest.remove();
            } else if (ItemIds.owner(text(item, "id")) != null) {
                item.remove("id");
            }
        }
    }

    /** Asks for what reasoning can be taken up again from. Models that do not reason may refuse even the question. */
    private void include() {
        if (!target.capabilities().reasoningEffort()) {
            return;
        }
        var include = body.path("include") instanceof ArrayNode words ? words : body.putArray("include");
        for (var word : include) {
            if (word.asText().equals(ENCRYPTED)) {
                return;
            }
        }
        include.add(ENCRYPTED);
    }
}
