package io.dromedary;

import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.NodeClients;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** OpenAI's Node client finds what it expects; {@code src/test/clients/node/check.mjs} says what that is. */
@Timeout(300)
final class NodeClientIT {
    @Test
    void openais_node_client_is_content() throws Exception {
        try (var gateway = GatewayProcess.with().backend("simulator", """
                        dialect: simulator
                        models:
                          simulated: { upstream: simulator }
                        """).start()) {
            NodeClients.assertContent("check.mjs", gateway, GatewayProcess.KEY, "simulated");
        }
    }
}
