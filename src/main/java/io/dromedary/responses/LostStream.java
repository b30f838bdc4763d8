package io.dromedary.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** The event that ends a stream of which the rest is lost. Clients read it in either of two shapes: it has both. */
final class LostStream {
    private static final byte[] HEAD = "event: error\ndata: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BLANK_LINE = "\n\n".getBytes(StandardCharsets.US_ASCII);

    private LostStream() {}

    /** @param sequence its number */
    static byte[] event(int sequence) {
        var tree = Json.MAPPER.createObjectNode().put("type", "error").put("sequence_number", sequence);
        describe(tree);
        describe(tree.putObject("error").put("type", "server_error"));
        var out = new ByteArrayOutputStream();
        out.writeBytes(HEAD);
        out.writeBytes(Json.bytes(tree));
        out.writeBytes(BLANK_LINE);
        return out.toByteArray();
    }

    private static void describe(ObjectNode into) {
        into.put("code", "stream_lost")
                .put("message", "The rest of this stream is lost. The response itself may still be retrieved.")
                .putNull("param");
    }
}
