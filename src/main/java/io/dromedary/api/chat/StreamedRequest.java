package io.dromedary.api.chat;

import static java.nio.charset.StandardCharsets.UTF_8;

/** A request turned into one for a stream with usage. */
final class StreamedRequest {
    private static final String USAGE = "{\"include_usage\":true}";

    private StreamedRequest() {}

    static ChatRequest of(ChatRequest request) {
        var edits = request.members().edit(request.body()).set("stream", "true");
        var options = request.has("stream_options") ? request.rawValue("stream_options") : null;
        if (options == null) {
            edits.set("stream_options", USAGE);
        } else {
            var raw = options.getBytes(UTF_8);
            var members = ObjectsWithin.only(raw);
            edits.set(
                    "stream_options",
                    members.edit(raw).set("include_usage", "true").toBytes());
        }
        return ChatRequestReader.read(edits.toBytes());
    }
}
