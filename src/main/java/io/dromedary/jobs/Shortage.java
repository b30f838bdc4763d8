package io.dromedary.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.dromedary.api.json.Json;
import io.dromedary.call.InnerCalls.Told;
import java.time.Duration;

/** What there is too little of where a call got a 429, beside room that there is again later, and when that is. */
public final class Shortage {
    private static final Duration LONGEST = Duration.ofDays(1);

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

    /** When to come again, as the answer says; zero where it does not, and a day at most. */
    public static Duration retryAfter(Told told) {
        var seconds = told.headers().get("retry-after");
        try {
            return seconds == null
                    ? Duration.ZERO
                    : Duration.ofSeconds(Math.clamp(Long.parseLong(seconds), 0, LONGEST.toSeconds()));
        } catch (NumberFormatException e) {
            return Duration.ZERO;
        }
    }

    private static JsonNode error(Told told) {
        var tree = Json.read(told.body());
        return tree == null ? MissingNode.getInstance() : tree.path("error");
    }
}
