package io.dromedary.backend.dialect;

import io.dromedary.api.Usage;
import io.dromedary.api.json.JsonText;
import io.dromedary.backend.Target;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The usage of an endpoint whose model only reads: what backends report of it, and what the caller is told. */
final class TaskUsage {
    private long tokens;
    private boolean uncounted;

    /** The {@code usage} object that comes next, null where it counts no tokens. */
    static @Nullable Usage read(JsonWalk walk) {
        if (!walk.object()) {
            return null;
        }
        var prompt = -1L;
        var total = -1L;
        while (walk.member()) {
            if (walk.named("prompt_tokens")) {
                prompt = walk.integer();
            } else if (walk.named("total_tokens")) {
                total = walk.integer();
            } else {
                walk.skip();
            }
        }
        var tokens = prompt < 0 ? total : prompt;
        return tokens < 0 ? null : new Usage(tokens, 0);
    }

    /** Adds what one part has cost; null where nobody knows. */
    void add(@Nullable Usage part) {
        if (part == null) {
            uncounted = true;
        } else {
            tokens += part.prompt();
        }
    }

    /** All parts were counted. */
    boolean isCounted() {
        return !uncounted;
    }

    /** Writes the end of an answer, from the comma before {@code model} to the closing brace. */
    void writeEnd(Target target, long estimate, ByteArrayOutputStream out) {
        var end = new StringBuilder(128);
        end.append(",\"model\":").append(JsonText.quote(target.model().value()));
        if (isCounted() || estimate > 0) {
            var told = isCounted() ? tokens : estimate;
            end.append(",\"usage\":{\"prompt_tokens\":").append(told);
            end.append(",\"total_tokens\":").append(told);
            end.append(isCounted() ? "}" : ",\"estimated\":true}");
        }
        if (target.tier() != null) {
            end.append(",\"service_tier\":").append(JsonText.quote(target.tier().reported()));
        }
        out.writeBytes(end.append('}').toString().getBytes(StandardCharsets.UTF_8));
    }
}
