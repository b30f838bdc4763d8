package io.dromedary;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.api.Endpoint;
import io.dromedary.api.Ids;
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
 * All dialects of the registry, and the one over the Responses API, which a file chooses by its {@code api}. Those that are
 * not in {@link #UNUSUAL} have a base of {@code /v1} and take a key as OpenAI does.
 */
final class EveryDialect {
    private static final String UP = "up/model-1";
    private static final String AUTH = "auth: ${env:THERE_KEY}\n";
    private static final Usual USUAL = new Usual("/v1", AUTH, "authorization", "Bearer ", UP);

    /** What of a dialect is not as at OpenAI: a line each. */
    private static final Map<String, Usual> UNUSUAL = Map.of(
            "anthropic", new Usual("/v1", AUTH, "x-api-key", "", "claude-sonnet-4-5"),
            "azure-openai", new Usual("", AUTH, "api-key", "", UP),
            "bedrock", new Usual("", AUTH + "options: { region: us-east-1 }\n", "authorization", "Bearer ", UP),
            "tei", new Usual("", AUTH, "authorization", "Bearer ", UP),
            "whisper-cpp", new Usual("", AUTH, "authorization", "Bearer ", UP));

    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochSecond(1_800_000_000));

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
        var responding = new ResponsesDialect(counted(), CLOCK);
        var responses = new Row(
                "openai (responses)",
                responding,
                new Usual("/v1", "api: responses\n" + AUTH, "authorization", "Bearer ", UP));
        return Stream.concat(registered(true), Stream.of(responses));
    }

    /** Those that do not chat. */
    static Stream<Row> others() {
        return registered(false);
    }

    private static Stream<Row> registered(boolean chats) {
        return new TreeMap<>(Dialects.of(counted(), CLOCK))
                .values().stream()
                        .filter(dialect -> dialect.capabilities().serves(Endpoint.CHAT) == chats)
                        .map(dialect -> new Row(dialect.name(), dialect, UNUSUAL.getOrDefault(dialect.name(), USUAL)));
    }

    private static Ids counted() {
        var minted = new AtomicLong();
        return prefix -> prefix + minted.incrementAndGet();
    }
}
