package io.dromedary.routing;

import io.dromedary.api.ModelName;
import java.util.List;

/**
 * A model as callers know it, and who serves it.
 *
 * @param candidates by priority; empty when every backend of it is off
 * @param fallback models whose candidates follow
 */
public record PublicModel(ModelName name, List<Candidate> candidates, List<ModelName> fallback) {}
