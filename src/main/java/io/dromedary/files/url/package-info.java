/** Files that callers name by a URL: fetched from public addresses alone, and from buckets that the operator has opened. */
@NullMarked
package io.dromedary.files.url;

import org.jspecify.annotations.NullMarked;
