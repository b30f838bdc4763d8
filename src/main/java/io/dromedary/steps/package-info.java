/** Thin Camel adapters that the routes name. No logic, and nobody imports them. */
@NullMarked
package io.dromedary.steps;

import org.jspecify.annotations.NullMarked;
