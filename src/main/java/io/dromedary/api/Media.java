package io.dromedary.api;

/**
 * What a request holds beside text, counted as it was read.
 *
 * @param images of a detail other than low
 * @param lowImages with {@code detail: low}
 * @param audioBytes of base64 in {@code input_audio} parts
 * @param files {@code file} parts that name a file by its id
 * @param fileBytes of base64 in {@code file} parts
 * @param bytes of the request's body that these take together, a few of their surroundings included
 */
public record Media(int images, int lowImages, int audioBytes, int files, int fileBytes, int bytes) {
    public static final Media NONE = new Media(0, 0, 0, 0, 0, 0);

    /** There is nothing but text. */
    public boolean none() {
        return images + lowImages + audioBytes + files + fileBytes == 0;
    }
}
