package io.dromedary.responses;

import io.dromedary.store.Codec;
import java.util.Base64;

/** 256 secret bits, which all gateways on one store share. */
record SealKey(byte[] bits) {
    static final int BYTES = 32;

    /** {@code {"v":1,"key":"…"}}, in base64. */
    static final Codec<SealKey> CODEC = new Codec<>() {
        private final VersionedJson format = new VersionedJson(1);

        @Override
        public String encode(SealKey key) {
            return VersionedJson.text(
                    format.begin().put("key", Base64.getEncoder().encodeToString(key.bits)));
        }

        @Override
        public SealKey decode(String text) {
            var bits = Base64.getDecoder().decode(VersionedJson.text(format.read(text), "key"));
            if (bits.length != BYTES) {
                throw new IllegalArgumentException("a key of " + bits.length + " bytes instead of " + BYTES);
            }
            return new SealKey(bits);
        }
    };

    @Override
    public String toString() {
        return "a key";
    }
}
