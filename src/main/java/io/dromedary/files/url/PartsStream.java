package io.dromedary.files.url;

import io.dromedary.files.Blobs;
import io.dromedary.files.StoredFile.Part;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** Parts of blobs as one stream, which can go back to a mark however far that is: whoever sends it may have to do so twice. */
public final class PartsStream extends InputStream {
    private static final int PIECE = 1 << 18;

    private final Blobs blobs;
    private final List<Part> parts;
    private long at;
    private long marked;
    private long pieceAt;
    private byte[] piece = {};

    public PartsStream(Blobs blobs, List<Part> parts) {
        this.blobs = blobs;
        this.parts = List.copyOf(parts);
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if ((at < pieceAt || at >= pieceAt + piece.length) && !load()) {
            return -1;
        }
        var from = (int) (at - pieceAt);
        var count = Math.min(length, piece.length - from);
        System.arraycopy(piece, from, bytes, offset, count);
        at += count;
        return count;
    }

    private boolean load() throws IOException {
        var before = 0L;
        for (var part : parts) {
            var within = at - before;
            if (within < part.length()) {
                piece = BlobCopy.await(blobs.read(part.blob(), within, (int) Math.min(PIECE, part.length() - within)));
                pieceAt = at;
                if (piece.length == 0) {
                    throw new EOFException("a blob is shorter than its part");
                }
                return true;
            }
            before += part.length();
        }
        return false;
    }

    @Override
    public boolean markSupported() {
        return true;
    }

    @Override
    public synchronized void mark(int limit) {
        marked = at;
    }

    @Override
    public synchronized void reset() {
        at = marked;
    }
}
