package io.dromedary.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.dromedary.api.json.Json;
import io.dromedary.call.InnerCalls.Told;

/** What there is too little of where a call got a 429, beside room that there is again later. */
public final class Shortage {
    private Shortage() {}

    /** The call needs more tokens than its limits ever have: it can wait as long as it likes. */
    public static boolean isTooLarge(Told told) {
        return told.status() == 429
                && told.headers().get("retry-after") == null
                && error(told).path("type").asText().equals("tokens");
    }

    /** A quota is used up, which somebody has to pay for first. */
    public static boolean isOfQuota(Told told) {
        return told.status() == 429 && error(told).path("code").asText().equals("insufficient_quota");
    }

    private static JsonNode error(Told told) {
        var tree = Json.read(told.body());
        return tree == null ? MissingNode.getInstance() : tree.path("error");
    }
}
