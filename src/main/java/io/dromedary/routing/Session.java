package io.dromedary.routing;

import io.dromedary.api.ModelRequest;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What ties calls together that are better served by the same backend, for the sake of its prompt cache. Every backend is
 * at some distance from a session, always the same, so that one which goes or comes moves only the sessions that it had.
 */
record Session(String key) {
    private static final double SPAN = 0x1p32;

    /** Null where nothing ties the request to others. */
    static @Nullable Session of(ModelRequest request) {
        var key = request.session();
        return key == null ? null : new Session(key);
    }

    /** Weighted rendezvous hashing: the nearest of several gets sessions in the share of its weight. */
    double distance(Candidate candidate) {
        var hash = new CRC32C();
        hash.update(key.getBytes(StandardCharsets.UTF_8));
        hash.update(0);
        hash.update(candidate.target().backend().value().getBytes(StandardCharsets.UTF_8));
        // CRC is linear: the same difference of names would order every session alike, so its bits are mixed
        var mixed = mix(hash.getValue());
        return -Math.log((mixed + 0.5) / SPAN) / candidate.weight();
    }

    private static long mix(long bits) {
        var mixed = bits * 0x9E3779B97F4A7C15L;
        mixed ^= mixed >>> 29;
        mixed *= 0xBF58476D1CE4E5B9L;
        return mixed >>> 32;
    }
}
