package io.dromedary.jobs.batch;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Which ids were met, in eight to sixteen bytes each: of every id the first eight bytes of its SHA-256 are kept. */
final class SeenIds {
    private final MessageDigest sha256;

    /** At most half full; 0 stands for nothing. */
    private long[] hashes = new long[1024];

    private int size;

    SeenIds() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** False where it was met before. */
    boolean add(String id) {
        var hash = ByteBuffer.wrap(sha256.digest(id.getBytes(StandardCharsets.UTF_8)))
                .getLong();
        if (2 * size >= hashes.length) {
            grow();
        }
        var added = put(hashes, hash == 0 ? 1 : hash);
        size += added ? 1 : 0;
        return added;
    }

    private void grow() {
        var larger = new long[2 * hashes.length];
        for (var hash : hashes) {
            if (hash != 0) {
                put(larger, hash);
            }
        }
        hashes = larger;
    }

    private static boolean put(long[] into, long hash) {
        var at = (int) hash & into.length - 1;
        while (into[at] != 0) {
            if (into[at] == hash) {
                return false;
            }
            at = at + 1 & into.length - 1;
        }
        into[at] = hash;
        return true;
    }
}
