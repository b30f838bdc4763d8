package io.dromedary.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.read.Cursor;
import io.dromedary.api.responses.ChatOnly;
import io.dromedary.api.responses.InputCheck;
import io.dromedary.api.responses.NewItems;
import java.util.List;

/** Reads items by the rules that hold for the input of a response. */
public interface InputItems {
    /** Those rules. */
    InputItems USUAL = new InputItems() {
        @Override
        public int check(Cursor at) {
            return new InputCheck(at).items("an array of input items");
        }

        @Override
        public List<ObjectNode> whole(JsonNode items) {
            ChatOnly.items(items, "items");
            return NewItems.of(items);
        }
    };

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
