package io.dromedary.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Tells an index that is as it was put away from one that is not. Infinispan looks at some of an index file when it opens,
 * and finds out about the rest when a key is asked for; and it builds the index again by itself where that is defined in another
 * way than it was.
 */
final class IndexSeal {
    private static final int CHUNK = 1 << 16;

    private final Path seal;
    private final String definitions;

    /** @param definitions of the caches */
    IndexSeal(Path seal, String definitions) {
        this.seal = seal;
        this.definitions = definitions;
    }

    /** Whether the files are what was sealed. Asking breaks the seal: an index that is in use has none. */
    boolean breaks(List<Path> index) throws IOException {
        if (Files.notExists(seal)) {
            return false;
        }
        var written = Files.readString(seal);
        Files.delete(seal);
        return written.equals(sum(index));
    }

    /** When everything is put away. */
    void put(List<Path> index) throws IOException {
        Files.writeString(seal, sum(index));
    }

    private String sum(List<Path> index) throws IOException {
        var sum = new CRC32C();
        sum.update(definitions.getBytes(StandardCharsets.UTF_8));
        var buffer = ByteBuffer.allocate(CHUNK);
        for (var file : index) {
            sum.update((file.getFileName() + " " + Files.size(file)).getBytes(StandardCharsets.UTF_8));
            try (var channel = FileChannel.open(file)) {
                while (channel.read(buffer.clear()) >= 0) {
                    sum.update(buffer.flip());
                }
            }
        }
        return Long.toHexString(sum.getValue());
    }
}
