/** The rerank API: requests that have been read and found sound, and the ranks of answers. */
@NullMarked
package io.dromedary.api.rerank;

import org.jspecify.annotations.NullMarked;
