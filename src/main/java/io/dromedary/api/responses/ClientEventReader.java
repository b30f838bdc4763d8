package io.dromedary.api.responses;

import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Members;
import io.dromedary.api.read.Cursor;
import io.dromedary.api.responses.ClientEvent.Create;
import io.dromedary.api.responses.ClientEvent.Unusable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a message in one pass over its bytes, and makes the body of a request of it. */
final class ClientEventReader {
    private static final String CREATE = "response.create";

    /** What a body may say over HTTP, but not here. */
    private static final List<String> HTTP_ONLY = List.of("stream", "stream_options", "background");

    private final Cursor at;
    private @Nullable String type;

    private ClientEventReader(Cursor at) {
        this.at = at;
    }

    static ClientEvent read(byte[] message) {
        try (var at = Cursor.open(message)) {
            return at.atObject()
                    ? new ClientEventReader(at).event()
                    : notJson("A message must be a JSON object with a 'type'.");
        } catch (RefusedException e) {
            return notJson(e.refusal().message());
        }
    }

    static ClientEvent notJson(String message) {
        return new Unusable(new Refusal.BadRequest(message, null, "invalid_json"), false);
    }

    private ClientEvent event() {
        var members = members();
        if (!CREATE.equals(type)) {
            return unusable(
                    "The type of a message must be '" + CREATE + "': no other is known here.",
                    "type",
                    "unknown_event_type",
                    false);
        }
        if (members.has("stream_id")) {
            return unusable(
                    "A WebSocket has one stream here. Leave 'stream_id' out, and open another WebSocket for a second one.",
                    "stream_id",
                    "invalid_stream_id",
                    true);
        }
        for (var name : HTTP_ONLY) {
            if (members.has(name)) {
                return unusable(
                        "'" + name + "' has no meaning on a WebSocket, where every response is streamed. Leave it out.",
                        name,
                        "unsupported_parameter",
                        true);
            }
        }
        return new Create(
                members.edit(at.body()).remove("type").set("stream", "true").toBytes());
    }

    private Members members() {
        var members = at.members(name -> {
            if (name.equals("type") && at.atString()) {
                type = at.text();
            } else {
                at.skip();
            }
        });
        at.finish();
        return members;
    }

    private static ClientEvent unusable(String message, String param, String code, boolean create) {
        return new Unusable(new Refusal.BadRequest(message, param, code), create);
    }
}
