/** Conversations out of a seeded generator, and what has become of them on the wire of a backend. */
@NullMarked
package io.dromedary.testing.conversation;

import org.jspecify.annotations.NullMarked;
