package io.dromedary.http;

import io.vertx.core.MultiMap;

/**
 * What the request that opened a WebSocket says for each of its turns.
 *
 * @param headers as {@link SocketUpgrade#headers} has them
 * @param query of its address, or empty
 * @param project that its path names, or empty
 * @param serves path that its turns are sent to
 */
record Handshake(MultiMap headers, String query, String project, String serves) {}
