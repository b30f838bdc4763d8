/** How to speak to one backend: the asynchronous client, and what every dialect has to offer. */
@NullMarked
package io.dromedary.backend;

import org.jspecify.annotations.NullMarked;
