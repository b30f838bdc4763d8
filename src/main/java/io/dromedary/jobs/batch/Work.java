package io.dromedary.jobs.batch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.Usage;
import io.dromedary.api.json.Json;
import io.dromedary.files.StoredFile.Part;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A batch as a job: what it is, and how far it has come. Who goes on with it needs nothing else.
 *
 * @param batch the batch object as it was made
 * @param outputLife seconds for which its files are kept, or null for the usual
 * @param fetches that failed before
 * @param fetched the input where that is a URL and has been fetched
 * @param sound what is known of the input since it was found sound, or null before
 */
record Work(
        ObjectNode batch,
        @Nullable Long outputLife,
        int fetches,
        @Nullable Part fetched,
        @Nullable Sound sound,
        Progress progress) {
    private static final int VERSION = 1;

    /**
     * An input that was read once, and can be run.
     *
     * @param lines in it
     * @param model that they all name
     */
    record Sound(int lines, String model) {}

    /**
     * How far it has come.
     *
     * @param line the first lines, so many, are done
     * @param offset where the one after them begins
     * @param done lines after that which are done, in order
     * @param output what there is of the output file
     * @param errors what there is of the error file
     */
    record Progress(int line, long offset, List<Integer> done, List<Part> output, List<Part> errors, Counts counts) {
        static final Progress NONE = new Progress(0, 0, List.of(), List.of(), List.of(), Counts.NONE);
    }

    static Work begun(ObjectNode batch, @Nullable Long outputLife) {
        return new Work(batch, outputLife, 0, null, null, Progress.NONE);
    }

    Work unfetched() {
        return new Work(batch, outputLife, fetches + 1, fetched, sound, progress);
    }

    Work fetched(Part part) {
        return new Work(batch, outputLife, fetches, part, sound, progress);
    }

    Work sound(Sound found) {
        return new Work(batch, outputLife, fetches, fetched, found, progress);
    }

    Work at(Progress further) {
        return new Work(batch, outputLife, fetches, fetched, sound, further);
    }

    String id() {
        return batch.path("id").asText();
    }

    String input() {
        return batch.path(BatchRequest.INPUT).asText();
    }

    String endpoint() {
        return batch.path("endpoint").asText();
    }

    long expiresAt() {
        return batch.path("expires_at").asLong();
    }

    String text() {
        var tree = JsonNodeFactory.instance.objectNode().put("v", VERSION);
        tree.set("batch", batch);
        tree.put("life", outputLife);
        if (fetches > 0) {
            tree.put("fetches", fetches);
        }
        if (fetched != null) {
            tree.set("fetched", parts(List.of(fetched)));
        }
        if (sound != null) {
            tree.put("lines", sound.lines).put("model", sound.model);
        }
        tree.put("line", progress.line).put("offset", progress.offset);
        var done = tree.putArray("done");
        progress.done.forEach(done::add);
        tree.set("output", parts(progress.output));
        tree.set("errors", parts(progress.errors));
        var counts = progress.counts;
        tree.put("completed", counts.completed()).put("failed", counts.failed());
        tree.putArray("usage")
                .add(counts.usage().prompt())
                .add(counts.usage().completion())
                .add(counts.usage().cached())
                .add(counts.usage().reasoning())
                .add(counts.seconds());
        return new String(Json.bytes(tree), StandardCharsets.UTF_8);
    }

    /** @throws IllegalArgumentException where it is none of a version that is known */
    static Work read(String text) {
        JsonNode tree;
        try {
            tree = Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        }
        if (tree.path("v").asInt() != VERSION || !(tree.get("batch") instanceof ObjectNode batch)) {
            throw new IllegalArgumentException("it is no work of a version that is known");
        }
        var fetched = parts(tree.path("fetched"));
        var lines = tree.path("lines");
        var usage = tree.path("usage");
        var done = new ArrayList<Integer>();
        tree.path("done").forEach(line -> done.add(line.intValue()));
        return new Work(
                batch,
                tree.path("life").isNumber() ? tree.path("life").longValue() : null,
                tree.path("fetches").asInt(),
                fetched.isEmpty() ? null : fetched.getFirst(),
                lines.isInt() ? new Sound(lines.intValue(), tree.path("model").asText()) : null,
                new Progress(
                        tree.path("line").asInt(),
                        tree.path("offset").asLong(),
                        done,
                        parts(tree.path("output")),
                        parts(tree.path("errors")),
                        new Counts(
                                tree.path("completed").asInt(),
                                tree.path("failed").asInt(),
                                new Usage(
                                        usage.path(0).asLong(),
                                        usage.path(1).asLong(),
                                        usage.path(2).asLong(),
                                        usage.path(3).asLong()),
                                usage.path(4).asLong())));
    }

    private static ArrayNode parts(List<Part> parts) {
        var list = JsonNodeFactory.instance.arrayNode();
        parts.forEach(part -> list.addArray().add(part.blob()).add(part.length()));
        return list;
    }

    private static List<Part> parts(JsonNode list) {
        var parts = new ArrayList<Part>();
        list.forEach(
                part -> parts.add(new Part(part.path(0).asText(), part.path(1).asLong())));
        return parts;
    }
}
