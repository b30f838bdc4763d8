/** The rules of the house as tests, and for each a canary that shows that the rule bites. */
@NullMarked
package io.dromedary.architecture;

import org.jspecify.annotations.NullMarked;
