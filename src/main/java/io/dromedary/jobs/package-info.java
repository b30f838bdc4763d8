/** Work that outlives its request: kept, claimed under a lease, taken up again where its gateway died. */
@NullMarked
package io.dromedary.jobs;

import org.jspecify.annotations.NullMarked;
