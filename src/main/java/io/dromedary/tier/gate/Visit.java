package io.dromedary.tier.gate;

import io.dromedary.config.Lane;

/**
 * Who wants in, and for how long.
 *
 * @param project lanes are fair between these
 * @param deadline until when it waits, as the nanoseconds of the gate's clock count
 */
public record Visit(Lane lane, String project, long deadline, Guest guest) {}
