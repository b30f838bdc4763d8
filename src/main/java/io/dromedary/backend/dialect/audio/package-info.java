/** Speech on its way to upstreams, and what they make of it. Dialects say where it goes and what comes back. */
@NullMarked
package io.dromedary.backend.dialect.audio;

import org.jspecify.annotations.NullMarked;
