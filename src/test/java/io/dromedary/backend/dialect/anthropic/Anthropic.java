package io.dromedary.backend.dialect.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.backend.dialect.blocks.Spoken;
import io.dromedary.testing.AnthropicRules;

/** What the tests of this dialect share. */
final class Anthropic {
    static final String NEW = "claude-sonnet-4-5-20250929";
    static final String OLD = "claude-3-5-haiku-20241022";

    private Anthropic() {}

    static Spoken to(String upstream) {
        return new Spoken(AnthropicDialect::new, upstream, "text/event-stream; charset=utf-8");
    }

    /** What is sent for a request, which the API would take. */
    static ObjectNode sent(String request) {
        return sent(NEW, request);
    }

    static ObjectNode sent(String upstream, String request) {
        var sent = to(upstream).sent(request);
        assertThat(AnthropicRules.faults(sent)).isEmpty();
        return sent;
    }

    /** A request with these members beside its greeting. */
    static String with(String members) {
        return "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]," + members + "}";
    }

    static String of(String messages) {
        return "{\"model\":\"m\",\"messages\":" + messages + "}";
    }
}
