package io.dromedary.testing.wire;

import io.dromedary.backend.Dialect;
import java.util.Map;

/** The wire of each dialect. One that is not named here speaks as OpenAI does. */
public final class Wires {
    private static final Map<String, Wire> OTHERS = Map.of(
            "anthropic", new AnthropicWire(),
            "bedrock", new BedrockWire(),
            "tgi", new TgiWire());

    private Wires() {}

    public static Wire of(Dialect dialect) {
        if (dialect.chatPath().equals("/responses")) {
            return new ResponsesWire();
        }
        var other = OTHERS.get(dialect.name());
        return other == null ? new OpenAiWire(dialect.capabilities().usageExcludesReasoning()) : other;
    }
}
