package io.dromedary.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.read.Cursor;
import java.util.List;

/** Reads items by the rules that hold for the input of a response. */
public interface InputItems {
    /**
     * Takes the array that comes next.
     *
     * @return how many items it has
     * @throws RefusedException 400 with {@code param}, the path of what is wrong
     */
    int check(Cursor at);

    /** The same items, each with its type. */
    List<ObjectNode> whole(JsonNode items);
}
