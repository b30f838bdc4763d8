/** What outlives a call, and where it is kept. Infinispan is here and nowhere else. */
@NullMarked
package io.dromedary.store;

import org.jspecify.annotations.NullMarked;
