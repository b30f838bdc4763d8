package io.dromedary;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.api.Endpoint;
import io.dromedary.backend.Dialect;
import io.dromedary.backend.dialect.responses.ResponsesDialect;
import io.dromedary.testing.Received;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * All dialects of the registry that chat, and the one over the Responses API, which a file chooses by its {@code api}. Those that
 * are not in {@link #UNUSUAL} have a base of {@code /v1} and take a key as OpenAI does.
 */
final class EveryDialect {
    private static final String UP = "up/model-1";
    private static final String AUTH = "auth: ${env:THERE_KEY}\n";
    private static final Usual USUAL = new Usual("/v1", AUTH, "authorization", "Bearer ", UP);

    /** What of a dialect is not as at OpenAI: a line each. */
    private static final Map<String, Usual> UNUSUAL = Map.of(
            "anthropic", new Usual("/v1", AUTH, "x-api-key", "", "claude-sonnet-4-5"),
            "azure-openai", new Usual("", AUTH, "api-key", "", UP),
            "bedrock", new Usual("", AUTH + "options: { region: us-east-1 }\n", "authorization", "Bearer ", UP));

    private EveryDialect() {}

    /**
     * How a backend is spoken to.
     *
     * @param base behind its host
     * @param yaml what its file has to say beside its dialect, url and models
     * @param header that has the key, behind a prefix
     * @param upstream a model as it is called there: what a dialect does may hang on it
     */
    private record Usual(String base, String yaml, String header, String prefix, String upstream) {}

    /** @param label the dialect's name, with what a file has to say to get it where that is more */
    record Row(String label, Dialect dialect, String base, String yaml, String header, String prefix, String upstream) {
        private Row(String label, Dialect dialect, Usual usual) {
            this(label, dialect, usual.base, usual.yaml, usual.header, usual.prefix, usual.upstream);
        }

        /** A request says who asks, and which model is meant. */
        void assertIntroduced(Received received, String key) {
            assertThat(received.header(header)).isEqualTo(prefix + key);
            assertThat(URLDecoder.decode(received.path(), StandardCharsets.UTF_8) + received.body())
                    .contains(upstream);
            assertThat(received.path()).startsWith(base);
        }
    }

    static Stream<Row> all() {
        var minted = new AtomicLong();
        var clock = InstantSource.fixed(Instant.ofEpochSecond(1_800_000_000));
        Map<String, Dialect> dialects = new TreeMap<>(Dialects.of(prefix -> prefix + minted.incrementAndGet(), clock));
        var chat = dialects.values().stream()
                .filter(dialect -> dialect.capabilities().serves(Endpoint.CHAT))
                .map(dialect -> new Row(dialect.name(), dialect, UNUSUAL.getOrDefault(dialect.name(), USUAL)));
        var responding = new ResponsesDialect(prefix -> prefix + minted.incrementAndGet(), clock);
        var responses = new Row(
                "openai (responses)",
                responding,
                new Usual("/v1", "api: responses\n" + AUTH, "authorization", "Bearer ", UP));
        return Stream.concat(chat, Stream.of(responses));
    }
}
