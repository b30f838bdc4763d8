package io.dromedary.files;

import io.dromedary.api.ContentSource;
import java.util.concurrent.CompletionStage;

/** Some of a file's content, for a client. */
final class FileContent implements ContentSource {
    private static final int PIECE = ShelfBlobs.PIECE;

    private final StoredFiles files;
    private final StoredFile file;
    private final long end;
    private long at;

    FileContent(StoredFiles files, StoredFile file, ContentRange.Span span) {
        this.files = files;
        this.file = file;
        this.at = span.from();
        this.end = span.from() + span.length();
    }

    @Override
    public CompletionStage<byte[]> next() {
        return files.read(file, at, (int) Math.min(PIECE, end - at)).thenApply(bytes -> {
            at += bytes.length;
            return bytes;
        });
    }
}
