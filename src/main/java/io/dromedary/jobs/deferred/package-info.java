/** Completions that are fetched later: accepted as jobs, run as any other call, and handed out once. */
@NullMarked
package io.dromedary.jobs.deferred;

import org.jspecify.annotations.NullMarked;
