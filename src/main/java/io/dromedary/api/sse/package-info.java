/** Server-sent events: a parser for whatever upstreams send, and the frames that clients get. */
@NullMarked
package io.dromedary.api.sse;

import org.jspecify.annotations.NullMarked;
