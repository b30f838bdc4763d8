package io.dromedary.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/**
 * What one run has set up on this machine: child processes, and a folder for their files. All of it goes when the rig
 * is closed, and on Ctrl-C.
 */
final class Rig implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final Path folder;
    private final Cores cores;
    private final OpenFiles files;
    private final Deque<Child> children = new ArrayDeque<>();
    private final Thread onExit = new Thread(this::clear, "bench-clear");

    private Rig(Path folder, Cores cores, OpenFiles files) {
        this.folder = folder;
        this.cores = cores;
        this.files = files;
    }

    /** @throws MissingException on a machine without {@code /proc} */
    static Rig set() throws IOException, InterruptedException, MissingException {
        if (!Files.isReadable(ProcFiles.PROC.resolve("self/stat"))) {
            throw new MissingException("The benchmarks read /proc and run on Linux only.");
        }
        var rig = new Rig(Files.createTempDirectory("dromedary-bench"), Cores.taken(), OpenFiles.raised());
        Runtime.getRuntime().addShutdownHook(rig.onExit);
        return rig;
    }

    Cores cores() {
        return cores;
    }

    OpenFiles files() {
        return files;
    }

    /** For load and upstream together; spins where a core is theirs alone. */
    Sockets load() {
        return cores.proxy().isEmpty() ? Sockets.sleeping("load") : Sockets.spinning("load");
    }

    /** A new folder for one child's files. */
    Path folder(String name) throws IOException {
        return Files.createDirectories(folder.resolve(name));
    }

    /** A port that was free a moment ago. */
    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Another than that, which is free as well. */
    static int freePortBeside(int other) throws IOException {
        var port = freePort();
        while (port == other) {
            port = freePort();
        }
        return port;
    }

    /** @param ready see {@link Child#start} */
    Child start(String name, Cores.Place place, List<String> command, Map<String, String> environment, String ready)
            throws IOException {
        var whole = new ArrayList<>(files.prefix());
        whole.addAll(cores.prefix(place));
        whole.addAll(command);
        var builder = new ProcessBuilder(whole);
        builder.environment().putAll(environment);
        synchronized (children) {
            var child = Child.start(name, builder, ready, folder.resolve(name + ".err"));
            children.push(child);
            return child;
        }
    }

    @Override
    public void close() {
        clear();
        try {
            Runtime.getRuntime().removeShutdownHook(onExit);
        } catch (IllegalStateException e) {
            // the hook is already running
        }
    }

    private void clear() {
        synchronized (children) {
            while (!children.isEmpty()) {
                children.pop().stop(PATIENCE);
            }
        }
        try (var files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            // already gone
        }
    }
}
