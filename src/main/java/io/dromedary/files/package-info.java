/** What callers upload, and what is made for them: bytes that are never held whole in memory. */
@NullMarked
package io.dromedary.files;

import org.jspecify.annotations.NullMarked;
