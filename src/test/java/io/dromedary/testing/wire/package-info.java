/** The wires of backends, as the backends speak them: answers and errors that gateways have to understand. */
@NullMarked
package io.dromedary.testing.wire;

import org.jspecify.annotations.NullMarked;
