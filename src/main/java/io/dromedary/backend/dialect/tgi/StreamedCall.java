package io.dromedary.backend.dialect.tgi;

import static io.dromedary.backend.dialect.tgi.TgiRequest.text;

import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.dromedary.api.Ids;
import org.jspecify.annotations.Nullable;

/**
 * The one tool call that TGI makes in a stream. Its pieces repeat id, type and a null name; the client gets those once,
 * with an id that no other call has.
 */
final class StreamedCall {
    private final TgiChunks chunks;
    private final Ids ids;
    private @Nullable CallText arguments;

    StreamedCall(TgiChunks chunks, Ids ids) {
        this.chunks = chunks;
        this.ids = ids;
    }

    boolean started() {
        return arguments != null;
    }

    boolean complete() {
        return arguments != null && arguments.complete();
    }

    /** Writes one piece of the call; the first has the name. */
    void add(JsonNode call, @Nullable ArrayNode tokens, ByteArrayBuilder out) {
        var function = call.path("function");
        var sent = TgiWhole.arguments(function.path("arguments"));
        if (arguments != null) {
            var piece = arguments.take(sent);
            if (!piece.isEmpty()) {
                chunks.arguments(piece, tokens, out);
            }
        } else if (!text(function, "name").isEmpty()) {
            arguments = new CallText();
            chunks.call(ids.next("call_"), text(function, "name"), arguments.take(sent), tokens, out);
        }
    }

    /** The model ended the call by itself: adds the brace that TGI keeps back from a call without arguments. */
    void close(ByteArrayBuilder out) {
        if (arguments != null && arguments.opened()) {
            chunks.arguments(arguments.take("}"), null, out);
        }
    }
}
