/** What an operator sees: metrics, the access log, health. */
@NullMarked
package io.dromedary.observe;

import org.jspecify.annotations.NullMarked;
