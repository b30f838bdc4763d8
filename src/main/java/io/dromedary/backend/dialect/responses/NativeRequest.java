package io.dromedary.backend.dialect.responses;

import static io.dromedary.backend.dialect.responses.Terms.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.json.Json;
import io.dromedary.api.responses.ItemIds;
import io.dromedary.api.responses.SignedThoughts;
import io.dromedary.backend.Dialect;
import io.dromedary.backend.Target;
import io.dromedary.backend.dialect.Fitting;
import java.util.ArrayList;
import java.util.List;

/** The native form of a request on its way to a backend: as the caller sent it, but for what is the gateway's own. */
final class NativeRequest {
    /** Conversations, templates and work in the background are the gateway's, and it has seen to them. */
    private static final List<String> OURS =
            List.of("previous_response_id", "conversation", "background", "prompt", "generate", "stream_id");

    /** What a provider makes of it nobody else can read, the gateway included, and the rest is forgotten over it. */
    private static final String CONTEXT_MANAGEMENT = "context_management";

    private static final String ENCRYPTED = "reasoning.encrypted_content";

    private final ObjectNode body;
    private final ChatRequest request;
    private final Target target;
    private final List<String> told = new ArrayList<>();

    private NativeRequest(ObjectNode body, ChatRequest request, Target target) {
        this.body = body;
        this.request = request;
        this.target = target;
    }

    static Dialect.Outgoing of(byte[] nativeForm, ChatRequest request, Target target) {
        var fitting = Fitting.ofNative(request, target);
        var sent = new NativeRequest(Json.object(nativeForm), request, target);
        sent.rewrite(fitting);
        return new Dialect.Outgoing(Json.bytes(sent.body), List.copyOf(sent.told));
    }

    private void rewrite(Fitting fitting) {
        body.remove(OURS);
        fitting.named().forEach(this::drop);
        told.addAll(fitting.named());
        var managed = body.remove(CONTEXT_MANAGEMENT);
        if (managed != null && !managed.isNull()) {
            told.add(CONTEXT_MANAGEMENT);
        }
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
     * Ids that we have given are of no use there, and not always of the form that is asked for: only messages of the
     * assistant's have to have one. Reasoning can be taken up again only from its encrypted content, so that reasoning of
     * another backend's that has none, or has what that one signed, is left out.
     */
    private void input() {
        if (!(body.path("input") instanceof ArrayNode items)) {
            return;
        }
        for (var rest = items.iterator(); rest.hasNext(); ) {
            if (!(rest.next() instanceof ObjectNode item)) {
                continue;
            }
            if (text(item, "type").equals("reasoning")
                    && (text(item, "encrypted_content").isEmpty()
                            || SignedThoughts.is(text(item, "encrypted_content")))) {
                rest.remove();
            } else if (!text(item, "role").equals("assistant") && ItemIds.owner(text(item, "id")) != null) {
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
