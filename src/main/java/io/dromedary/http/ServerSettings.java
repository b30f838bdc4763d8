package io.dromedary.http;

import io.dromedary.config.GatewaySettings;
import java.util.function.Supplier;

/**
 * One listening server.
 *
 * @param port 0 for any free one
 * @param loops how many event loops serve it
 * @param drains refuses new calls once the gateway is asked to stop
 * @param gatewayNow limits and time-outs; those of headers and lines, and TLS, are looked at once, when it starts
 */
public record ServerSettings(String host, int port, int loops, boolean drains, Supplier<GatewaySettings> gatewayNow) {
    /** As configured at this moment. */
    GatewaySettings gateway() {
        return gatewayNow.get();
    }
}
