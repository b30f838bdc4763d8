package io.dromedary.responses;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import io.dromedary.store.Codec;
import io.dromedary.store.Held;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stands on the shelf of responses: {@code {"v":1,"id":…,"project":…,"ends":[…],"ancestors":[…],"conversation":…,
 * "input":[…],"response":{…}}}, with {@code "by":…} since an attempt in the background has begun, or the mark that one was deleted while it ran. Its text is made with it, once.
 *
 * @param response null for the mark
 */
record Kept(@Nullable StoredResponse response, String text) {
    static final Kept DELETED = new Kept(null, "{\"v\":1,\"deleted\":true}");

    static final Codec<Kept> CODEC = new Codec<>() {
        @Override
        public String encode(Kept kept) {
            return kept.text();
        }

        @Override
        public Kept decode(String text) {
            return text.equals(DELETED.text()) ? DELETED : new Kept(read(text), text);
        }
    };

    static final int VERSION = 1;
    private static final String MEMBER = ",\"response\":";

    private static final ObjectWriter WRITER = Json.MAPPER.writer();
    private static final ObjectWriter ASCII = WRITER.with(JsonWriteFeature.ESCAPE_NON_ASCII);

    static Kept of(StoredResponse response) {
        return new Kept(response, text(response));
    }

    /** The same, changed by an attempt that begins: whoever has read it before cannot end it without reading it again. */
    static Kept begun(StoredResponse response, String by) {
        var tree = head(response).put("by", by);
        tree.set("response", response.response());
        return new Kept(response, text(response, tree));
    }

    /** @param json the text of the response's object, which is not written a second time */
    static Kept of(StoredResponse response, byte[] json) {
        var head = text(response, head(response));
        return new Kept(
                response,
                new StringBuilder(head.length() + json.length + MEMBER.length())
                        .append(head, 0, head.length() - 1)
                        .append(MEMBER)
                        .append(new String(json, UTF_8))
                        .append('}')
                        .toString());
    }

    /** As it is on the shelf when it has been put there. */
    Held<Kept> held() {
        return new Held<>(this, text);
    }

    private static String text(StoredResponse response) {
        return text(response, head(response).set("response", response.response()));
    }

    /** Everything but what the caller was told. */
    private static ObjectNode head(StoredResponse response) {
        var tree = Json.MAPPER
                .createObjectNode()
                .put("v", VERSION)
                .put("id", response.id())
                .put("project", response.project());
        if (!response.lineage().ends().isEmpty()) {
            put(tree, "ends", response.lineage().ends());
        }
        put(tree, "ancestors", response.lineage().near());
        if (response.conversation() != null) {
            tree.put("conversation", response.conversation());
        }
        tree.putArray("input").addAll(response.input());
        return tree;
    }

    private static void put(ObjectNode tree, String name, List<String> ids) {
        var array = tree.putArray(name);
        ids.forEach(array::add);
    }

    private static String text(StoredResponse response, ObjectNode tree) {
        try {
            var text = WRITER.writeValueAsString(tree);
            return isWhole(text) ? text : ASCII.writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(response.id() + ": " + e.getMessage(), e);
        }
    }

    /** No half of a character outside the basic plane stands alone: no encoding has one, only an escape keeps it. */
    private static boolean isWhole(String text) {
        // most texts have no character that takes more than a byte, which is seen at a glance
        if (text.equals(new String(text.getBytes(ISO_8859_1), ISO_8859_1))) {
            return true;
        }
        for (var i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (i + 1 == text.length() || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    private static StoredResponse read(String text) {
        try {
            var tree = Json.KEPT.readTree(text);
            if (tree.path("v").asInt() != VERSION || !(tree.path("response") instanceof ObjectNode response)) {
                throw new IllegalArgumentException("no response of a known version");
            }
            return new StoredResponse(
                    tree.path("id").asText(),
                    tree.path("project").asText(),
                    new Lineage(strings(tree.path("ends")), strings(tree.path("ancestors"))),
                    tree.path("conversation").textValue(),
                    StoredResponse.objects(tree.path("input")),
                    response);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("no response: " + e.getOriginalMessage(), e);
        }
    }

    private static List<String> strings(JsonNode array) {
        List<String> strings = new ArrayList<>(array.size());
        for (var element : array) {
            strings.add(element.asText());
        }
        return strings;
    }
}
