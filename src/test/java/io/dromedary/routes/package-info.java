/** The shipped routes. */
@NullMarked
package io.dromedary.routes;

import org.jspecify.annotations.NullMarked;
