/** Responses in the background: jobs that run a call of the Responses API for each attempt. */
@NullMarked
package io.dromedary.jobs.background;

import org.jspecify.annotations.NullMarked;
