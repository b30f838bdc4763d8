/** Chat completions: what a request asks for, read once and spliced, never rebuilt. */
@NullMarked
package io.dromedary.api.chat;

import org.jspecify.annotations.NullMarked;
