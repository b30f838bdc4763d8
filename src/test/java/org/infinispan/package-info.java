/** See {@link org.infinispan.StandIn}. */
@NullMarked
package org.infinispan;

import org.jspecify.annotations.NullMarked;
