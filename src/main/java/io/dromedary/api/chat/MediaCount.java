package io.dromedary.api.chat;

import io.dromedary.api.Media;
import io.dromedary.api.read.Cursor;

/**
 * Counts media while parts are read. How long a text is shows where the next token begins, so no byte is looked at for it.
 */
final class MediaCount {
    private int images;
    private int lowImages;
    private int audioBytes;
    private int files;
    private int fileBytes;
    private int imageBytes;

    void image(boolean low, int bytes) {
        if (low) {
            lowImages++;
        } else {
            images++;
        }
        imageBytes += bytes;
    }

    void audio(int bytes) {
        audioBytes += bytes;
    }

    void file(int bytes) {
        if (bytes == 0) {
            files++;
        } else {
            fileBytes += bytes;
        }
    }

    Media counted() {
        return images + lowImages + audioBytes + files + fileBytes == 0
                ? Media.NONE
                : new Media(images, lowImages, audioBytes, files, fileBytes, imageBytes + audioBytes + fileBytes);
    }

    /** How long one text is, told by the step after it. */
    static final class Length {
        private final Cursor at;
        private int from = -1;
        private int bytes;

        Length(Cursor at) {
            this.at = at;
        }

        /** The cursor is on the text. */
        void begin() {
            from = at.start();
        }

        /** The cursor is beyond it. */
        void end() {
            if (from >= 0) {
                bytes += at.start() - from;
                from = -1;
            }
        }

        int bytes() {
            return bytes;
        }
    }
}
