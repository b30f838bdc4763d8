package io.dromedary.access;

import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import io.dromedary.config.ProjectSettings;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Every key that opens this gateway, by its hash. Immutable but for its memory; a reload makes a new one.
 *
 * <p>A key is found by its SHA-256. How long that look-up takes may depend on how much of the hash agrees with a
 * configured one, and that tells an attacker nothing: whoever could choose keys by the leading bits of their hash would
 * learn bits of a hash, not of a key. The hash that was found is compared in constant time all the same.
 */
public final class Keyring {
    /** Works without any configuration, and only while the gateway listens on loopback. */
    public static final String DEMO_KEY = "sk-drm-demo-local";

    private static final String SCHEME = "Bearer ";
    private static final String DEMO_PROJECT = "demo";
    private static final String DEMO_HASH = Hash.hex(DEMO_KEY);
    private static final String HOW =
            "Send it as `Authorization: Bearer YOUR_KEY`, or as `x-api-key: YOUR_KEY`. `./dromedary keys new PROJECT` makes a key.";

    private record Entry(byte[] sha256, Caller caller) {}

    private final Map<String, Entry> byHash;
    private final Map<String, ProjectSettings> projects;
    private final boolean demo;

    /**
     * Callers by their whole header, to spare the hashing on all calls but the first. Only headers that opened the gateway
     * get in, and only in the one spelling {@code Bearer KEY}, so it never holds more entries than there are keys and
     * junk cannot fill it. The look-up compares the header's 32-bit hash first and its characters only when that agrees;
     * who does not have a key cannot aim at its hash, so the time says nothing about how much of a guess was right.
     */
    private final Map<String, Caller> known = new ConcurrentHashMap<>();

    /**
     * @param projects as configured; when none has a key, the demo key opens the gateway
     * @param loopback the gateway listens on loopback alone
     */
    public Keyring(Collection<ProjectSettings> projects, boolean loopback) {
        Map<String, Entry> entries = new HashMap<>();
        Map<String, ProjectSettings> byName = new HashMap<>();
        for (var project : projects) {
            byName.put(project.name(), project);
            for (var key : project.keys()) {
                // everybody knows the demo key: it is never the key of a project, whatever the file says
                if (!key.sha256().equals(DEMO_HASH)) {
                    entries.put(key.sha256(), entry(key.sha256(), new Caller(project, key.id())));
                }
            }
        }
        demo = entries.isEmpty() && loopback;
        if (demo) {
            var demoProject = demoProject(projects);
            byName.put(DEMO_PROJECT, demoProject);
            entries.put(DEMO_HASH, entry(DEMO_HASH, new Caller(demoProject, DEMO_PROJECT)));
        }
        this.projects = Map.copyOf(byName);
        byHash = Map.copyOf(entries);
    }

    /**
     * Finds out who sent this.
     *
     * @param authorization value of the {@code Authorization} header, or null
     * @throws RefusedException 401 {@code invalid_api_key}, saying what is missing
     */
    public Caller identify(@Nullable String authorization) {
        if (authorization == null) {
            throw refused(missing());
        }
        var caller = known.get(authorization);
        return caller != null ? caller : look(authorization);
    }

    /**
     * Finds out who sent this, with either header that a key may be in.
     *
     * @param authorization value of the {@code Authorization} header, or null
     * @param apiKey value of the {@code x-api-key} header, or null
     * @throws RefusedException 401 as above, 400 where the two headers have different keys
     */
    public Caller identify(@Nullable String authorization, @Nullable String apiKey) {
        if (apiKey == null || apiKey.isBlank()) {
            return identify(authorization);
        }
        var key = apiKey.strip();
        var header = authorization == null ? "" : authorization.strip();
        if (header.isEmpty() || header.equalsIgnoreCase(SCHEME.strip())) {
            return identify(SCHEME + key);
        }
        var caller = identify(header);
        if (!MessageDigest.isEqual(
                Hash.of(key), Hash.of(header.substring(SCHEME.length()).strip()))) {
            throw new RefusedException(new Refusal.BadRequest(
                    "The headers Authorization and x-api-key have different keys. Send one of them.",
                    null,
                    "conflicting_keys"));
        }
        return caller;
    }

    /**
     * Who asked for work that is done now: the project as it is now. The key that it came with may be gone since: work
     * belongs to its project.
     *
     * @throws RefusedException 401 where there is no such project any more
     */
    public Caller owner(String project, String key) {
        var owner = projects.get(project);
        if (owner == null) {
            throw refused("The project that asked for this is not there any more.");
        }
        return new Caller(owner, key);
    }

    /** How many headers are remembered; never more than there are keys. */
    int remembered() {
        return known.size();
    }

    private Caller look(String authorization) {
        var header = authorization.strip();
        if (header.isEmpty() || header.equalsIgnoreCase(SCHEME.strip())) {
            throw refused(missing());
        }
        if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw refused("The Authorization header must be the word Bearer, a space and a key. " + HOW);
        }
        var key = header.substring(SCHEME.length()).strip();
        var sha256 = Hash.of(key);
        var entry = byHash.get(HexFormat.of().formatHex(sha256));
        if (entry == null || !MessageDigest.isEqual(entry.sha256, sha256)) {
            throw refused(wrong(key));
        }
        if (authorization.length() == SCHEME.length() + key.length() && authorization.startsWith(SCHEME)) {
            known.putIfAbsent(authorization, entry.caller);
        }
        return entry.caller;
    }

    private String missing() {
        if (byHash.isEmpty()) {
            return closed();
        }
        return "You did not provide an API key. " + HOW
                + (demo ? " As long as no key is configured, `" + DEMO_KEY + "` works on this machine." : "");
    }

    private String wrong(String key) {
        if (byHash.isEmpty()) {
            return closed();
        }
        if (key.equals(DEMO_KEY)) {
            return "The demo key works only as long as no key is configured. Use a key of config/keys.yaml. " + HOW;
        }
        return "Incorrect API key provided" + masked(key) + ". " + HOW
                + (demo ? " As long as no key is configured, `" + DEMO_KEY + "` works on this machine." : "");
    }

    private static String closed() {
        return "This gateway has no keys yet, and it listens beyond this machine, so it refuses every call. Make a key with"
                + " `./dromedary keys new PROJECT`, add the lines that it prints to config/keys.yaml, and send the key as"
                + " `Authorization: Bearer YOUR_KEY`.";
    }

    /** As much of a key as its owner needs to know it again. */
    private static String masked(String key) {
        return key.length() < 12 ? "" : ": " + key.substring(0, 3) + "..." + key.substring(key.length() - 4);
    }

    private static RefusedException refused(String message) {
        return new RefusedException(new Refusal.Unauthorized(message));
    }

    private static Entry entry(String sha256, Caller caller) {
        return new Entry(HexFormat.of().parseHex(sha256), caller);
    }

    private static ProjectSettings demoProject(Collection<ProjectSettings> projects) {
        for (var project : projects) {
            if (project.name().equals(DEMO_PROJECT)) {
                return project;
            }
        }
        return new ProjectSettings(DEMO_PROJECT, List.of(), List.of(), true, true, true, null);
    }
}
