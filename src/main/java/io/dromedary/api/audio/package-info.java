/**
 * Speech as clients of OpenAI send it and get it as text: what is asked, and the forms that a transcript has. Nothing here
 * knows of backends.
 */
@NullMarked
package io.dromedary.api.audio;

import org.jspecify.annotations.NullMarked;
