package io.dromedary.routing;

import io.dromedary.backend.AttemptWatch;

/**
 * What the calls of one gateway share to fail over by.
 *
 * @param rule what comes after a failed attempt
 * @param hedges how often a late attempt gets company
 * @param memory for streams that another backend may have to go on with
 * @param watch deadlines and pauses
 * @param gates what becomes of them in front of these
 */
public record Failover(RetryRule rule, HedgeBudget hedges, Memory memory, AttemptWatch watch, GateObserver gates) {}
