package io.dromedary.api.audio;

import io.dromedary.api.Content;

/**
 * Speech that was sent. It is kept until its call ends, and read as often as it is sent on.
 *
 * @param filename as its sender called it; its ending says what it is
 * @param contentType of a part of a form
 */
public record Recording(String filename, String contentType, Content content) {}
