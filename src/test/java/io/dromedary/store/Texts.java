package io.dromedary.store;

/** Texts as values, and codecs that fail. */
final class Texts {
    static final Codec<String> CODEC = new Codec<>() {
        @Override
        public String encode(String value) {
            return "v1:" + value;
        }

        @Override
        public String decode(String text) {
            if (!text.startsWith("v1:")) {
                throw new IllegalArgumentException("no v1: " + text);
            }
            return text.substring(3);
        }
    };

    static final Codec<String> UNREADABLE = new Codec<>() {
        @Override
        public String encode(String value) {
            return value;
        }

        @Override
        public String decode(String text) {
            throw new IllegalArgumentException("no known version");
        }
    };

    static final Codec<String> UNWRITABLE = new Codec<>() {
        @Override
        public String encode(String value) {
            throw new IllegalArgumentException("no text");
        }

        @Override
        public String decode(String text) {
            return text;
        }
    };

    private Texts() {}
}
