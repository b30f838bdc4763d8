package io.dromedary.jobs.batch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import io.dromedary.store.Codec;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A batch as it stands on its shelf.
 *
 * @param project whose it is
 * @param shown the batch object of the API; not to be changed in place
 */
record Batch(String project, ObjectNode shown) {
    static final Codec<Batch> CODEC = new Codec<>() {
        @Override
        public String encode(Batch batch) {
            var text = JsonNodeFactory.instance.objectNode().put("v", 1).put("project", batch.project);
            text.set("batch", batch.shown);
            return new String(Json.bytes(text), StandardCharsets.UTF_8);
        }

        @Override
        public Batch decode(String text) {
            try {
                var tree = Json.MAPPER.readTree(text);
                if (tree.path("v").asInt() == 1
                        && tree.get("batch") instanceof ObjectNode shown
                        && BatchStatus.of(shown.path("status").textValue()) != null) {
                    return new Batch(tree.path("project").asText(), shown);
                }
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException(e.getOriginalMessage(), e);
            }
            throw new IllegalArgumentException("it is no batch of a version that is known");
        }
    };

    BatchStatus status() {
        var status = BatchStatus.of(shown.path("status").textValue());
        if (status == null) {
            throw new IllegalStateException("a batch without a status");
        }
        return status;
    }

    /** It has come that far; the same where it was that far already. What is being cancelled can only end. */
    Batch reached(BatchStatus next, Instant now) {
        var is = status();
        if (is.ended() || next.compareTo(is) <= 0 || is == BatchStatus.CANCELLING && !next.ended()) {
            return this;
        }
        var changed = shown.deepCopy();
        changed.put("status", next.word()).put(next.reachedAt(), now.getEpochSecond());
        return new Batch(project, changed);
    }

    /** With what became of its lines so far; the same where it has ended. */
    Batch counted(@Nullable String model, int total, Counts counts) {
        if (status().ended()) {
            return this;
        }
        var changed = shown.deepCopy();
        if (model != null) {
            changed.put("model", model);
        }
        changed.set("request_counts", counts.shown(total));
        changed.set("usage", counts.shownUsage());
        return new Batch(project, changed);
    }

    /**
     * It is over; the same where it was already. One that is being cancelled ends as that, whatever else became of it.
     *
     * @param output what {@code output_file_id} is, or null for none
     * @param errors what {@code error_file_id} is, or null for none
     */
    Batch ended(BatchStatus how, Instant now, @Nullable String output, @Nullable String errors, List<Fault> faults) {
        if (status().ended()) {
            return this;
        }
        var changed = reached(status() == BatchStatus.CANCELLING ? BatchStatus.CANCELLED : how, now);
        changed.shown.put("output_file_id", output).put("error_file_id", errors);
        if (!faults.isEmpty()) {
            changed.shown.set("errors", Fault.shown(faults));
        }
        return changed;
    }
}
