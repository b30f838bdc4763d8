package io.dromedary.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.config.GatewaySettings.Guards;
import io.dromedary.config.GatewaySettings.Hook;
import io.dromedary.config.References.Resolved;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * The block {@code guards} of {@code config/gateway.yaml}.
 *
 * @param resolved the file's values with references resolved
 * @param problems gets what is wrong
 */
record GuardsBlock(YamlFile file, Resolved resolved, List<Problem> problems) {
    private static final FieldPath PLACE = FieldPath.of("guards", "hook");
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    /** What the schema cannot say. */
    void check() {
        var written = file.tree().path("guards").path("hook").path("secret");
        if (written.isTextual() && !References.isBare(written.textValue())) {
            problems.add(file.problem(
                    PLACE.child("secret"),
                    "must be a reference: a secret never stands in the file",
                    "Write `secret: ${env:NAME}` and set NAME"));
        }
        if (tree().isObject() && !isUrl(tree().path("url").asText())) {
            problems.add(file.problem(
                    PLACE.child("url"), "is not the URL of a server", "Write e.g. `https://guard.internal/check`"));
        }
    }

    private static boolean isUrl(String text) {
        try {
            var url = new URI(text);
            return url.getHost() != null && ("http".equals(url.getScheme()) || "https".equals(url.getScheme()));
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /** Of a block without problems. */
    Guards read() {
        var tree = tree();
        if (!tree.isObject()) {
            return new Guards(null);
        }
        var secret = tree.path("secret").textValue();
        return new Guards(new Hook(
                URI.create(tree.path("url").asText()),
                secret == null ? null : new Secret(secret),
                Set.copyOf(Trees.strings(tree.path("switches"))),
                Trees.duration(tree.path("timeout"), TIMEOUT)));
    }

    private JsonNode tree() {
        return resolved.tree().path("guards").path("hook");
    }
}
