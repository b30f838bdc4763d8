/**
 * Anthropic's Messages API as clients see it: what a request asks for, how its blocks become chat messages, and what a chat
 * answer becomes, as one message or as a stream of events.
 */
@NullMarked
package io.dromedary.api.messages;

import org.jspecify.annotations.NullMarked;
