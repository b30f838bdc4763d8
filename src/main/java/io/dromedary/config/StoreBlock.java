package io.dromedary.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.config.GatewaySettings.Store;
import io.dromedary.config.GatewaySettings.StoreMode;
import io.dromedary.config.References.Resolved;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The block {@code store:} of {@code config/gateway.yaml}.
 *
 * @param resolved the file's values with references resolved
 * @param problems gets what is wrong
 */
record StoreBlock(YamlFile file, Resolved resolved, List<Problem> problems) {
    private static final FieldPath PLACE = FieldPath.of("store");

    /** What the schema cannot say. */
    void check() {
        var tree = tree();
        if (isRemote() && tree.path("servers").isEmpty()) {
            problems.add(file.problem(
                    PLACE.child("servers"),
                    tree.has("servers") ? "must not be empty" : "is missing",
                    "Write `servers: [localhost:11222]`, or `mode: local`"));
        }
        if (tree.has("username") && !tree.has("password")) {
            problems.add(file.problem(
                    PLACE.child("password"),
                    "is missing beside the username",
                    "Add `password: ${env:NAME}` and set NAME"));
        }
        if (tree.has("password") && !tree.has("username")) {
            problems.add(file.problem(
                    PLACE.child("username"), "is missing beside the password", "Add e.g. `username: dromedary`"));
        }
        var password = file.tree().path("store").path("password");
        if (password.isTextual() && !References.isBare(password.textValue())) {
            problems.add(file.problem(
                    PLACE.child("password"),
                    "must be a reference: a password never stands in the file",
                    "Write `password: ${env:NAME}` and set NAME"));
        }
    }

    /** Whether a reference without a value does no harm: nobody asks for the servers of a local store. */
    boolean isUnused(FieldPath place, String why) {
        return !isRemote()
                && place.segments().getFirst().equals("store")
                && !place.equals(PLACE.child("mode"))
                && !References.isNoReference(why);
    }

    /** The store, of a block without problems; a local one knows no servers, whatever the block says about them. */
    Store read(Store standard) {
        var tree = tree();
        var fsync = tree.path("fsync").asBoolean(standard.fsync());
        if (!isRemote()) {
            return new Store(StoreMode.LOCAL, fsync, List.of(), null, null);
        }
        var password = text("password");
        return new Store(
                StoreMode.REMOTE,
                fsync,
                Trees.strings(tree.path("servers")),
                text("username"),
                password == null ? null : new Secret(password));
    }

    private @Nullable String text(String field) {
        var tree = tree();
        return tree.has(field) ? tree.path(field).asText() : null;
    }

    private boolean isRemote() {
        return tree().path("mode").asText().equals("remote");
    }

    private JsonNode tree() {
        return resolved.tree().path("store");
    }
}
