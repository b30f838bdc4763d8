package io.dromedary.backend.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.chat.ChatRequests;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import io.dromedary.backend.ChatAnswer;
import io.dromedary.backend.Dialect;
import io.dromedary.backend.Target;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The dialects of the family by name, for tests. */
final class Kin {
    static final Map<String, Dialect> DIALECTS = Stream.concat(
                    Family.dialects(Answers.IDS, Answers.CLOCK),
                    Stream.of(new AzureDialect(Answers.IDS, Answers.CLOCK)))
            .collect(Collectors.toMap(Dialect::name, Function.identity()));

    private Kin() {}

    static Dialect dialect(String name) {
        return Objects.requireNonNull(DIALECTS.get(name), name);
    }

    static Target target(String name, Map<String, Object> overrides) {
        return Answers.target(dialect(name).capabilities().with(overrides));
    }

    /** A request with these members, as it is sent. */
    static Dialect.Outgoing outgoing(String name, String members, Map<String, Object> overrides) {
        return dialect(name).chat(ChatRequests.of("{" + members + "}"), target(name, overrides));
    }

    static JsonNode sent(String name, String members) {
        return sent(name, members, Map.of());
    }

    static JsonNode sent(String name, String members, Map<String, Object> overrides) {
        return Json.object(outgoing(name, members, overrides).body());
    }

    static Refusal.BadRequest refused(String name, String members) {
        try {
            outgoing(name, members, Map.of());
        } catch (RefusedException e) {
            return (Refusal.BadRequest) e.refusal();
        }
        throw new AssertionError(name + " does not refuse " + members);
    }

    static ChatAnswer answer(String name, boolean stream, Map<String, Object> overrides) {
        return dialect(name).answer(stream ? Answers.STREAM_WITH_USAGE : Answers.UNARY, target(name, overrides));
    }
}
