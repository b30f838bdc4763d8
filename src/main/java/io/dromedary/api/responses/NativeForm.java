package io.dromedary.api.responses;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import java.util.List;

/** A whole turn of the Responses API as it is asked of a backend that speaks the API itself. */
public final class NativeForm {
    private NativeForm() {}

    /**
     * The request as the caller sent it, with all that was said before in it.
     *
     * @param items history, then input, in order; references resolved, compaction items opened
     * @return UTF-8 JSON of the body of {@code POST /v1/responses}
     */
    public static byte[] of(ResponseRequest request, List<ObjectNode> items) {
        var body = JsonNodeFactory.instance.objectNode();
        body.setAll(request.body());
        // the gateway's own guards see to that, as to all other forms of the request
        body.remove("safeguards");
        body.putArray("input").addAll(items);
        return Json.bytes(body);
    }
}
