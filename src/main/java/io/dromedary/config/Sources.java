package io.dromedary.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The text of every file at one moment, so that what is parsed is what was hashed.
 *
 * @param backends in the order of their names
 * @param config those of the config folder that are there and are read by this room
 * @param prompts those of the folder {@code prompts} in the config folder
 * @param secrets content of each file that a reference names, by the path as it is written; null for one that cannot be
 *     read
 * @param faults files that are there and cannot be used
 */
record Sources(
        List<Source> backends,
        List<Source> config,
        List<Source> prompts,
        Map<String, @Nullable String> secrets,
        List<Problem> faults) {

    static final String GATEWAY = "gateway";
    static final String KEYS = "keys";
    static final String MODELS = "models";
    static final String TIERS = "tiers";

    private static final String PROMPTS = "prompts";

    /**
     * @param path as problems show it
     * @param name the file's name without its ending
     */
    record Source(String path, String name, String text) {}

    static Sources capture(Path backends, Path config) {
        List<Problem> faults = new ArrayList<>();
        var backendFiles = texts(yamlFiles(backends, faults), faults);
        var configFiles = texts(
                yamlFiles(config, faults).stream()
                        .filter(file -> List.of(GATEWAY, KEYS, MODELS, TIERS).contains(stem(file)))
                        .toList(),
                faults);
        var promptFiles = texts(yamlFiles(config.resolve(PROMPTS), faults), faults);
        Map<String, @Nullable String> secrets = new TreeMap<>();
        Stream.concat(backendFiles.stream(), configFiles.stream())
                .flatMap(source -> References.filesIn(source.text()).stream())
                .forEach(path -> secrets.put(path, secret(path)));
        return new Sources(backendFiles, configFiles, promptFiles, secrets, faults);
    }

    @Nullable
    Source config(String name) {
        for (var source : config) {
            if (source.name().equals(name)) {
                return source;
            }
        }
        return null;
    }

    /** A hash of all of it; equal exactly when nothing has changed. */
    String fingerprint() {
        var digest = sha256();
        Stream.of(backends, config, prompts).flatMap(List::stream).forEach(source -> {
            add(digest, source.path());
            add(digest, source.text());
        });
        secrets.forEach((path, content) -> {
            add(digest, path);
            add(digest, content == null ? "\0" : content);
        });
        faults.forEach(problem -> add(digest, problem.toString()));
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void add(MessageDigest digest, String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(Integer.toString(bytes.length).getBytes(StandardCharsets.UTF_8));
        digest.update((byte) ' ');
        digest.update(bytes);
    }

    private static List<Path> yamlFiles(Path folder, List<Problem> faults) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.filter(Sources::isYaml).sorted().toList();
        } catch (IOException e) {
            faults.add(new Problem(
                    folder.toString(), 0, "", "cannot be listed", "Let the gateway's user read this folder"));
            return List.of();
        }
    }

    /** Names that begin with a dot are leftovers of editors and file systems. */
    private static boolean isYaml(Path file) {
        var name = String.valueOf(file.getFileName());
        return !name.startsWith(".") && (name.endsWith(".yaml") || name.endsWith(".yml")) && Files.isRegularFile(file);
    }

    private static List<Source> texts(List<Path> files, List<Problem> faults) {
        List<Source> sources = new ArrayList<>();
        Map<String, Path> byName = new HashMap<>();
        for (var file : files) {
            var twin = byName.putIfAbsent(stem(file), file);
            if (twin != null) {
                faults.add(new Problem(
                        file.toString(), 0, "", "has the same name as " + twin, "Rename or remove one of the two"));
                continue;
            }
            try {
                var text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
                sources.add(new Source(file.toString(), stem(file), text));
            } catch (IOException e) {
                faults.add(
                        new Problem(file.toString(), 0, "", "cannot be read", "Let the gateway's user read this file"));
            }
        }
        return List.copyOf(sources);
    }

    private static String stem(Path file) {
        var name = String.valueOf(file.getFileName());
        return name.substring(0, name.lastIndexOf('.'));
    }

    private static @Nullable String secret(String path) {
        try {
            return Files.readString(Path.of(path));
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }

    /** SHA-256 in hex. */
    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(sha256().digest(bytes));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
