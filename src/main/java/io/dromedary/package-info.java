/** The gateway put together: command line, composition of the rooms, start and stop. */
@NullMarked
package io.dromedary;

import org.jspecify.annotations.NullMarked;
