/** The official clients of OpenAI and of Anthropic for Java: what they hand out of whatever a dialect answers. */
@NullMarked
package io.dromedary.testing.clients;

import org.jspecify.annotations.NullMarked;
