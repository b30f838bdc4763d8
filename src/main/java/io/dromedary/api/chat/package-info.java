/**
 * Chat completions: what a request asks for, read once and spliced, never rebuilt; and what the chunks of a stream come to,
 * as one answer or as one stream out of several attempts.
 */
@NullMarked
package io.dromedary.api.chat;

import org.jspecify.annotations.NullMarked;
