/** The completions API that came before chat, as clients see it: a prompt becomes a message, and the answer a text. */
@NullMarked
package io.dromedary.api.completions;

import org.jspecify.annotations.NullMarked;
