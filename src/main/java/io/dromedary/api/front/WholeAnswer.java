package io.dromedary.api.front;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers to a chat request as a backend wrote them, read by those who tell them in other words. */
public final class WholeAnswer {
    private WholeAnswer() {}

    /**
     * A whole completion.
     *
     * @throws RefusedException 502 where it cannot be read, which is the backend's fault and not ours
     */
    public static ObjectNode read(byte[] completion) {
        var answer = object(completion);
        if (answer == null) {
            throw new RefusedException(new Refusal.BackendsFailed(
                    502, "The answer of the backend could not be read.", "backend_failed", 0, List.of()));
        }
        return answer;
    }

    /** An object, or null where the bytes are none. Those that are not UTF-8 read as U+FFFD, so that the rest is not lost. */
    public static @Nullable ObjectNode object(byte[] json) {
        if (Json.read(json) instanceof ObjectNode sound) {
            return sound;
        }
        return Json.read(new String(json, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8))
                        instanceof ObjectNode odd
                ? odd
                : null;
    }
}
