package io.dromedary.api.responses;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Requests and items for tests, from their text. */
final class Requests {
    private Requests() {}

    /** @param members without the braces around them */
    static ResponseRequest of(String members) {
        return ResponseRequestReader.read(("{" + members + "}").getBytes(UTF_8));
    }

    /** @param list a JSON array of objects */
    static List<ObjectNode> items(String list) {
        List<ObjectNode> items = new ArrayList<>();
        Objects.requireNonNull(Json.read(list.getBytes(UTF_8))).forEach(item -> items.add((ObjectNode) item));
        return items;
    }
}
