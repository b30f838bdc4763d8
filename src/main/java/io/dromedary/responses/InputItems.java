package io.dromedary.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.error.RefusedException;
import java.util.List;

/** Reads items by the rules that hold for the input of a response. */
@FunctionalInterface
public interface InputItems {
    /**
     * The items, each with its type.
     *
     * @param items an array
     * @param path where it stands in the request
     * @throws RefusedException 400 with {@code param} below that path
     */
    List<ObjectNode> read(JsonNode items, String path);
}
