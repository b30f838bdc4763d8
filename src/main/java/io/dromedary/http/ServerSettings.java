package io.dromedary.http;

import io.dromedary.config.GatewaySettings;

/**
 * One listening server.
 *
 * @param port 0 for any free one
 * @param loops how many event loops serve it
 * @param drains refuses new calls once the gateway is asked to stop
 */
public record ServerSettings(String host, int port, int loops, boolean drains, GatewaySettings gateway) {}
