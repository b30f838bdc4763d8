/**
 * The Responses API as clients see it: what a request asks for, how its items become chat messages, and what a chat answer
 * becomes, as one object or as a stream of events.
 */
@NullMarked
package io.dromedary.api.responses;

import org.jspecify.annotations.NullMarked;
