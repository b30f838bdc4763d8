/** The wire as clients see it. Depends on no other room. */
@NullMarked
package io.dromedary.api;

import org.jspecify.annotations.NullMarked;
