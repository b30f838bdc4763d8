package io.dromedary.backend.dialect.blocks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.error.RefusedException;

/** How one upstream writes its content blocks. */
public interface BlockForm {
    /** A text that is not blank. */
    ObjectNode text(String text);

    /**
     * An image part.
     *
     * @param url an address, or a {@code data:} URI
     * @param param where it stands in the request
     * @throws RefusedException 400 where this upstream cannot take it
     */
    ObjectNode image(String url, String param);

    /**
     * A file part.
     *
     * @param file {@code file_data} and {@code filename}, or {@code file_id}
     * @param param where it stands in the request
     * @throws RefusedException 400 where this upstream cannot take it
     */
    ObjectNode file(JsonNode file, String param);

    /** A call that the model made. */
    ObjectNode call(String id, String name, ObjectNode input);

    /** What a call gave. */
    ObjectNode result(String id, ArrayNode blocks);

    /** Thinking of an earlier answer, with the signature that proves it. */
    ObjectNode thinking(String text, String signature);

    /** Thinking of an earlier answer that only its maker can read. */
    ObjectNode redacted(String data);

    /**
     * The prompt may be cached up to a block.
     *
     * @param blocks ends with that block
     * @param control as the caller has it, e.g. {@code {"type":"ephemeral"}}
     */
    void cache(ArrayNode blocks, JsonNode control);
}
