package io.dromedary.observe;

import org.jspecify.annotations.Nullable;

/**
 * What the metrics count of a call that was to be served by a tier. Words are those of small fixed sets.
 *
 * @param asked for, e.g. {@code auto}; {@code other} for a word of a provider
 * @param served the tier that did, or {@code none}
 * @param ended as the call did
 * @param project shown only where projects are labels
 * @param paid tokens that were taken from its caller's limits
 * @param deniedTier the tier that could not serve it, where none did; null otherwise
 * @param deniedReason why, e.g. {@code queue_full}; null otherwise
 */
public record TierFigures(
        String asked,
        String served,
        Ended ended,
        String project,
        long paid,
        @Nullable String deniedTier,
        @Nullable String deniedReason) {}
