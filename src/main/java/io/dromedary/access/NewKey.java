package io.dromedary.access;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * A key that was just made: what {@code dromedary keys new PROJECT} prints.
 *
 * @param project whose key it is
 * @param id safe to log; the beginning of the hash
 * @param key the key itself, {@code sk-drm-} and 43 characters for 32 random bytes; shown once and kept nowhere
 * @param sha256 hex SHA-256 of the key, which is what the gateway keeps
 */
public record NewKey(String project, String id, String key, String sha256) {
    private static final Pattern PROJECT = Pattern.compile("[a-z0-9][a-z0-9-]*");

    /**
     * Makes a key.
     *
     * @throws IllegalArgumentException when the project's name is not small letters, digits and dashes; its message says so
     */
    public static NewKey make(String project, SecureRandom random) {
        if (!PROJECT.matcher(project).matches()) {
            throw new IllegalArgumentException("A project's name is small letters, digits and dashes, and begins with a"
                    + " letter or a digit, e.g. acme");
        }
        var bytes = new byte[32];
        random.nextBytes(bytes);
        var key = "sk-drm-" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        var sha256 = Hash.hex(key);
        return new NewKey(project, "key-" + sha256.substring(0, 8), key, sha256);
    }

    /** The key, and the lines to add to {@code config/keys.yaml}. */
    public String text() {
        return """
                A key for project %s. It is shown this once and kept nowhere:

                    %s

                Add its hash to config/keys.yaml. When the project is there already, only the last line is new:

                projects:
                  %s:
                    keys:
                      - { id: %s, sha256: %s }
                """.formatted(project, key, project, id, sha256);
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "NewKey[" + project + "/" + id + "]";
    }
}
