package io.dromedary;

import io.dromedary.api.Ids;
import io.dromedary.backend.Capabilities;
import io.dromedary.backend.Dialect;
import io.dromedary.backend.dialect.OpenAiDialect;
import io.dromedary.backend.dialect.VllmDialect;
import io.dromedary.backend.dialect.tgi.TgiDialect;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Every dialect that a backend file may name. */
final class Dialects {
    private Dialects() {}

    /**
     * The dialects by name. The simulator speaks OpenAI's wire, so that nothing but the network is left out of its path.
     *
     * @param ids for answers that come without an id
     * @param clock for answers that come without a time, and waits that are stated as one
     */
    static Map<String, Dialect> of(Ids ids, InstantSource clock) {
        return Stream.of(
                        new OpenAiDialect(ids, clock),
                        new OpenAiDialect("simulator", Capabilities.OPENAI, null, ids, clock),
                        new TgiDialect(ids, clock),
                        new VllmDialect(ids, clock))
                .collect(Collectors.toUnmodifiableMap(Dialect::name, Function.identity()));
    }
}
