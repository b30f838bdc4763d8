/** JSON by byte position: spans of members, and edits that leave every other byte alone. */
@NullMarked
package io.dromedary.api.json;

import org.jspecify.annotations.NullMarked;
