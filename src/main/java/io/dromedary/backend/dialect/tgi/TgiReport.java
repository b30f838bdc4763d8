package io.dromedary.backend.dialect.tgi;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.json.Json;
import io.dromedary.backend.SelfReport;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** TGI's page {@code /info}. */
final class TgiReport {
    private TgiReport() {}

    /** Null where it is not that page. */
    static @Nullable SelfReport of(byte[] body) {
        JsonNode page;
        try {
            page = Json.MAPPER.readTree(body);
        } catch (IOException e) {
            return null;
        }
        if (!page.path("model_id").isTextual()) {
            return null;
        }
        return new SelfReport(
                page.path("model_id").textValue(),
                page.path("version").textValue(),
                Math.max(0, page.path("max_total_tokens").asInt()),
                Math.max(0, page.path("max_concurrent_requests").asInt()));
    }
}
