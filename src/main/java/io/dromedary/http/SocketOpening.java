package io.dromedary.http;

/**
 * What a route leaves as its reply where the connection is to become a WebSocket.
 *
 * @param serves path of the {@code POST} that each of its messages is run as
 */
public record SocketOpening(String serves) {}
