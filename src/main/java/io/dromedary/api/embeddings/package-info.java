/** The embeddings API: requests that have been read and found sound, and the vectors of answers. */
@NullMarked
package io.dromedary.api.embeddings;

import org.jspecify.annotations.NullMarked;
