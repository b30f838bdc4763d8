package io.dromedary.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dromedary.api.json.Json;
import io.dromedary.store.Codec;
import java.time.Instant;
import java.util.ArrayList;

/** A file as it is kept, as JSON. */
final class StoredFileCodec implements Codec<StoredFile> {
    private static final int VERSION = 1;

    @Override
    public String encode(StoredFile file) {
        var object = JsonNodeFactory.instance
                .objectNode()
                .put("v", VERSION)
                .put("id", file.id())
                .put("project", file.project())
                .put("filename", file.filename())
                .put("purpose", file.purpose())
                .put("created", file.created().toEpochMilli());
        if (file.expires() != null) {
            object.put("expires", file.expires().toEpochMilli());
        }
        var parts = object.putArray("parts");
        file.parts().forEach(part -> parts.addObject().put("blob", part.blob()).put("length", part.length()));
        return object.toString();
    }

    @Override
    public StoredFile decode(String text) {
        try {
            var object = Json.MAPPER.readTree(text);
            if (object.path("v").asInt() != VERSION) {
                throw new IllegalArgumentException("it is no file of version " + VERSION);
            }
            var parts = new ArrayList<StoredFile.Part>();
            object.path("parts")
                    .forEach(part -> parts.add(new StoredFile.Part(
                            part.path("blob").asText(), part.path("length").asLong())));
            return new StoredFile(
                    object.path("id").asText(),
                    object.path("project").asText(),
                    object.path("filename").asText(),
                    object.path("purpose").asText(),
                    Instant.ofEpochMilli(object.path("created").asLong()),
                    object.has("expires")
                            ? Instant.ofEpochMilli(object.path("expires").asLong())
                            : null,
                    parts);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        }
    }
}
