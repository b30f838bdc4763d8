package io.dromedary.testing;

import io.dromedary.access.Keyring;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/** The gateway as its users run it: a process of its own, with folders of its own and ports that were free. */
public final class GatewayProcess implements AutoCloseable {
    /** Opens a gateway that has no keys configured. */
    public static final String KEY = Keyring.DEMO_KEY;

    private static final Pattern READY = Pattern.compile("dromedary ready on (https?://\\S+).*");
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration STOP = Duration.ofSeconds(45);

    private final Process process;
    private final Path folder;
    private final int managementPort;
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final CompletableFuture<String> ready = new CompletableFuture<>();
    private final CountDownLatch read = new CountDownLatch(1);

    private GatewayProcess(Process process, Path folder, int managementPort) {
        this.process = process;
        this.folder = folder;
        this.managementPort = managementPort;
    }

    /** With nothing configured: the simulator and the demo key. */
    public static Builder with() {
        return new Builder();
    }

    /** {@code http://127.0.0.1:PORT}. */
    public String url() {
        return ready.join();
    }

    public String managementUrl() {
        return "http://127.0.0.1:" + managementPort;
    }

    /** What it wrote so far, standard output and standard error together. */
    public List<String> log() {
        return log;
    }

    public Process process() {
        return process;
    }

    /** The folder of its backend files; it notices changes there. */
    public Path backends() {
        return folder.resolve("backends");
    }

    public Path config() {
        return folder.resolve("config");
    }

    /** Has its garbage collected, all of it. */
    public void collectGarbage() throws IOException, InterruptedException {
        var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        var run = new ProcessBuilder(jcmd, String.valueOf(process.pid()), "GC.run")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (run.waitFor() != 0) {
            throw new AssertionError("jcmd ended with " + run.exitValue());
        }
    }

    /** Asks it to drain and to end (SIGTERM), and waits for that. Gives the exit code. */
    public int stop() throws InterruptedException {
        // Process.destroy() would close the log too
        process.toHandle().destroy();
        if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("the gateway did not end within " + STOP + ":\n" + String.join("\n", log));
        }
        return process.exitValue();
    }

    /** Ends it as a power cut would (SIGKILL). Its log is whole then. */
    public void kill() throws InterruptedException {
        process.toHandle().destroyForcibly();
        process.waitFor();
        read.await();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                log.add(line);
                var said = READY.matcher(line);
                if (said.matches()) {
                    ready.complete(said.group(1));
                }
            }
        } catch (IOException e) {
            log.add(e.toString());
        } finally {
            ready.completeExceptionally(new IllegalStateException("it ended"));
            read.countDown();
        }
    }

    private GatewayProcess awaitReady() throws InterruptedException {
        try {
            ready.get(START.toSeconds(), TimeUnit.SECONDS);
            return this;
        } catch (ExecutionException | TimeoutException e) {
            process.destroyForcibly();
            throw new AssertionError("the gateway did not start:\n" + String.join("\n", log), e);
        }
    }

    /** What the gateway is started with. */
    public static final class Builder {
        private final Map<String, String> backends = new LinkedHashMap<>();
        private final Map<String, String> config = new LinkedHashMap<>();
        private final Map<String, String> environment = new LinkedHashMap<>();
        private final List<String> jvm = new ArrayList<>();
        private final List<String> flags = new ArrayList<>();
        private boolean more;

        private Builder() {}

        /** A file of {@code backends/}, by its name without the ending. */
        public Builder backend(String name, String yaml) {
            backends.put(name + ".yaml", yaml);
            return this;
        }

        /** A file of {@code config/}, by its whole name, instead of the one that is shipped. */
        public Builder config(String name, String content) {
            config.put(name, content);
            return this;
        }

        public Builder environment(String name, String value) {
            environment.put(name, value);
            return this;
        }

        /** An argument for the Java virtual machine. */
        public Builder jvm(String argument) {
            jvm.add(argument);
            return this;
        }

        /** A flag of {@code serve} and its value. */
        public Builder flag(String name, String value) {
            flags.add(name);
            flags.add(value);
            return this;
        }

        /** With the jars of this test, as if an operator had put them into {@code lib/}. */
        public Builder moreJars() {
            more = true;
            return this;
        }

        /** Starts the gateway and waits until it can answer. */
        public GatewayProcess start() throws IOException, InterruptedException {
            var folder = Files.createTempDirectory("dromedary-");
            write(backends, Files.createDirectory(folder.resolve("backends")));
            copy(Path.of("config"), Files.createDirectory(folder.resolve("config")));
            write(config, folder.resolve("config"));
            var ports = FreePort.two();
            var managementPort = ports.getLast();
            var builder =
                    new ProcessBuilder(command(folder, ports.getFirst(), managementPort)).redirectErrorStream(true);
            builder.environment().putAll(environment);
            var gateway = new GatewayProcess(builder.start(), folder, managementPort);
            Thread.ofPlatform().daemon().name("gateway-log").start(gateway::read);
            return gateway.awaitReady();
        }

        private List<String> command(Path folder, int port, int managementPort) {
            var command = new ArrayList<String>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.add("--enable-native-access=ALL-UNNAMED");
            command.add("--sun-misc-unsafe-memory-access=allow");
            command.addAll(jvm);
            command.addAll(List.of("-cp", classPath(), "io.dromedary.Dromedary", "serve"));
            command.addAll(List.of("--port", String.valueOf(port)));
            command.addAll(List.of("--management-port", String.valueOf(managementPort)));
            command.addAll(
                    List.of("--routes", Path.of("routes").toAbsolutePath().toString()));
            for (var name : List.of("backends", "config", "data")) {
                command.addAll(List.of("--" + name, folder.resolve(name).toString()));
            }
            command.addAll(flags);
            return command;
        }

        /** The jars that are shipped where they have been collected, else those of this test. */
        private String classPath() {
            var lib = Path.of("target", "lib");
            var jars = Files.isDirectory(lib) && !more
                    ? lib.toAbsolutePath() + "/*"
                    : System.getProperty("java.class.path");
            return Path.of("target", "classes").toAbsolutePath() + System.getProperty("path.separator") + jars;
        }

        private static void write(Map<String, String> files, Path folder) throws IOException {
            for (var file : files.entrySet()) {
                var path = folder.resolve(file.getKey());
                Files.createDirectories(path.getParent());
                Files.writeString(path, file.getValue());
            }
        }

        private static void copy(Path from, Path to) throws IOException {
            if (!Files.isDirectory(from)) {
                return;
            }
            try (var files = Files.list(from)) {
                for (var file : files.filter(Files::isRegularFile).toList()) {
                    Files.copy(file, to.resolve(file.getFileName()));
                }
            }
        }
    }
}
