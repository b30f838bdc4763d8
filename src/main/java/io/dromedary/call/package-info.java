/** One request from its first byte to its last: what each room learned about it, and what closes with it. */
@NullMarked
package io.dromedary.call;

import org.jspecify.annotations.NullMarked;
