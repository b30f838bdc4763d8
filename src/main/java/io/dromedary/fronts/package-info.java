/** Runs a request of an API that is a front of chat, and hands back what comes of it, whole or as events. */
@NullMarked
package io.dromedary.fronts;

import org.jspecify.annotations.NullMarked;
