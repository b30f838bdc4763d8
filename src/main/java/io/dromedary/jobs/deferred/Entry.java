package io.dromedary.jobs.deferred;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import io.dromedary.store.Codec;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** What stands on the shelf of deferred completions. */
sealed interface Entry {
    /** One that is waited for. It gives way to its end once; where it is gone, nobody waits. */
    record Waiting(String project) implements Entry {}

    /** One that has ended, until it has been handed out. */
    record Ended(String project, Instant at, Result result) implements Entry {}

    /**
     * Somebody is handing it out, as long as this is there.
     *
     * @param token of that claim and beat alone
     */
    record Claim(String token) implements Entry {}

    Codec<Entry> CODEC = new Codec<>() {
        private static final int VERSION = 1;

        @Override
        public String encode(Entry entry) {
            var tree = Json.MAPPER.createObjectNode().put("v", VERSION);
            switch (entry) {
                case Waiting waiting -> tree.put("project", waiting.project());
                case Claim claim -> tree.put("claim", claim.token());
                case Ended ended -> {
                    var result = ended.result();
                    tree.put("project", ended.project())
                            .put("at", ended.at().toEpochMilli())
                            .put("status", result.status())
                            .put("type", result.contentType());
                    var headers = tree.putObject("headers");
                    result.headers().forEach(headers::put);
                    // base64: whatever a route of an operator's has answered
                    tree.put("body", result.body());
                }
            }
            try {
                return Json.MAPPER.writeValueAsString(tree);
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException(e.getMessage(), e);
            }
        }

        @Override
        public Entry decode(String text) {
            try {
                if (Json.MAPPER.readTree(text) instanceof ObjectNode tree
                        && tree.path("v").asInt() == VERSION) {
                    return read(tree);
                }
                throw new IllegalArgumentException("no deferred completion of a known version");
            } catch (IOException e) {
                throw new IllegalArgumentException("no deferred completion: " + e.getMessage(), e);
            }
        }

        private static Entry read(JsonNode tree) throws IOException {
            if (tree.has("claim")) {
                return new Claim(tree.path("claim").asText());
            }
            var project = tree.path("project").asText();
            if (!tree.has("status")) {
                return new Waiting(project);
            }
            Map<String, String> headers = new LinkedHashMap<>();
            tree.path("headers")
                    .properties()
                    .forEach(header ->
                            headers.put(header.getKey(), header.getValue().asText()));
            return new Ended(
                    project,
                    Instant.ofEpochMilli(tree.path("at").asLong()),
                    new Result(
                            tree.path("status").asInt(),
                            tree.path("type").asText(),
                            headers,
                            tree.path("body").binaryValue()));
        }
    };
}
