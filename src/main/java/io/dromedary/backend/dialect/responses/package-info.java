/**
 * Backends of the dialect {@code openai} that are spoken to over the Responses API. To everybody behind this package they
 * are backends of chat like any other.
 *
 * <p>A call that came in over the Responses API carries its native form, which is sent in place of a translation. What such
 * a backend then says that chat has no words for travels through the stream of chunks as whole items, in a member that is
 * the gateway's own: {@code delta.response_items}, a list, which in an answer that is put together is {@code
 * message.response_items}. The calls of hosted tools are there, and reasoning with {@code encrypted_content}; that one
 * stands for the {@code reasoning_content} since the item before it, whose whole it is. A message is there without its
 * content, which has been sent, to say that it ends, and where the provider tells one its {@code phase}. Items stand in the
 * order in which the backend ended them, and have the backend's own ids. The first delta has the member in any case, empty if
 * need be: an answer that is put together is then given piece by piece as well, in {@code message.response_pieces}, because
 * their order counts. Answers to calls without a native form never have the member.
 */
@NullMarked
package io.dromedary.backend.dialect.responses;

import org.jspecify.annotations.NullMarked;
