/** Reading request bodies: a cursor that walks JSON once, and refuses what is wrong by its exact path. */
@NullMarked
package io.dromedary.api.read;

import org.jspecify.annotations.NullMarked;
