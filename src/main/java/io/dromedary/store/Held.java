package io.dromedary.store;

/**
 * A value as it was found.
 *
 * @param text as it is kept; what a change is compared with
 */
public record Held<T>(T value, String text) {}
