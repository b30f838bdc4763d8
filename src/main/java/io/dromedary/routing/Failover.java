package io.dromedary.routing;

import io.dromedary.backend.AttemptWatch;

/**
 * What the calls of one gateway share to fail over by.
 *
 * @param rule what comes after a failed attempt
 * @param hedges how often a late attempt gets company
 * @param memory for streams that another backend may have to go on with
 * @param watch deadlines and pauses
 */
public record Failover(RetryRule rule, HedgeBudget hedges, Memory memory, AttemptWatch watch) {}
