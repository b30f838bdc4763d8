package io.dromedary.config;

/** A credential. Prints as stars, so that no log or error shows it. */
public record Secret(String value) {
    @Override
    public String toString() {
        return "***";
    }
}
