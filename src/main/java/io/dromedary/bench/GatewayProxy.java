package io.dromedary.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The gateway as an operator runs it: its own routes, a key that is checked, limits that are counted, the access log
 * written, one backend of the dialect {@code openai} with a credential of its own.
 */
final class GatewayProxy {

    static final String MAIN = "io.dromedary.Dromedary";
    static final String READY = "dromedary ready on";
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String CREDENTIAL = "DROMEDARY_BENCH_CREDENTIAL";

    private GatewayProxy() {}

    /** A gateway that is ready. */
    record Running(Child child, int port, int managementPort) {}

    static Contender start(Rig rig, int upstream, Cores.Place place, List<String> javaOptions)
            throws IOException, InterruptedException {
        var key = newKey();
        var files = Map.of(
                "backends/bench.yaml",
                backend(ChatBody.MODEL, upstream, rig.files().streams()),
                "config/keys.yaml",
                keys(key));
        var gateway = start(rig, place, javaOptions, files);
        return new Contender(Contender.GATEWAY, gateway.port(), key, gateway.child());
    }

    /** @param files of its configuration, by their paths */
    static Running start(Rig rig, Cores.Place place, List<String> javaOptions, Map<String, String> files)
            throws IOException, InterruptedException {
        var port = Rig.freePort();
        var managementPort = Rig.freePortBeside(port);
        var folder = rig.folder("gateway-" + port);
        for (var file : files.entrySet()) {
            write(folder.resolve(file.getKey()), file.getValue());
        }
        var command = new ArrayList<>(List.of(Tools.java("java").toString()));
        command.addAll(inherited(ManagementFactory.getRuntimeMXBean().getInputArguments()));
        command.addAll(javaOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN, "serve"));
        command.addAll(List.of("--port", Integer.toString(port)));
        command.addAll(List.of("--management-port", Integer.toString(managementPort)));
        for (var name : List.of("backends", "config", "data")) {
            command.addAll(List.of("--" + name, folder.resolve(name).toString()));
        }
        var child = rig.start(Contender.GATEWAY, place, command, Map.of(CREDENTIAL, "bench-credential"), READY);
        child.ready(PATIENCE);
        return new Running(child, port, managementPort);
    }

    static String newKey() {
        return "sk-drm-bench-" + UUID.randomUUID();
    }

    /** This process's own Java options, which are the launcher's, without those that would attach a second debugger. */
    static List<String> inherited(List<String> options) {
        return options.stream()
                .filter(option -> !option.startsWith("-agentlib")
                        && !option.startsWith("-javaagent")
                        && !option.startsWith("-Xrunjdwp"))
                .toList();
    }

    /** @param model that it has, under the same name on both sides */
    static String backend(String model, int upstream, int concurrency) {
        return """
                dialect: openai
                url: http://127.0.0.1:%d/v1
                auth: ${env:%s}
                concurrency: %d
                models:
                  %s: { upstream: %s }
                """.formatted(upstream, CREDENTIAL, concurrency, model, model);
    }

    /** Limits that are counted but never reached. */
    static String keys(String key) {
        return """
                projects:
                  bench:
                    limits: { requestsPerMinute: 1000000000, tokensPerMinute: 1000000000000 }
                    keys:
                      - { id: bench, sha256: %s }
                """.formatted(sha256(key));
    }

    static String sha256(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
