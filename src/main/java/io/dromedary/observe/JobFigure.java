package io.dromedary.observe;

/**
 * Jobs of a kind in a state.
 *
 * @param kind e.g. {@code batch}
 * @param state a word of a small fixed set, e.g. {@code running}
 * @param oldestSeconds how long the one has been in it, or has been there, that has been so longest; 0 where there is none
 */
public record JobFigure(String kind, String state, long count, double oldestSeconds) {}
