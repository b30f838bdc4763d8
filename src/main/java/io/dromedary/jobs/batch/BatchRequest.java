package io.dromedary.jobs.batch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.chat.MetadataCheck;
import io.dromedary.api.json.Json;
import io.dromedary.api.read.Cursor;
import io.dromedary.api.read.Faults;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /v1/batches}. Null stands for absent.
 *
 * @param input id of a file, or a URL
 * @param overrides {@code model}, {@code temperature}, {@code top_p} and {@code max_tokens} that hold for each line
 * @param outputLife seconds for which the files that it makes are kept, or null where the caller did not say it
 */
record BatchRequest(
        String input,
        String endpoint,
        @Nullable ObjectNode metadata,
        @Nullable ObjectNode overrides,
        @Nullable Long outputLife) {
    static final String WINDOW = "24h";
    static final String INPUT = "input_file_id";

    private static final int LONGEST_INPUT = 2048;
    private static final int SHORTEST_LIFE = 3600;
    private static final int LONGEST_LIFE = 2_592_000;

    /** @throws io.dromedary.api.error.RefusedException 400 with {@code param} */
    static BatchRequest read(byte[] body) {
        try (var at = Cursor.open(body)) {
            var reader = new Reader(at);
            reader.read();
            return reader.request();
        }
    }

    private static final class Reader {
        private final Cursor at;
        private @Nullable String input;
        private @Nullable String endpoint;
        private boolean windowed;
        private @Nullable Long outputLife;

        Reader(Cursor at) {
            this.at = at;
        }

        void read() {
            at.beginObject();
            for (var name = at.member(); name != null; name = at.member()) {
                switch (name) {
                    case INPUT -> input = at.text(LONGEST_INPUT);
                    case "endpoint" -> endpoint = BatchEndpoint.check(at.text(), "endpoint");
                    case "completion_window" -> {
                        at.oneOf(List.of(WINDOW));
                        windowed = true;
                    }
                    case "metadata" -> MetadataCheck.read(at);
                    case "override_settings" -> overrides();
                    case "output_expires_after" -> outputLife = expiry();
                    default -> throw unknown();
                }
            }
            at.finish();
        }

        private void overrides() {
            at.beginObject();
            for (var name = at.member(); name != null; name = at.member()) {
                switch (name) {
                    case "model" -> at.filled();
                    case "temperature" -> at.number(0, 2);
                    case "top_p" -> at.number(0, 1);
                    case "max_tokens" -> at.integer(1, Integer.MAX_VALUE);
                    default -> throw unknown();
                }
            }
        }

        private long expiry() {
            var path = at.path();
            @Nullable Long seconds = null;
            var anchored = false;
            at.beginObject();
            for (var name = at.member(); name != null; name = at.member()) {
                switch (name) {
                    case "anchor" -> {
                        at.oneOf(List.of("created_at"));
                        anchored = true;
                    }
                    case "seconds" -> seconds = at.integer(SHORTEST_LIFE, LONGEST_LIFE);
                    default -> throw unknown();
                }
            }
            if (!anchored || seconds == null) {
                throw Faults.missing(path + (anchored ? ".seconds" : ".anchor"));
            }
            return seconds;
        }

        private RuntimeException unknown() {
            return Faults.at(at.path(), "unknown_parameter", "Unknown parameter: '%s'.");
        }

        BatchRequest request() {
            if (input == null) {
                throw Faults.missing(INPUT);
            }
            if (endpoint == null) {
                throw Faults.missing("endpoint");
            }
            if (!windowed) {
                throw Faults.missing("completion_window");
            }
            var tree = Json.object(at.body());
            var overrides = object(tree, "override_settings");
            if (overrides != null) {
                // null is as good as absent, and overrides nothing
                overrides.removeNulls();
                checkApplies(overrides, endpoint);
            }
            return new BatchRequest(input, endpoint, object(tree, "metadata"), overrides, outputLife);
        }

        /** How a model is to write says nothing to one that only reads. */
        private static void checkApplies(ObjectNode overrides, String endpoint) {
            for (var setting : overrides.properties()) {
                if (!setting.getKey().equals("model") && !BatchEndpoint.writes(endpoint)) {
                    throw Faults.at(
                            "override_settings." + setting.getKey(),
                            "unsupported_value",
                            "'%s' does not apply to " + endpoint + ". Leave it out.");
                }
            }
        }

        private static @Nullable ObjectNode object(ObjectNode tree, String member) {
            return tree.get(member) instanceof ObjectNode there ? there : null;
        }
    }
}
