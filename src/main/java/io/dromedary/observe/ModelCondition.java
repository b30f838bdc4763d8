package io.dromedary.observe;

/**
 * One condition that one model of one backend may be in. The metrics show each of them, because an alert on a series that
 * is not there never fires.
 *
 * @param upstreamModel as the backend knows it
 * @param condition a word of a small fixed set, e.g. {@code open}
 * @param holds it is in it now
 */
public record ModelCondition(String backend, String upstreamModel, String condition, boolean holds) {}
