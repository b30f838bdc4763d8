/** Who is calling: keys, projects, and what each may use. */
@NullMarked
package io.dromedary.access;

import org.jspecify.annotations.NullMarked;
