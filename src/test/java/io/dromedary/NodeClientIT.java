package io.dromedary;

import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.NodeClients;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Node clients of OpenAI and of Anthropic find what they expect; the scripts of {@code src/test/clients/node} say what that is. */
@Timeout(300)
final class NodeClientIT {
    private static GatewayProcess gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = GatewayProcess.with().backend("simulator", """
                        dialect: simulator
                        models:
                          simulated: { upstream: simulator }
                        """).start();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"check.mjs", "responses.mjs", "embeddings.mjs", "messages.mjs"})
    void the_node_clients_are_content(String script) throws Exception {
        NodeClients.assertContent(script, gateway, GatewayProcess.KEY, "simulated");
    }
}
