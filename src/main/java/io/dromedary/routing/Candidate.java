package io.dromedary.routing;

import io.dromedary.backend.Backend;
import io.dromedary.backend.Target;

/**
 * One backend that can serve a public model.
 *
 * @param priority lower goes first
 * @param weight share among equals, at least 1
 */
public record Candidate(Backend backend, Target target, int priority, int weight) {}
