package io.dromedary.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.config.GatewaySettings.S3;
import io.dromedary.config.References.Resolved;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The block {@code files.s3} of {@code config/gateway.yaml}.
 *
 * @param resolved the file's values with references resolved
 * @param problems gets what is wrong
 */
record S3Block(YamlFile file, Resolved resolved, List<Problem> problems) {
    private static final FieldPath PLACE = FieldPath.of("files", "s3");

    /** What the schema cannot say. */
    void check() {
        for (var key : List.of("accessKey", "secretKey")) {
            var written = file.tree().path("files").path("s3").path(key);
            if (written.isTextual() && !References.isBare(written.textValue())) {
                problems.add(file.problem(
                        PLACE.child(key),
                        "must be a reference: a key never stands in the file",
                        "Write `" + key + ": ${env:NAME}` and set NAME"));
            }
        }
    }

    /** The object store, of a block without problems; null where there is none. */
    @Nullable
    S3 read() {
        var tree = tree();
        if (!tree.isObject()) {
            return null;
        }
        var endpoint = tree.path("endpoint").textValue();
        return new S3(
                endpoint == null ? null : URI.create(endpoint),
                tree.path("region").asText(),
                new Secret(tree.path("accessKey").asText()),
                new Secret(tree.path("secretKey").asText()),
                buckets(tree.path("buckets")),
                tree.path("target").textValue());
    }

    private static Map<String, List<String>> buckets(JsonNode tree) {
        Map<String, List<String>> buckets = new LinkedHashMap<>();
        tree.properties().forEach(bucket -> buckets.put(bucket.getKey(), Trees.strings(bucket.getValue())));
        return Trees.unmodifiable(buckets);
    }

    private JsonNode tree() {
        return resolved.tree().path("files").path("s3");
    }
}
