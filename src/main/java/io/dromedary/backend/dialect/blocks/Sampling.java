package io.dromedary.backend.dialect.blocks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.dromedary.api.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How tokens are drawn, as far as the model takes it; the rest is told.
 *
 * @param temperature 0 to 1, or null
 * @param topP null where it is left out
 * @param topK {@code top_k} may be sent
 */
public record Sampling(
        @Nullable JsonNode temperature, @Nullable JsonNode topP, boolean topK) {
    private static final double LEAST_TOP_P_THINKING = 0.95;

    /**
     * Of a request.
     *
     * @param claude null for another model
     * @param thinks which leaves little of it to the caller
     * @param told gets what is left out, and a temperature that is lowered
     */
    public static Sampling of(JsonNode body, @Nullable Claude claude, boolean thinks, List<String> told) {
        var fixed = claude != null && !claude.sampling();
        var temperature = fixed || thinks
                ? none("temperature", body.path("temperature"), told)
                : temperature(body.path("temperature"), told);
        var topP = body.path("top_p");
        var refused = fixed
                || claude != null && claude.oneSampling() && temperature != null
                || thinks && topP.asDouble() < LEAST_TOP_P_THINKING;
        if (body.has("top_k") && (fixed || thinks)) {
            told.add("top_k");
        }
        return new Sampling(
                temperature,
                refused ? none("top_p", topP, told) : topP.isNumber() && topP.doubleValue() != 1 ? topP : null,
                !fixed && !thinks);
    }

    private static @Nullable JsonNode temperature(JsonNode asked, List<String> told) {
        if (!asked.isNumber()) {
            return null;
        }
        if (asked.doubleValue() <= 1) {
            return asked;
        }
        told.add("temperature");
        return Json.MAPPER.getNodeFactory().numberNode(1);
    }

    /** What means the same as its absence need not be told. */
    private static @Nullable JsonNode none(String member, JsonNode asked, List<String> told) {
        if (asked.isNumber() && asked.doubleValue() != 1) {
            told.add(member);
        }
        return null;
    }

    /** {@code stop} as a list, without blank ones, which such upstreams refuse. */
    public static ArrayNode stop(JsonNode body, List<String> told) {
        var stop = body.path("stop");
        var sequences = Json.MAPPER.createArrayNode();
        var given = stop.isTextual() ? Json.MAPPER.createArrayNode().add(stop) : stop;
        given.forEach(each -> {
            if (!each.asText().isBlank()) {
                sequences.add(each);
            }
        });
        if (sequences.size() < given.size()) {
            told.add("stop");
        }
        return sequences;
    }
}
