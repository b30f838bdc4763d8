/** The event-loop engine under Camel's platform-http: server, bodies, event streams, cancellation. */
@NullMarked
package io.dromedary.http;

import org.jspecify.annotations.NullMarked;
