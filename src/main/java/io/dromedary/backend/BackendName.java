package io.dromedary.backend;

/** A configured backend: the name of its file in {@code backends/}, without the ending. */
public record BackendName(String value) {
    @Override
    public String toString() {
        return value;
    }
}
