package io.dromedary.files.url;

import io.dromedary.files.Blobs;
import io.dromedary.files.StoredFile.Part;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** Writes a stream into a blob, piece by piece; what was written of one that breaks is taken away. */
public record BlobCopy(Blobs blobs) implements Copy<Part> {
    private static final int PIECE = 1 << 18;

    @Override
    public Part of(InputStream content, long most) throws IOException {
        var writer = blobs.create();
        var whole = false;
        try {
            for (var piece = content.readNBytes(PIECE); piece.length > 0; piece = content.readNBytes(PIECE)) {
                if (writer.length() + piece.length > most) {
                    throw Copy.tooLong(most);
                }
                await(writer.append(piece));
            }
            await(writer.close());
            whole = true;
            return new Part(writer.name(), writer.length());
        } finally {
            if (!whole) {
                // the blob is swept where even this fails: nobody knows its name
                writer.close().exceptionally(failed -> null).thenCompose(closed -> blobs.delete(writer.name()));
            }
        }
    }

    static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
