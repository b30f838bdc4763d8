package io.dromedary.tier.ledger;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Somebody with limits.
 *
 * @param key on the shelf
 * @param model what the limits are for, or null where all models share them
 * @param name for people, e.g. {@code chat-small in project acme}
 */
public record Account(String key, Owner owner, @Nullable String model, String name, Limits limits) {
    /** Whose limits they are. */
    public enum Owner {
        /** All keys of a project together. */
        PROJECT,
        /** One key, within its project. */
        KEY;

        private final String word = name().toLowerCase(Locale.ROOT);

        /** As JSON writes it, e.g. {@code project}. */
        public String word() {
            return word;
        }
    }

    /**
     * A project's.
     *
     * @param model what the limits are for, or null where all models share them
     */
    public static Account ofProject(String project, @Nullable String model, Limits limits) {
        var owner = "project " + project;
        return model == null
                ? new Account(project, Owner.PROJECT, null, owner, limits)
                : new Account(project + "/" + model, Owner.PROJECT, model, model + " in " + owner, limits);
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
                ? new Account(key, Owner.KEY, null, owner, limits)
                : new Account(key + "/" + model, Owner.KEY, model, model + " with " + owner, limits);
    }
}
