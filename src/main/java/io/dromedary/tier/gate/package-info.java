/** In front of each backend: who may ask it now, who waits, and who gives way. */
@NullMarked
package io.dromedary.tier.gate;

import org.jspecify.annotations.NullMarked;
