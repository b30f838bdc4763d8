/** A house that breaks every rule once; the rest of it keeps them. */
@NullMarked
package io.dromedary.architecture.canary.jobs;

import org.jspecify.annotations.NullMarked;
