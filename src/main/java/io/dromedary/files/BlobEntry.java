package io.dromedary.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dromedary.api.json.Json;
import io.dromedary.store.Codec;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** What stands on the shelf of blobs. */
sealed interface BlobEntry {
    Codec<BlobEntry> CODEC = new EntryCodec();

    /**
     * That a blob is wanted, under its name. Once it is not there, it never is again.
     *
     * @param token of this mark alone
     * @param receiver while somebody sends it: the run of the gateway that takes it; else null
     */
    record Mark(String token, @Nullable String receiver) implements BlobEntry {}

    /** Some of the content, under the blob's name and a number. */
    record Piece(byte[] bytes) implements BlobEntry {}

    /** As JSON; bytes in base64. */
    final class EntryCodec implements Codec<BlobEntry> {
        private static final int VERSION = 1;

        private EntryCodec() {}

        @Override
        public String encode(BlobEntry entry) {
            var object = JsonNodeFactory.instance.objectNode().put("v", VERSION);
            return switch (entry) {
                case Mark mark ->
                    (mark.receiver == null ? object : object.put("receiver", mark.receiver))
                            .put("mark", mark.token)
                            .toString();
                case Piece piece -> object.put("bytes", piece.bytes).toString();
            };
        }

        @Override
        public BlobEntry decode(String text) {
            try {
                var object = Json.MAPPER.readTree(text);
                if (object.path("v").asInt() != VERSION) {
                    throw new IllegalArgumentException("it is nothing of a blob of version " + VERSION);
                }
                return object.has("mark")
                        ? new Mark(
                                object.path("mark").asText(),
                                object.path("receiver").textValue())
                        : new Piece(object.path("bytes").binaryValue());
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException(e.getOriginalMessage(), e);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
