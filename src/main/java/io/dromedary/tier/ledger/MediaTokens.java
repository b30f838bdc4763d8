package io.dromedary.tier.ledger;

import io.dromedary.api.Media;

/**
 * What is not text, in tokens. Nothing is decoded for it, so these are rules of thumb, on the side of too much; what a
 * backend reports settles the difference.
 *
 * <ul>
 *   <li>An image is 765 tokens, what OpenAI counts for 1024 by 1024 pixels; with {@code detail: low} it is 85.
 *   <li>Audio is a token for each 1,600 bytes: ten tokens a second at the 128 kbit/s of a common MP3.
 *   <li>A file that comes along is a token for each 40 bytes, 256 at least: a page of a PDF is 30 to 60 kB.
 *   <li>A file that is named by its id is 1,500 tokens.
 * </ul>
 */
final class MediaTokens {
    private static final long IMAGE = 765;
    private static final long LOW_IMAGE = 85;
    private static final long AUDIO_BYTES = 1600;
    private static final long FILE_BYTES = 40;
    private static final long LEAST_FILE = 256;
    private static final long NAMED_FILE = 1500;

    private MediaTokens() {}

    static long of(Media media) {
        if (media.none()) {
            return 0;
        }
        var file = media.fileBytes() == 0 ? 0 : Math.max(LEAST_FILE, decoded(media.fileBytes()) / FILE_BYTES);
        return media.images() * IMAGE
                + media.lowImages() * LOW_IMAGE
                + Math.ceilDiv(decoded(media.audioBytes()), AUDIO_BYTES)
                + file
                + media.files() * NAMED_FILE;
    }

    /** Bytes that base64 of this length stands for. */
    private static long decoded(long base64) {
        return base64 * 3 / 4;
    }
}
