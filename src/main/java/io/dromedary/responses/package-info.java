/** The memory of the Responses API: stored responses, their histories and events, and conversations. */
@NullMarked
package io.dromedary.responses;

import org.jspecify.annotations.NullMarked;
