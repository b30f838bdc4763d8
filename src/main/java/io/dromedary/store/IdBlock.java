package io.dromedary.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dromedary.api.json.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * Some ids of one owner, in the order in which they were entered.
 *
 * @param series blocks of one owner that belong together: one that begins again after everything was forgotten has another
 * @param first the number of the oldest block that may still be there
 * @param number of this block
 */
record IdBlock(String series, long first, long number, List<String> ids) {
    static final Codec<IdBlock> CODEC = new IdBlockCodec();

    IdBlock {
        ids = List.copyOf(ids);
    }

    IdBlock with(List<String> more) {
        var all = new ArrayList<String>(ids);
        all.addAll(more);
        return new IdBlock(series, first, number, all);
    }

    /** The one that comes after it. */
    IdBlock next(long oldest, List<String> its) {
        return new IdBlock(series, oldest, number + 1, its);
    }

    private static final class IdBlockCodec implements Codec<IdBlock> {
        private static final int VERSION = 1;

        @Override
        public String encode(IdBlock block) {
            var object = JsonNodeFactory.instance
                    .objectNode()
                    .put("v", VERSION)
                    .put("series", block.series)
                    .put("first", block.first)
                    .put("number", block.number);
            block.ids.forEach(object.putArray("ids")::add);
            return object.toString();
        }

        @Override
        public IdBlock decode(String text) {
            try {
                var object = Json.MAPPER.readTree(text);
                if (object.path("v").asInt() != VERSION) {
                    throw new IllegalArgumentException("it is no block of ids of version " + VERSION);
                }
                var ids = new ArrayList<String>();
                object.path("ids").forEach(id -> ids.add(id.asText()));
                return new IdBlock(
                        object.path("series").asText(),
                        object.path("first").asLong(),
                        object.path("number").asLong(),
                        ids);
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException(e.getOriginalMessage(), e);
            }
        }
    }
}
