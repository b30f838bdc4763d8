/** The files around the gateway: the launcher and the containers. */
@NullMarked
package io.dromedary.ops;

import org.jspecify.annotations.NullMarked;
