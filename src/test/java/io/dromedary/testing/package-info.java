/** What tests of every room share: upstreams that do as they are told, a clock, the gateway as a process. */
@NullMarked
package io.dromedary.testing;

import org.jspecify.annotations.NullMarked;
