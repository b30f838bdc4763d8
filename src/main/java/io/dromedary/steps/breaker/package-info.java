/** Camel's {@code circuitBreaker} for event loops: what is inside it is asked and answered without waiting for it. */
@NullMarked
package io.dromedary.steps.breaker;

import org.jspecify.annotations.NullMarked;
