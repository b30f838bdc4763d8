/** One translator per kind of upstream. */
@NullMarked
package io.dromedary.backend.dialect;

import org.jspecify.annotations.NullMarked;
