/** The embedded backend: deterministic answers on OpenAI's wire, for trying the gateway out and for tests. */
@NullMarked
package io.dromedary.backend.simulator;

import org.jspecify.annotations.NullMarked;
