package io.dromedary;

import io.dromedary.api.Endpoint;
import io.dromedary.api.Ids;
import io.dromedary.backend.Capabilities;
import io.dromedary.backend.Dialect;
import io.dromedary.backend.dialect.AzureDialect;
import io.dromedary.backend.dialect.Family;
import io.dromedary.backend.dialect.OpenAiDialect;
import io.dromedary.backend.dialect.TeiDialect;
import io.dromedary.backend.dialect.VllmDialect;
import io.dromedary.backend.dialect.WhisperDialect;
import io.dromedary.backend.dialect.anthropic.AnthropicDialect;
import io.dromedary.backend.dialect.bedrock.BedrockDialect;
import io.dromedary.backend.dialect.responses.ResponsesDialect;
import io.dromedary.backend.dialect.tgi.TgiDialect;
import io.dromedary.config.BackendSettings;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Every dialect that a backend file may name. */
final class Dialects {
    private static final Capabilities SIMULATED = Capabilities.OPENAI.with(Map.of(
            "endpoints",
            Stream.of(Endpoint.values()).map(Endpoint::word).toList(),
            "maxInputs",
            0,
            "transcripts",
            List.of("json", "verbose_json"),
            "maxAudioBytes",
            0));

    private Dialects() {}

    /** How the backend of some settings speaks: in its dialect, over the interface that its file names. */
    static Function<BackendSettings, Dialect> choosing(Ids ids, InstantSource clock) {
        var chat = of(ids, clock);
        var responses = new ResponsesDialect(ids, clock);
        return settings -> settings.api() == BackendSettings.Api.RESPONSES
                ? responses
                : Objects.requireNonNull(chat.get(settings.dialect()), settings.dialect())
                        .of(settings);
    }

    /**
     * The dialects of chat by name. The simulator speaks OpenAI's wire, so that nothing but the network is left out of its path.
     *
     * @param ids for answers that come without an id
     * @param clock for answers that come without a time, and waits that are stated as one
     */
    static Map<String, Dialect> of(Ids ids, InstantSource clock) {
        return Stream.concat(
                        Family.dialects(ids, clock),
                        Stream.of(
                                new OpenAiDialect(ids, clock),
                                new OpenAiDialect("simulator", SIMULATED, null, ids, clock),
                                new AnthropicDialect(ids, clock),
                                new AzureDialect(ids, clock),
                                new BedrockDialect(ids, clock),
                                new TgiDialect(ids, clock),
                                new TeiDialect(ids, clock),
                                new VllmDialect(ids, clock),
                                WhisperDialect.openAi(ids, clock),
                                WhisperDialect.cpp(ids, clock)))
                .collect(Collectors.toUnmodifiableMap(Dialect::name, Function.identity()));
    }
}
