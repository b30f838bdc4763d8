package io.dromedary.config;

/**
 * Something wrong in a file.
 *
 * @param file relative to where the gateway was started
 * @param line from 1; 0 when the whole file is meant
 * @param field e.g. {@code models.gpt-4o.priority}, or empty
 * @param message what is wrong
 * @param remedy what to write instead
 */
public record Problem(String file, int line, String field, String message, String remedy) {
    @Override
    public String toString() {
        return file + (line > 0 ? ":" + line : "") + (field.isEmpty() ? "" : ": " + field) + ": " + message + ". "
                + remedy;
    }
}
