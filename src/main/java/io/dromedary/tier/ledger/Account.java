package io.dromedary.tier.ledger;

import org.jspecify.annotations.Nullable;

/**
 * Somebody with limits.
 *
 * @param key on the shelf
 * @param name for people, e.g. {@code chat-small in project acme}
 */
public record Account(String key, String name, Limits limits) {
    /**
     * A project's.
     *
     * @param model what the limits are for, or null where all models share them
     */
    public static Account ofProject(String project, @Nullable String model, Limits limits) {
        var owner = "project " + project;
        return model == null
                ? new Account(project, owner, limits)
                : new Account(project + "/" + model, model + " in " + owner, limits);
    }

    /**
     * One key's, within its project.
     *
     * @param model what the limits are for, or null where all models share them
     */
    public static Account ofKey(String project, String id, @Nullable String model, Limits limits) {
        var key = project + "#" + id.length() + "#" + id;
        var owner = "key " + id + " of project " + project;
        return model == null
                ? new Account(key, owner, limits)
                : new Account(key + "/" + model, model + " with " + owner, limits);
    }
}
