package io.dromedary.api.chat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dromedary.api.json.JsonText;
import io.dromedary.api.json.Members;
import io.dromedary.api.json.Splice;
import java.util.List;

/** A request whose last message is an answer to be continued. */
final class ContinuedRequest {
    private static final List<String> LIMITS = List.of("max_tokens", "max_completion_tokens");

    private final ChatRequest request;
    private final Members.Edits edits;

    ContinuedRequest(ChatRequest request) {
        this.request = request;
        this.edits = request.members().edit(request.body());
    }

    ChatRequest with(String text, long tokensSpent) {
        var members = request.members();
        var messages = members.find("messages");
        var raw = new byte[members.valueEnd(messages) - members.valueStart(messages)];
        System.arraycopy(request.body(), members.valueStart(messages), raw, 0, raw.length);
        edits.set("messages", messages(raw, JsonText.quote(text)));
        for (var limit : LIMITS) {
            lower(limit, tokensSpent);
        }
        return ChatRequestReader.read(edits.toBytes());
    }

    private byte[] messages(byte[] raw, String text) {
        var message = "{\"role\":\"assistant\",\"content\":" + text + "}";
        if (request.traits().messagesAsText()) {
            return Splice.of(raw)
                    .insert(0, "[{\"role\":\"user\",\"content\":".getBytes(UTF_8))
                    .insert(raw.length, ("}," + message + "]").getBytes(UTF_8))
                    .toBytes();
        }
        var last = request.traits().prefill() ? ObjectsWithin.last(raw) : new Members(0);
        var content = last.find("content");
        if (content >= 0 && raw[last.valueStart(content)] == '"') {
            var unquoted = text.substring(1, text.length() - 1);
            return Splice.of(raw)
                    .insert(last.valueEnd(content) - 1, unquoted.getBytes(UTF_8))
                    .toBytes();
        }
        return Splice.of(raw)
                .insert(raw.length - 1, ("," + message).getBytes(UTF_8))
                .toBytes();
    }

    private void lower(String limit, long tokensSpent) {
        var given = request.has(limit) ? request.rawValue(limit) : null;
        if (given != null) {
            edits.set(limit, String.valueOf(Math.max(1, Long.parseLong(given) - tokensSpent)));
        }
    }
}
