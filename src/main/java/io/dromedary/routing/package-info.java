/** Which backends answer a call, in which order, and what happens when one fails. */
@NullMarked
package io.dromedary.routing;

import org.jspecify.annotations.NullMarked;
