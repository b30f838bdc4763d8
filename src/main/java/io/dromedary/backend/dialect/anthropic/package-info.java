/** Anthropic's Messages API as an upstream, and whatever speaks it. */
@NullMarked
package io.dromedary.backend.dialect.anthropic;

import org.jspecify.annotations.NullMarked;
